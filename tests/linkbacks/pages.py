"""Pages that say in their ways how they take webmentions: the cases that every sender is tried with.

The kinds of cases are those of webmention.rocks; the pages are ours. Each is at `/CASE` of its host and is right when
what is found is its `endpoint`, relative to where the page came from in the end.
"""

from dataclasses import dataclass

PLAIN = "<title>A page</title><p>Nothing here."


@dataclass(frozen=True)
class Case:
    """A page: its `Link` headers, its HTML, and where it wants to be told; `moved` is where it redirects to."""

    about: str
    headers: tuple[str, ...] = ()
    html: str = PLAIN
    endpoint: str = "/told"
    moved: str = ""


CASES = [
    Case("a header, relative, its relation unquoted", ("</told>; rel=webmention",)),
    Case("a header, absolute, its relation unquoted", ("<ORIGIN/told>; rel=webmention",)),
    Case("a link element, relative", html='<head><link href="/told" rel="webmention"></head>'),
    Case("a link element, absolute", html='<link rel="webmention" href="ORIGIN/told">'),
    Case("an anchor, relative", html='<p>Tell <a href="/told" rel="webmention">me</a>!'),
    Case("an anchor, absolute", html='<a rel="webmention" href="ORIGIN/told">me</a>'),
    Case("a header with letters of any size", ("</told>; REL=WebMention",)),
    Case("a header, its relation quoted", ('</told>; rel="webmention"',)),
    Case("an element with several relations", html='<link rel="me webmention feed" href="/told">'),
    Case("a header with several relations", ('</told>; rel="webmention somethingelse"',)),
    Case(
        "a header before all elements",
        ("</told>; rel=webmention",),
        '<link rel="webmention" href="/wrong"><a rel="webmention" href="/wrong">x</a>',
    ),
    Case(
        "a relation that only contains the word",
        html='<link rel="not-webmention" href="/wrong"><link rel="webmention" href="/told">',
    ),
    Case(
        "an element in a comment",
        html='<!-- <a rel="webmention" href="/wrong">x</a> --><a rel="webmention" href="/told">y</a>',
    ),
    Case(
        "an element that is only shown",
        html='<code>&lt;a rel="webmention" href="/wrong"&gt;</code><a rel="webmention" href="/told">y</a>',
    ),
    Case("an empty address, which is the page", html='<link rel="webmention" href="">', endpoint="/15"),
    Case(
        "an anchor before a link element",
        html='<a rel="webmention" href="/told">x</a><link rel="webmention" href="/wrong">',
    ),
    Case(
        "a link element before an anchor",
        html='<link rel="webmention" href="/told"><a rel="webmention" href="/wrong">x</a>',
    ),
    Case("several headers", ("</wrong>; rel=other", "</told>; rel=webmention")),
    Case("several links in a header", ("</wrong>; rel=other, </told>; rel=webmention",)),
    Case(
        "an element without an address",
        html='<link rel="webmention"><a rel="webmention" href="/told">y</a>',
    ),
    Case(
        "an address with a query",
        html='<link rel="webmention" href="/told?for=21&amp;and=%20more">',
        endpoint="/told?for=21&and=%20more",
    ),
    Case(
        "an address relative to the page", html='<link rel="webmention" href="22/told">', endpoint="/22/told"
    ),
    Case(
        "a page that has moved, to which its address is relative",
        html='<link rel="webmention" href="told">',
        moved="/moved/23",
        endpoint="/moved/told",
    ),
]
