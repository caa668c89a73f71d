#!/usr/bin/env bash
# Python, dateutil, and readers of feeds: "Mon, 30 Nov -0001 00:00:00 +0000" is what WordPress wrote for years as the pubDate
# of a draft, whose date is all zeros. email.utils takes the year for the zone and the zone for the year, and dateutil reads
# a year 1 of this century. So a draft that was never published looks like an old post.
#
# Expected: an error, since there is no such year; or no date.
# Seen with Python 3.11: parsedate_to_datetime gives 30 November 2000 at 00:00 in the zone -00:01, and so podcastparser 0.6.11
# and fastfeedparser 0.6.5 give 30 November 2000, 00:01 UTC; with python-dateutil 4.0.0 and atoma 0.0.17: 30 November 2001.
# No date: feedparser 6.0.14 and, for Node.js, rss-parser 3.13.0; its Date and feedparser 2.6.0 give "Invalid Date".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check python-dateutil==4.0.0 feedparser==6.0.14 \
  podcastparser==0.6.11 fastfeedparser==0.6.5 atoma==0.0.17 2>/dev/null
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rss-parser@3.13.0 feedparser@2.6.0

cat >try.py <<'PYTHON'
import io
import platform
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version

import atoma
import dateutil.parser
import fastfeedparser
import feedparser
import podcastparser

DATE = "Mon, 30 Nov -0001 00:00:00 +0000"
RSS = f"""<rss version="2.0"><channel><title>Garden</title><link>http://garden.example/</link><description>-</description>
<item><title>Beans</title><link>http://garden.example/?p=1</link><guid>http://garden.example/?p=1</guid>
<enclosure url="http://garden.example/beans.mp3" length="1" type="audio/mpeg" /><pubDate>{DATE}</pubDate></item>
</channel></rss>"""
open("feed.xml", "w").write(RSS)

episode = podcastparser.parse("http://garden.example/feed", io.StringIO(RSS))["episodes"][0]
seen = {
    f"email.utils of Python {platform.python_version()}": parsedate_to_datetime(DATE).isoformat(),
    "podcastparser": datetime.fromtimestamp(episode["published"], UTC).isoformat(),
    "fastfeedparser": fastfeedparser.parse(RSS).entries[0].published,
    "python-dateutil": dateutil.parser.parse(DATE).isoformat(),
    "atoma": atoma.parse_rss_bytes(RSS.encode()).items[0].pub_date.isoformat(),
    "feedparser": feedparser.parse(RSS).entries[0].published_parsed,
}
for name, date in seen.items():
    print(name, version(name) if " " not in name else "", date)
assert list(seen.values()) == [
    "2000-11-30T00:00:00-00:01",
    "2000-11-30T00:01:00+00:00",
    "2000-11-30T00:01:00+00:00",
    "2001-11-30T00:00:00+00:00",
    "2001-11-30T00:00:00+00:00",
    None,
]
PYTHON
cat >try.js <<'JS'
const assert = require("assert");
const fs = require("fs");
const FeedParser = require("feedparser");
const Parser = require("rss-parser");

const rss = fs.readFileSync("feed.xml", "utf8");
const date = "Mon, 30 Nov -0001 00:00:00 +0000";
const invalid = (value) => value instanceof Date && isNaN(value);
const version = (name) => require(`./node_modules/${name}/package.json`).version;

console.log("Date of Node.js", process.versions.node, String(new Date(date)));
assert(invalid(new Date(date)));
new Parser().parseString(rss).then(({ items: [item] }) => {
  console.log("rss-parser", version("rss-parser"), "isoDate" in item ? item.isoDate : "no isoDate");
  assert(item.pubDate === date && !("isoDate" in item));
});
let read = 0;
const parser = new FeedParser();
parser.on("readable", () => {
  for (let item; (item = parser.read()); read++) {
    console.log("feedparser of npm", version("feedparser"), String(item.pubdate));
    assert(invalid(item.pubdate));
  }
});
parser.on("end", () => assert.equal(read, 1));
parser.end(rss);
JS
venv/bin/python try.py
node try.js
