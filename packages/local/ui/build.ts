/**
 * Builds the web app into `packages/local/dist/ui`, which the stack serves: `node packages/local/ui/build.ts`.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const built = new URL('../dist/ui/', import.meta.url);

await build({ root: fileURLToPath(new URL('.', import.meta.url)), logLevel: 'warn' });
// For those who look from another machine; packed once here rather than for every answer.
const files = await readdir(built, { recursive: true });
await Promise.all(
  files
    .filter((file) => /\.(?:js|css|html|svg)$/.test(file))
    .map(async (file) => {
      const url = new URL(file, built);
      await writeFile(`${fileURLToPath(url)}.gz`, gzipSync(await readFile(url), { level: 9 }));
    }),
);
