"""Exports of Blogger written for the tests, entry by entry."""

import html
from collections import Counter

from tests.transfer.formats.xml_writing import of
from transfer.formats.records import Comment, LeftOut, Post, PostKind, Record

BLOG = "tag:blogger.com,1999:blog-77"
GDATA = "http://schemas.google.com/g/2005"


def takeout(*entries: str) -> str:
    return f"""<?xml version='1.0' encoding='utf-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>
<id>{BLOG}</id><title>Carnets</title>{"".join(entries)}</feed>"""


def entry(number: int, kind: str = "POST", status: str = "LIVE", **fields: str) -> str:
    own = {
        "author": "Maud",
        "account": "BLOGGER",
        "title": "Title",
        "content": "<p>Body</p>",
        "date": "2021-03-28T00:30:00.001Z",
        "path": f"/2021/03/{number}.html",
        "labels": "",
        "parent": "",
        "answered": "",
        **fields,
    }
    labels = "".join(
        f"<category scheme='{BLOG}' term={html.escape(label)!r}/>" for label in own["labels"].split("|")
    )
    return f"""<entry><id>{BLOG}.post-{number}</id><blogger:type>{kind}</blogger:type>
<blogger:status>{status}</blogger:status><author><name>{html.escape(own["author"])}</name><uri></uri>
<blogger:type>{own["account"]}</blogger:type></author><title>{html.escape(own["title"])}</title>
<content type='html'>{html.escape(own["content"])}</content><published>{own["date"]}</published>
<updated>{own["date"]}</updated>{labels if own["labels"] else "<category/>"}
<blogger:filename>{own["path"]}</blogger:filename><blogger:trashed></blogger:trashed>
{f"<blogger:parent>{BLOG}.post-{own['parent']}</blogger:parent>" if own["parent"] else ""}
{f"<blogger:inReplyTo>{BLOG}.post-{own['answered']}</blogger:inReplyTo>" if own["answered"] else ""}</entry>
"""


def comment(number: int, status: str = "LIVE", on: int = 1, **fields: str) -> str:
    return entry(
        number, "COMMENT", status, parent=str(on), **{"account": "ANONYMOUS", "author": "Ann", **fields}
    )


def archive(*entries: str) -> str:
    return f"""<?xml version='1.0' encoding='UTF-8'?><?xml-stylesheet href="http://www.blogger.com/styles/atom.css"?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/' xmlns:gd='{GDATA}'
 xmlns:thr='http://purl.org/syndication/thread/1.0'><id>{BLOG}.archive</id><title type='text'>Carnets &amp; co</title>
<link rel='http://schemas.google.com/g/2005#feed' href='http://a.blogspot.com/feeds/archive'/>
<link rel='alternate' type='text/html' href='http://a.blogspot.com/'/>{"".join(entries)}</feed>"""


def old_entry(
    number: int, kind: str = "post", extra: str = "", author: str = "", content: str = "Body"
) -> str:
    author = (
        author
        or "<name>Maud</name><uri>http://www.blogger.com/profile/5</uri><email>noreply@blogger.com</email>"
    )
    term = f"http://schemas.google.com/blogger/2008/kind#{kind}"
    return f"""<entry><id>{BLOG}.post-{number}</id><published>2009-05-01T10:00:00.000+02:00</published>
<updated>2009-05-02T10:00:00.000+02:00</updated><category scheme='{GDATA}#kind' term='{term}'/>
<title type='text'>Title &lt;b&gt;{number}&lt;/b&gt;</title><content type='html'>{html.escape(content)}</content>
<author>{author}<gd:image rel='x' src='y'/></author>{extra}</entry>"""


ADDRESS = "<link rel='alternate' type='text/html' href='http://a.blogspot.com/2009/05/a.html' title='x'/>"
IN_REPLY = (
    f"<thr:in-reply-to ref='{BLOG}.post-1' href='http://a.blogspot.com/2009/05/a.html' type='text/html'/>"
)
GUEST = "<name>Ann &amp;amp; co</name><uri>http://www.blogger.com/profile/6</uri><email>noreply@blogger.com</email>"


def reported(records: list[Record]) -> Counter[str]:
    kinds = {PostKind.ARTICLE: "POST", PostKind.PAGE: "PAGE"}
    found = Counter(kinds[post.kind] for post in of(Post, records))
    found.update("COMMENT" for _ in of(Comment, records))
    found.update(left.kind.upper() for left in of(LeftOut, records))
    return found
