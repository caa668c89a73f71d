// Bundles GraphiQL, its editor's workers and its fonts into build/, so that nothing is loaded from elsewhere; the site's
// script; the embed and the client, which pages of other sites load, each as one file and compressed.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const outdir = 'build';

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: {
    graphiql: 'graphiql/main.jsx',
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  outdir,
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  loader: { '.ttf': 'file', '.woff2': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
  logLevel: 'warning',
});

await build({
  entryPoints: { client: 'client/index.js', desk: 'site/desk.js', embed: 'embed/index.js', site: 'site/main.js' },
  outdir,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
});
for (const name of ['client.js', 'embed.js']) {
  await writeFile(`${outdir}/${name}.gz`, gzipSync(await readFile(`${outdir}/${name}`), { level: 9 }));
}
