from datetime import UTC, datetime, timedelta

import pytest

from models.errors import InvalidInput
from resolvers.validation import Validator


def refused(checks: Validator) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as error:
        checks.conclude()
    return list(error.value.fields)


def test_everything_wrong_is_told_at_once() -> None:
    checks = Validator()
    checks.line("title", "  ", longest=10)
    checks.paragraphs("body", None, longest=10)
    checks.line("newExcerpt", "x" * 11, longest=10)
    assert refused(checks) == [
        ("title", "The title is empty."),
        ("body", "The body is empty."),
        ("newExcerpt", "The new excerpt is longer than 10 characters."),
    ]


def test_what_is_right_is_not_refused() -> None:
    checks = Validator()
    assert checks.line("bio", None, longest=10, optional=True) == ""
    assert checks.slug("slug", "a-b2") == "a-b2"
    assert checks.boolean("open", value=False) is False
    assert checks.moment("when", datetime(2026, 1, 1, tzinfo=UTC)).year == 2026
    checks.conclude()


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("fr", "fr"),
        ("EN-gb", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de-ch-1996", "de-CH-1996"),
        ("es-419", "es-419"),
    ],
)
def test_a_language_has_its_usual_spelling(given: str, stored: str) -> None:
    assert Validator().language("language", given) == stored


@pytest.mark.parametrize(
    "given", [None, "", "f", "french", "en_GB", "en-", "\u017fr", "fr-" + "a1b2c-" * 10 + "a1b2c", "fr\n"]
)
def test_what_is_no_language_is_refused(given: str | None) -> None:
    checks = Validator()
    checks.language("language", given)
    assert refused(checks) == [("language", "The language is not a BCP 47 tag such as fr or en-GB.")]


@pytest.mark.parametrize("given", ["", "-", "a--b", "a-", "Ab", "é", "a" * 81, "a b", "a\n"])
def test_what_is_no_slug_is_refused(given: str) -> None:
    checks = Validator()
    checks.slug("slug", given)
    assert refused(checks) == [("slug", "A slug is up to 80 of a to z, 0 to 9, and single - in between.")]


@pytest.mark.parametrize(
    "given",
    [
        *("https://example.org", "http://[::1]:8080/a?b#c", "HTTPS://exämple.org/é"),
        *("https://social.example/@ada", "https://example.org?to=a@b.example", "https://example.org#@"),
    ],
)
def test_a_website_is_a_web_address(given: str) -> None:
    checks = Validator()
    assert checks.website("website", f" {given} ") == given
    checks.conclude()


@pytest.mark.parametrize(
    "given",
    [
        *(
            "javascript:alert(1)",
            "ftp://example.org",
            "//example.org",
            "example.org",
            "http://",
            "https:///x",
        ),
        *(
            "https://a b.org",
            "https://user@example.org",
            "https://user:secret@example.org/@ada",
            "https://@example.org",
            "https://a@b@example.org",
            "https://user\uff20example.org",
            "https://example.org:99999",
            "https://[::1",
            "https://a\\b",
        ),
        *("data:text/html,x", "https://example.org/<script>", "http:example.org"),
    ],
)
def test_what_is_no_web_address_is_refused(given: str) -> None:
    checks = Validator()
    checks.website("website", given)
    assert refused(checks) == [("website", "The website is not an http or https address.")]


def test_nothing_is_a_website_too() -> None:
    assert Validator().website("website", None) is None
    assert Validator().website("website", " ") is None


def test_null_is_neither_true_nor_false() -> None:
    checks = Validator()
    checks.boolean("commentsOpen", None)
    assert refused(checks) == [("commentsOpen", "commentsOpen is true or false, not null.")]


def test_no_post_waits_for_the_end_of_time() -> None:
    checks = Validator()
    last = datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert checks.moment("publishedAt", last) == last
    for beyond in (last + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)):
        checks.moment("publishedAt", beyond)
    assert refused(checks) == [("publishedAt", "Nothing is published after the year 9998.")] * 2


def test_nothing_was_published_before_1970() -> None:
    checks = Validator()
    checks.moment("publishedAt", datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1))
    assert refused(checks) == [("publishedAt", "Nothing was published before 1970.")]
