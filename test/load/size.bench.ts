/**
 * What does somebody install who wants this, and who puts the usual parts together? `node test/load/size.bench.ts`
 *
 * Counts what is installed in this workspace; what a published package of ours holds says `npm pack`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installedTree } from '../supply-chain/installed-tree.ts';
import { SIZE_RESULTS, type SizeResult, sizeColumns, sizeRows } from './size-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ours = (name: string): string => `${root}packages/${name}`;
const rival = (name: string): string => `${root}test/load/node_modules/${name}`;

const choices: readonly { readonly title: string; readonly folders: readonly string[] }[] = [
  { title: '**`@sightline/bootstrap`**', folders: [ours('bootstrap')] },
  {
    title: 'OTel SDK 3 with auto instrumentation, express-prom-bundle, pino-http',
    folders: [
      '@opentelemetry/sdk-node',
      '@opentelemetry/auto-instrumentations-node',
      'express-prom-bundle',
      'pino-http',
    ].map(rival),
  },
  {
    title: 'OTel SDK 3 with auto instrumentation alone',
    folders: ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'].map(rival),
  },
  { title: '**`@sightline/cli`** with the embedded stack, for development', folders: [ours('cli')] },
];

const published = new Map<string, number>();
function publishedBytes(name: string): number {
  const known = published.get(name);
  if (known !== undefined) return known;
  const folder = ours(name.replace('@sightline/', ''));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString(),
  ) as readonly { readonly unpackedSize: number }[];
  published.set(name, packed?.unpackedSize ?? 0);
  return packed?.unpackedSize ?? 0;
}

const results = choices.map(({ title, folders }): SizeResult => {
  const all = folders.flatMap((folder) => installedTree(folder));
  const each = new Map(all.map((one) => [`${one.name}@${one.version}`, one]));
  const bytes = [...each.values()].reduce(
    (sum, one) => sum + (one.name.startsWith('@sightline/') ? publishedBytes(one.name) : one.bytes),
    0,
  );
  return { title, packages: each.size, bytes };
});

writeFileSync(SIZE_RESULTS, `${JSON.stringify(results, null, 2)}\n`);
for (const row of [sizeColumns, sizeColumns.map(() => '---'), ...sizeRows(results)]) {
  process.stdout.write(`| ${row.join(' | ')} |\n`);
}
