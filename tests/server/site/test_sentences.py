"""What the API says is wrong, in the language of the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract

from server.site import pages
from server.site.sentences import SENTENCES, again_in, said
from server.site.translation import translations_of
from tests.server.site.test_accounts import PASSWORD, signed_up
from tests.server.site.visitor import Visitor, another


def words_of_pages() -> Iterator[str]:
    for path in sorted(Path(pages.__file__).parent.glob("*.py")):
        with path.open("rb") as file:
            yield from (str(message) for _, message, _, _ in extract("python", file, {"gettext": None}))


def test_each_is_there_in_french() -> None:
    french = translations_of("fr").gettext
    assert [sentence for sentence in SENTENCES if french(sentence) == sentence] == []


def test_a_page_chooses_no_words_that_french_lacks() -> None:
    french = translations_of("fr").gettext
    chosen = set(words_of_pages())
    assert len(chosen) > 1
    assert [text for text in chosen if french(text) == text] == []


@pytest.mark.parametrize(
    ("sentence", "french"),
    [
        ("The name is longer than 100 characters.", "Ce champ dépasse 100 caractères."),
        ("The body is longer than 10,000 characters.", "Ce champ dépasse 10\u202f000 caractères."),
        ("The website is empty.", "Ce champ est vide."),
        (
            "The name contains a mark of the direction of writing (U+200F).",
            "Ce champ contient une marque de sens d’écriture (U+200F).",
        ),
        ("Nobody knows this one: 100% new.", "Nobody knows this one: 100% new."),
    ],
)
def test_what_it_names_stands_in_it(sentence: str, french: str) -> None:
    assert said(sentence, "fr") == french
    assert said(sentence, "en") == sentence


def test_times_are_told_in_words() -> None:
    assert again_in(1, "en").endswith("in 1 second.")
    assert again_in(119, "en").endswith("in 119 seconds.")
    assert again_in(601, "en").endswith("in 11 minutes.")
    assert again_in(30, "fr").endswith("dans 30 secondes.")


async def test_a_french_form_is_french(visitor: Visitor) -> None:
    await signed_up(another(visitor))
    await visitor.get("/sign-up", accept_language="fr")
    visitor.client.headers["accept-language"] = "fr"
    await visitor.send("main form", email="x", username="ada", password="short")
    assert visitor.texts("span.error") == [
        "Ce n’est pas une adresse électronique.",
        "Un mot de passe a de 8 à 256 caractères.",
    ]
    await visitor.send("main form", email="a@b.example", password=PASSWORD)
    assert visitor.texts("span.error") == ["Ce nom d’utilisateur est déjà pris."]
    await visitor.get("/sign-in")
    await visitor.send("main form", email="a@b.example", password="wrong")
    assert visitor.texts(".error p") == ["L’adresse ou le mot de passe est incorrect."]
    response = await visitor.client.post(
        "/sign-in", headers={"origin": "https://evil.example"}, data={"a": "b"}
    )
    assert "Ce formulaire n’a pas été envoyé depuis sa page." in response.text
