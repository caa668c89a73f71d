#!/usr/bin/env bash
# isso: what `isso import` makes of an export of Disqus or WordPress. It keeps the HTML of the comments as their text, which
# it then takes for Markdown and escapes; it publishes what Disqus marks as spam; it has WordPress's spam wait for approval;
# it passes over every thread, unless it is told that the identifiers are empty, though they are not; and it takes times in
# UTC for local ones.
#
# Expected: an imported comment looks as it did; spam stays away; a thread with an identifier is imported; 08:00:00Z is
# 08:00:00Z.
# Seen with isso 0.14.0 and Python 3.11: readers see "<p>Sow <b>late</b>" with the tags; the comment with <isSpam>true</isSpam>
# is among them; without --empty-id: "Isso couldn't import any thread"; in New York each comment is four hours later.
#
# Needs a C compiler, for a package that isso needs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check isso==0.14.0 mistune==3.4.0 2>/dev/null
venv/bin/isso --version

cat >disqus.xml <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
  <category dsq:id="1"><forum>garden</forum><title>General</title><isDefault>true</isDefault></category>
  <thread dsq:id="10">
    <id>beans</id><forum>garden</forum><category dsq:id="1" /><link>http://garden.example/beans</link>
    <title>Beans</title><message /><createdAt>2021-05-01T12:00:00Z</createdAt>
    <author><name>Ada</name><isAnonymous>false</isAnonymous><username>ada</username></author>
    <isClosed>false</isClosed><isDeleted>false</isDeleted>
  </thread>
  <post dsq:id="100">
    <id /><message><![CDATA[<p>Sow <b>late</b> &amp; deep</p>]]></message>
    <createdAt>2021-05-02T08:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
    <author><name>Bo</name><isAnonymous>true</isAnonymous></author><thread dsq:id="10" />
  </post>
  <post dsq:id="101">
    <id /><message><![CDATA[<p>Cheap watches</p>]]></message>
    <createdAt>2021-05-02T09:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>true</isSpam>
    <author><name>Watches</name><isAnonymous>true</isAnonymous></author><thread dsq:id="10" />
  </post>
</disqus>
XML
cat >wordpress.xml <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Garden</title><item>
  <title>Beans</title><link>http://garden.example/beans</link>
  <wp:comment>
    <wp:comment_id>100</wp:comment_id><wp:comment_author><![CDATA[Bo]]></wp:comment_author>
    <wp:comment_author_email>bo@garden.example</wp:comment_author_email><wp:comment_author_url></wp:comment_author_url>
    <wp:comment_author_IP>192.0.2.1</wp:comment_author_IP><wp:comment_date>2021-05-02 08:00:00</wp:comment_date>
    <wp:comment_date_gmt>2021-05-02 08:00:00</wp:comment_date_gmt>
    <wp:comment_content><![CDATA[<p>Sow <b>late</b> &amp; deep</p>]]></wp:comment_content>
    <wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent>
  </wp:comment>
  <wp:comment>
    <wp:comment_id>101</wp:comment_id><wp:comment_author><![CDATA[Watches]]></wp:comment_author>
    <wp:comment_author_email>w@watches.example</wp:comment_author_email><wp:comment_author_url></wp:comment_author_url>
    <wp:comment_author_IP>192.0.2.2</wp:comment_author_IP><wp:comment_date>2021-05-02 09:00:00</wp:comment_date>
    <wp:comment_date_gmt>2021-05-02 09:00:00</wp:comment_date_gmt>
    <wp:comment_content><![CDATA[<p>Cheap watches</p>]]></wp:comment_content>
    <wp:comment_approved>spam</wp:comment_approved><wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent>
  </wp:comment>
</item></channel></rss>
XML
for name in disqus plain wordpress newyork; do
  printf '[general]\ndbpath = %s.db\nhost = http://localhost/\n' "$name" >"$name.cfg"
done
isso() { TZ=$1 venv/bin/isso -c "$2.cfg" import "${@:3}" 2>log || { cat log >&2; return 1; }; }
isso UTC plain disqus.xml | tee plain.txt
grep -q "couldn't import any thread" plain.txt
isso UTC disqus --empty-id disqus.xml
isso UTC wordpress wordpress.xml
isso America/New_York newyork --empty-id disqus.xml

cat >try.py <<'PYTHON'
import logging
import sqlite3
from datetime import UTC, datetime

from isso import config, make_app
from werkzeug.test import Client

logging.disable()
TEXT = "<p>Sow <b>late</b> &amp; deep</p>"
SHOWN = "<p>&lt;p&gt;Sow &lt;b&gt;late&lt;/b&gt; &amp;amp; deep&lt;/p&gt;</p>"
PUBLISHED, WAITING = 1, 2


def stored(name):
    rows = sqlite3.connect(f"{name}.db").execute("SELECT author, mode, text, created FROM comments ORDER BY id")
    return [(*row, datetime.fromtimestamp(created, UTC).isoformat()) for *row, created in rows]


def shown(name):
    """What readers of the page are sent."""
    client = Client(make_app(config.load(config.default_file(), f"{name}.cfg"), threading=True))
    return [(reply["author"], reply["text"]) for reply in client.get("/?uri=/beans").json["replies"]]


assert stored("plain") == []
for name, spam in (("disqus", PUBLISHED), ("wordpress", WAITING)):
    print(f"{name}, stored:", *stored(name), sep="\n  ")
    print(f"{name}, shown:", *shown(name), sep="\n  ")
    kept, watches = stored(name)
    assert kept == ("Bo", PUBLISHED, TEXT, "2021-05-02T08:00:00+00:00")
    assert watches[:2] == ("Watches", spam)
    assert shown(name)[0] == ("Bo", SHOWN)
    assert ("Watches" in dict(shown(name))) is (spam == PUBLISHED)
print("disqus, imported in New York:", stored("newyork")[0][3])
assert stored("newyork")[0][3] == "2021-05-02T12:00:00+00:00"
PYTHON
venv/bin/python try.py
