"""Trackbacks, webmentions and pingbacks as others send them, and as nobody should."""

import xmlrpc.client
from contextlib import suppress
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkbacks.charsets import decoded, named_charset
from linkbacks.forms import UnreadableFormError, read_form
from linkbacks.pingback_call import (
    BadCallError,
    Call,
    Fault,
    pingback_answer,
    pingback_fault,
    read_pingback,
)
from linkbacks.plain_text import LOOKED_AT, plain
from linkbacks.trackback_ping import (
    BadTrackbackError,
    TrackbackPing,
    read_trackback,
    trackback_answer,
)
from linkbacks.web_address import normal_address
from linkbacks.webmention_request import BadWebmentionError, read_webmention

FORM = b"application/x-www-form-urlencoded"
PARTS = b"multipart/form-data; boundary=cut"


def form(encoding: str = "utf-8", /, **fields: str) -> bytes:
    return "&".join(f"{n}={quote_from_bytes(v.encode(encoding))}" for n, v in fields.items()).encode()


def parts(encoding: str = "utf-8", /, **fields: str) -> bytes:
    pieces = [
        f'--cut\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n'.encode() + v.encode(encoding) + b"\r\n"
        for n, v in fields.items()
    ]
    return b"".join([*pieces, b"--cut--\r\n"])


AS_HTML = "&#201;cho &#038; <b>r&eacute;ponse</b> &#8220;à&#8221; Ana"
TITLE = "Écho & réponse “à” Ana"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, form(url="http://a.example/1", title=TITLE, blog_name="Été")),
        (FORM + b"; charset=utf-8", form(url="http://a.example/1", title=TITLE, blog_name="Été")),
        (
            FORM + b"; charset=windows-1252",
            form("cp1252", url="http://a.example/1", title=TITLE, blog_name="Été"),
        ),
        (FORM, form("cp1252", url="http://a.example/1", title=TITLE, blog_name="Été", charset="ISO-8859-1")),
        (FORM, form("cp1252", url="http://a.example/1", title=TITLE, blog_name="Été", charset="no-such")),
        (PARTS, parts(url="http://a.example/1", title=TITLE, blog_name="Été")),
        (PARTS, parts("cp1252", url="http://a.example/1", title=TITLE, blog_name="Été", charset="latin1")),
        (b"", form(url=" http://a.example/1\n", title=TITLE, blog_name="Été")),
        (
            FORM,
            form(
                url="http://a.example/1",
                title="&#201;cho &#038; <b>r&eacute;ponse</b> &#8220;à&#8221; Ana",
                blog_name="Été",
            ),
        ),
    ],
)
def test_a_trackback_is_read_in_the_charset_that_it_has(content_type: bytes, body: bytes) -> None:
    assert read_trackback(content_type, body) == TrackbackPing("http://a.example/1", TITLE, "", "Été")


@pytest.mark.parametrize(
    ("content_type", "body"), [(FORM, b""), (FORM, form(title="x")), (PARTS, parts(url=" "))]
)
def test_a_trackback_without_url_is_none(content_type: bytes, body: bytes) -> None:
    with pytest.raises(BadTrackbackError, match="has no url"):
        read_trackback(content_type, body)


@given(
    st.binary(max_size=300),
    st.sampled_from([FORM, PARTS, b"", b"multipart/form-data", FORM + b"; charset=punycode"]),
)
@example(b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--", PARTS)
@example(b"url=%E9&charset=idna", FORM)
def test_no_bytes_do_more_than_be_refused(body: bytes, content_type: bytes) -> None:
    for read, refusal in (
        (read_trackback, BadTrackbackError),
        (read_webmention, BadWebmentionError),
        (read_form, UnreadableFormError),
    ):
        with suppress(refusal):
            read(content_type, body)


@given(st.text(max_size=300))
@example("<script>alert()</script>")
@example("&#0;&#x110000;&#xD800;")
@example(f"&#{'1' * 5000};")
def test_any_text_becomes_a_line_and_any_answer_is_xml(text: str) -> None:
    line = plain(text)
    assert line == " ".join(line.split())
    message = "".join(c for c in line if c.isprintable())
    answer = ET.fromstring(trackback_answer(message))
    assert (answer.findtext("error"), answer.findtext("message")) == (
        ("1", message) if message else ("0", None)
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("A &amp;lt; B", "A &lt; B"),
        ("<p>One</p><p>two</p>", "One two"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<style>a{}</style>x<!-- no -->y", "x y"),
        ("R&D", "R&D"),
        ("if x<y then", "if x<y then"),
        ("a" * (LOOKED_AT + 1), "a" * LOOKED_AT),
    ],
)
def test_titles_are_html_and_shown_as_text(written: str, meant: str) -> None:
    assert plain(written) == meant


def test_a_webmention_has_both_addresses() -> None:
    body = form(source="http://a.example/é", target=" https://blog.example/posts/x#y")
    assert read_webmention(FORM, body) == ("http://a.example/é", "https://blog.example/posts/x#y")
    with pytest.raises(BadWebmentionError, match="no source"):
        read_webmention(FORM, form(target="x"))
    with pytest.raises(BadWebmentionError, match="no target"):
        read_webmention(FORM, form(source="x"))
    with pytest.raises(BadWebmentionError, match="cannot be read"):
        read_webmention(b"multipart/form-data", b"source=x&target=y")


def test_a_pingback_of_a_real_client_is_read() -> None:
    body = xmlrpc.client.dumps(("http://a.example/é&b", "https://blog.example/posts/x#y"), "pingback.ping")
    assert read_pingback(body.encode()) == Call("http://a.example/é&b", "https://blog.example/posts/x#y")
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>{body.partition("?>")[2]}'.encode("latin-1")
    assert read_pingback(latin).source == "http://a.example/é&b"
    bare = (
        "<methodCall><methodName> pingBack.Ping </methodName><params><param><value>http://a</value></param>"
    )
    assert read_pingback(
        f"{bare}<param><value><string>b</string></value></param></params></methodCall>".encode()
    ) == (
        "http://a",
        "b",
    )


TYPED = "<!DOCTYPE methodCall><methodCall/>"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", Fault.UNREADABLE),
        (b"<methodCall>", Fault.UNREADABLE),
        (b'<!DOCTYPE methodCall [<!ENTITY a "b">]><methodCall/>', Fault.UNREADABLE),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE methodCall><methodCall/>'.encode("utf-16"),
            Fault.UNREADABLE,
        ),
        (b"<!--" + b" " * 5000 + b"--><!DOCTYPE methodCall><methodCall/>", Fault.UNREADABLE),
        (b"<methodCall/>", Fault.NO_METHOD),
        (xmlrpc.client.dumps((), "system.listMethods").encode(), Fault.NO_METHOD),
        (xmlrpc.client.dumps(("http://a",), "pingback.ping").encode(), Fault.WRONG_ARGUMENTS),
    ],
)
def test_what_is_no_pingback_is_a_fault(body: bytes, fault: Fault) -> None:
    with pytest.raises(BadCallError) as refused:
        read_pingback(body)
    assert refused.value.fault is fault


@given(st.binary(max_size=200), st.text(max_size=100))
def test_any_call_is_answered_in_xml_rpc(body: bytes, text: str) -> None:
    with suppress(BadCallError):
        read_pingback(body)
    message = "".join(c for c in text if c.isprintable())
    assert xmlrpc.client.loads(pingback_answer(message))[0] == (message,)
    with pytest.raises(xmlrpc.client.Fault) as told:
        xmlrpc.client.loads(pingback_fault(Fault.NO_LINK, message))
    assert (told.value.faultCode, told.value.faultString) == (17, message)


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("HTTP://Blog.Example:80/a?b#c", "http://blog.example/a?b"),
        ("https://blog.example:443", "https://blog.example/"),
        ("https://blog.example.:8443/", "https://blog.example:8443/"),
        (" https://bücher.example/é ", "https://xn--bcher-kva.example/%C3%A9"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
        (
            "http://a.example/%c3%A9/%f0%9f%8e%89?%e9=%zz%%4a",
            "http://a.example/%C3%A9/%F0%9F%8E%89?%E9=%zz%%4A",
        ),
        *(
            (bad, "")
            for bad in (
                "",
                "/posts/x",
                "javascript:alert()",
                "ftp://a/",
                "http://",
                "http://a:0/",
                "http://u@a/",
            )
        ),
        *(
            (bad, "")
            for bad in (
                "http://a/ b",
                "http://a/\n<",
                "http://[::1",
                "http://a:99999/",
                "http://" + "a" * 3000,
            )
        ),
    ],
)
def test_an_address_has_one_form(address: str, normal: str) -> None:
    assert normal_address(address) == normal
    assert normal_address(normal) == normal


@given(st.text(max_size=100))
def test_no_address_is_too_strange(address: str) -> None:
    for each in (address, f"http://{address}/", f"https://a.example/{address}"):
        normal = normal_address(each)
        assert normal_address(normal) == normal


@given(st.binary(max_size=200), st.lists(st.text(max_size=20), max_size=2))
def test_bytes_are_text_whatever_charset_they_are_said_to_have(data: bytes, named: list[str]) -> None:
    decoded(data, [*named, named_charset(f"text/html; charset={named}")])


def test_a_charset_is_not_believed_that_it_cannot_be() -> None:
    assert decoded(b"http://elsewhere.example/", ["utf-16"]) == "http://elsewhere.example/"
    assert decoded(b"http://elsewhere.example/1", ["utf-16-le"]) == "http://elsewhere.example/1"
    assert decoded("a é".encode("utf-16-le"), ["utf-16-le"]) == "a é"


def test_a_charset_is_guessed_where_nobody_says_it() -> None:
    russian = "Привет, мир! Это заметка о том, как мы писали письма друзьям и что они нам отвечали." * 3
    assert decoded(russian.encode("cp1251")) == russian
    assert decoded(russian.encode("koi8-r"), ["koi8-r"]) == russian
    assert decoded("é".encode("utf-16")) == "é"
