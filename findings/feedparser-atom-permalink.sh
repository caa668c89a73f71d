#!/usr/bin/env bash
# feedparser for Python says of an Atom entry whether its id is also its address (`guidislink`), a notion of RSS. It depends
# on which of the two stands first in the entry: with <id> before <link> a tag: URI is said
# to be the address, although the entry has another one, which is read rightly; with <link> before <id> it is not.
#
# Expected: False for both, since an Atom id is no link and the entry has one; or at least the same for both.
# Seen with feedparser 6.0.14: True with the id first, False with the link first; `link` is the same in both. RSS with
# isPermaLink="false" is False in either order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check feedparser==6.0.14 2>/dev/null

cat >try.py <<'PYTHON'
import feedparser

ID, LINK = "<id>tag:blog.example,2026:1</id>", '<link href="https://blog.example/one"/>'
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><id>tag:blog.example,2026:notes</id>
<updated>2026-11-30T10:00:00Z</updated><entry>{}<title>One</title><updated>2026-11-30T10:00:00Z</updated></entry></feed>"""
GUID, ADDRESS = '<guid isPermaLink="false">tag:blog.example,2026:1</guid>', "<link>https://blog.example/one</link>"
RSS = """<rss version="2.0"><channel><title>Notes</title><link>https://blog.example/</link><description>Notes</description>
<item>{}<title>One</title></item></channel></rss>"""

print("feedparser", feedparser.__version__)
seen = {}
for name, text in {
    "Atom, id first": ATOM.format(ID + LINK),
    "Atom, link first": ATOM.format(LINK + ID),
    "RSS, guid first": RSS.format(GUID + ADDRESS),
    "RSS, link first": RSS.format(ADDRESS + GUID),
}.items():
    feed = feedparser.parse(text)
    entry = feed.entries[0]
    seen[name] = entry.guidislink
    print(f"{name}: guidislink={entry.guidislink} link={entry.link} id={entry.id}")
    assert not feed.bozo and (entry.link, entry.id) == ("https://blog.example/one", "tag:blog.example,2026:1")
assert list(seen.values()) == [True, False, False, False], seen
PYTHON
venv/bin/python try.py
