#!/usr/bin/env bash
# rss-parser, the usual reader of feeds for Node.js: of two feeds that say the same, one in RSS and one in Atom, it has not
# the same. That there are further pages (RFC 5005, a link with rel="next") it tells of RSS alone, where the link is an
# Atom element in a foreign namespace; of Atom, to which the link belongs, it has none. And the full text of an RSS item is
# in `content` only if it stands in <description>; from <content:encoded>, which is made for it, it is not.
#
# Expected: `paginationLinks` of both, and `content` of both.
# Seen with rss-parser 3.13.0: `paginationLinks` is undefined for Atom, `content` is undefined for RSS. feedsmith 3.0.1 has
# the link and the text of both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund rss-parser@3.13.0 feedsmith@3.0.1

cat >try.mjs <<'JS'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
import Parser from "rss-parser";

const text = "&lt;p&gt;All of it.&lt;/p&gt;";
const atom = `<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Notes</title><id>tag:blog.example,2026:notes</id><updated>2026-11-30T10:00:00Z</updated>
  <link rel="next" href="https://blog.example/feed.atom?page=2"/>
  <entry><id>tag:blog.example,2026:1</id><title>One</title><updated>2026-11-30T10:00:00Z</updated>
    <link href="https://blog.example/one"/><content type="html">${text}</content></entry>
</feed>`;
const rss = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel><title>Notes</title><link>https://blog.example/</link><description>Notes</description>
    <atom:link rel="next" href="https://blog.example/feed.rss?page=2"/>
    <item><guid isPermaLink="false">tag:blog.example,2026:1</guid><title>One</title><link>https://blog.example/one</link>
      <content:encoded>${text}</content:encoded></item></channel>
</rss>`;

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
console.log("rss-parser", version("rss-parser"), "| feedsmith", version("feedsmith"));
const parser = new Parser();
const seen = { atom: await parser.parseString(atom), rss: await parser.parseString(rss) };
for (const [name, { paginationLinks, items }] of Object.entries(seen)) {
  console.log(`${name}:`, { paginationLinks, content: items[0].content, "content:encoded": items[0]["content:encoded"] });
}
assert.deepEqual(seen.rss.paginationLinks, { next: "https://blog.example/feed.rss?page=2" });
assert.equal(seen.atom.paginationLinks, undefined);
assert.equal(seen.atom.items[0].content, "<p>All of it.</p>");
assert.equal(seen.rss.items[0].content, undefined);
assert.equal(seen.rss.items[0]["content:encoded"], "<p>All of it.</p>");

const others = { atom: parseFeed(atom).feed, rss: parseFeed(rss).feed };
assert.equal(others.atom.links[0].rel, "next");
assert.equal(others.rss.atom.links[0].rel, "next");
assert.equal(others.atom.entries[0].content.value ?? others.atom.entries[0].content, "<p>All of it.</p>");
assert.equal(others.rss.items[0].content.encoded, "<p>All of it.</p>");
JS
node try.mjs
