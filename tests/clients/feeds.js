// Reads feeds with rss-parser and feedsmith, and prints what each of them has found.
import Parser from 'rss-parser';
import { parseFeed } from 'feedsmith';

const [base] = process.argv.slice(2);
const parser = new Parser();

const shown = {};
for (const path of process.argv.slice(3)) {
  const text = await (await fetch(base + path)).text();
  shown[path] = { feedsmith: parseFeed(text) };
  if (!path.endsWith('.json')) shown[path].rssParser = await parser.parseString(text);
}
console.log(JSON.stringify(shown));
