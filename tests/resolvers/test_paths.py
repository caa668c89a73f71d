"""Addresses of the old site, however somebody writes them, are one path."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.address import LONGEST_PATH
from resolvers.paths import last_of, normal_path


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/2008/02/03/poutine", "/2008/02/03/poutine"),
        ("/2008/02/03/poutine/", "/2008/02/03/poutine"),
        ("2008/02/03/poutine", "/2008/02/03/poutine"),
        (" /2008//02/03///poutine// ", "/2008/02/03/poutine"),
        ("https://old.example/2008/02/03/poutine/?utm_source=x&fbclid=y#comments", "/2008/02/03/poutine"),
        ("//old.example/2008", "/2008"),
        ("/2008/02/Cr%C3%AApes/", "/2008/02/Crêpes"),
        ("/2008/02/Cr%c3%aapes", "/2008/02/Crêpes"),
        ("/2008/02/Cre\u0302pes", "/2008/02/Crêpes"),
        ("/CASE/stays", "/CASE/stays"),
        ("/a%20b+c", "/a b+c"),
        ("/?p=18", "/?p=18"),
        ("/?utm_source=x&p=18", "/?p=18"),
        ("/index.php?p=18", "/?p=18"),
        ("/INDEX.PHP?p=18&preview=true", "/?p=18"),
        ("/blog/index.php", "/blog"),
        ("/blog/index.html", "/blog"),
        ("/blog/reindex.html", "/blog/reindex.html"),
        ("/?page_id=7&p=18", "/?page_id=7&p=18"),
        ("/?post/2009/12/Titre", "/?post/2009/12/Titre"),
        ("/index.php?post/2009/12/%C3%89t%C3%A9", "/?post/2009/12/Été"),
        ("/cgi-bin/mt/comments.cgi?id=5&x=y", "/cgi-bin/mt/comments.cgi?id=5"),
        ("/archives/2008?p=18", "/archives/2008"),
        ("/?utm_source=x", "/"),
        ("/?", "/"),
        ("/", "/"),
        ("", ""),
        ("https://blog.example", "/"),
        ("/what%3F", "/what%3F"),
        ("/C%23", "/C%23"),
        ("/100%25", "/100%"),
        ("/a%2520b", "/a%2520b"),
        ("/index.php/", "/"),
        ("/?q=e%CC%81t%C3%A9+x/y", "/?q=%C3%A9t%C3%A9+x/y"),
        ("/?p=", "/"),
        ("/?p=\ud800", "/?p=%3F"),
        ("100%", "/100%"),
        ("/%zz", "/%zz"),
        ("/%ff", "/\ufffd"),
        ("/a%00b", ""),
        ("http://[", ""),
        ("/" + "x" * (LONGEST_PATH - 1), "/" + "x" * (LONGEST_PATH - 1)),
        ("/" + "%F0%9F%8D%9F" * (LONGEST_PATH - 1), "/" + "\U0001f35f" * (LONGEST_PATH - 1)),
        ("/" + "x" * LONGEST_PATH, ""),
        ("/" * 1_000_000 + "x", ""),
    ],
)
def test_the_normal_form(written: str, path: str) -> None:
    assert normal_path(written) == path


PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "/",
                "//",
                "?",
                "#",
                "%",
                "%25",
                "%2F",
                "%3F",
                "%23",
                "%00",
                "%C3%A9",
                "%ff",
                "%65%CC%81",
                ".",
                "..",
            ),
            *(
                "index.php",
                "/index.html",
                ".cgi",
                "p=1",
                "&",
                "=",
                "id=",
                "post",
                "http:",
                "[",
                "]",
                ":",
                "@",
                ";",
            ),
            *(" ", "\t", "\n", "\0", "é", "e\u0301", "\ud800", "a", "A", "+", "\u2028", "\u00a0", "x" * 500),
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@example("/a%20")
@example("/a/%20/")
@example("/%252F")
@example("/index.php/")
@example("/index.php/index.php")
@example("/?p=%26p=2")
@example("/?a?b/")
@example("/?a%23=%3D%09 ")
@example("/?%2F")
@example("/index.php /index.php")
@example("/?p=\ud800")
@given(PIECES | st.text())
def test_any_text_has_a_normal_form_and_nothing_more_becomes_of_that(text: str) -> None:
    path = normal_path(text)
    assert path == "" or path.startswith("/")
    assert len(path) <= LONGEST_PATH
    assert "\0" not in path
    assert normal_path(path) == path


@pytest.mark.parametrize(
    ("prefix", "path", "name"),
    [
        ("posts", "/posts/keyset-paging", "keyset-paging"),
        ("posts", "/posts/keyset%2Dpaging/?utm_source=x", "keyset-paging"),
        ("posts", "https://blog.example/posts/a", "a"),
        ("tags", "/posts/a", ""),
        ("posts", "/posts", ""),
        ("posts", "/posts/a/b", ""),
        ("posts", "/posts/", ""),
        ("posts", "/", ""),
        ("posts", "/x/posts/a", ""),
        ("posts", "http://[", ""),
    ],
)
def test_what_is_called_in_a_path_of_the_site_as_it_is(prefix: str, path: str, name: str) -> None:
    assert last_of(prefix, path) == name
