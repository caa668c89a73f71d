import pytest

from auth.names import email_problem, normal_email, normal_name, normal_username, username_problem
from models.text import TextError


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.org",
        "a.b+c@mail.example.co.uk",
        "élodie@exemple.fr",
        "ada@münchen.example",
        "用户@例子.中国",
        "a@my-xn--box.example",
        "a@my_host.example",
        "a@نامه\u200cای.example",
        "a@ශ්\u200dරී.example",
    ],
)
def test_ordinary_addresses_are_accepted(email: str) -> None:
    assert email_problem(email) is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@localhost",
        "@example.org",
        "ada@",
        "a@b@example.org",
        "ada @example.org",
        "ada@example.org.",
        "nul\x00@example.org",
        "lone\ud800@example.org",
        "new\nline@example.org",
        "a" * 243 + "@example.org",
        "ada@xn--a.example",
        "ada@xn--.example",
        "ada@é..example",
        "ada@" + "é" * 64 + ".example",
        "ada@exa\u202emple.é",
        "ada@exa\u200cmple.é",
        "a\u200cda@example.org",
        "ada@exa\x7fmple.org",
        "ada@é.example.",
    ],
)
def test_what_no_mail_reaches_is_refused(email: str) -> None:
    assert email_problem(email)


@pytest.mark.parametrize("username", ["ada", "ada_lovelace", "r2-d2", "a" * 30])
def test_ordinary_usernames_are_accepted(username: str) -> None:
    assert username_problem(username) is None


@pytest.mark.parametrize(
    "username", ["", "ab", "a" * 31, "-ada", "ada_", "a da", "Ada", "élodie", "a\x00a", "a\ud800a", "ada\n"]
)
def test_usernames_that_do_not_fit_into_an_address_are_refused(username: str) -> None:
    assert username_problem(username)


@pytest.mark.parametrize("name", ["Ada", "Élodie d'Alembert", "李小龙", "👩‍💻", "x" * 100])
def test_names_of_any_script_are_accepted(name: str) -> None:
    assert normal_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 101,
        "nul\x00",
        "lone\ud800",
        "bell\x07",
        "\u200b",
        "\u3164",
        "\u202e \u0301",
        "a\u202eb",
        "a\u2067b",
        "a\u200eb",
        "\u200fa",
        "a\u061c",
        "a\ufffe",
    ],
)
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(TextError):
        normal_name(name)


def test_what_was_typed_is_stored_in_one_form() -> None:
    assert normal_email("  Ada@Example.ORG ") == "ada@example.org"
    assert normal_username(" Ada ") == "ada"
    assert normal_name("  Ada \n  Lovelace ") == "Ada Lovelace"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ada@xn--mnchen-3ya.example", "ada@münchen.example"),
        ("Ada@XN--MNCHEN-3YA.example", "ada@münchen.example"),
        ("ada@MÜNCHEN.example", "ada@münchen.example"),
        ("ada@mu\u0308nchen.example", "ada@münchen.example"),
        ("ada@MU\u0308NCHEN\u3002example", "ada@münchen.example"),
        ("e\u0301lodie@example.org", "élodie@example.org"),
        ("E\u0301LODIE@example.org", "élodie@example.org"),
        ("ada@xn--strae-oqa.example", "ada@straße.example"),
        ("ada@mail.xn--mnchen-3ya.example", "ada@mail.münchen.example"),
        ("ada@xn--a.example", "ada@xn--a.example"),
        ("ada", "ada"),
        ("@", "@"),
    ],
)
def test_an_address_has_one_form(typed: str, stored: str) -> None:
    assert normal_email(typed) == stored
    assert normal_email(stored) == stored


def test_an_address_that_is_far_too_long_costs_nothing() -> None:
    assert email_problem(normal_email("a@" + "é" * 1_000_000 + ".example"))


@pytest.mark.parametrize(
    "username", ["admin", "root", "moderator", "support", "no_reply", "no-reply", "signup"]
)
def test_usernames_that_speak_for_the_site_are_its_owners_to_give(username: str) -> None:
    assert username_problem(username) == "This username is reserved for those who run the site."
    assert username_problem(username, by_owner=True) is None


def test_a_reserved_word_is_no_reason_against_names_that_contain_it() -> None:
    assert [username_problem(each) for each in ("administrata", "mod-squad", "ada-admin")] == [None] * 3
