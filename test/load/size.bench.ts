/**
 * What does somebody install who wants this, and who puts the usual parts together? `node test/load/size.bench.ts`
 *
 * Counts what is installed in this workspace; what a published package of ours holds says `npm pack`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { table } from '../markdown.ts';
import { installedTree, packageKey } from '../supply-chain/installed-tree.ts';
import { print } from './figures.ts';
import {
  PART_RESULTS,
  type PartResult,
  SIZE_RESULTS,
  type SizeResult,
  partColumns,
  partRows,
  sizeColumns,
  sizeRows,
} from './size-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ours = (name: string): string => `${root}packages/${name}`;
const rival = (name: string): string => `${root}test/load/node_modules/${name}`;
const endRival = (name: string): string => `${root}test/chaos/node_modules/${name}`;
/** The peer of most: npm installs it with them. */
const api = rival('@opentelemetry/api');

interface Choice {
  readonly title: string;
  /** Each as somebody names it to npm, and the peers that come with them. */
  readonly folders: readonly string[];
}

const choices: readonly Choice[] = [
  { title: '**`@sightline/bootstrap`**', folders: [ours('bootstrap')] },
  {
    title: 'OTel SDK 3 with auto instrumentation, express-prom-bundle, pino-http',
    folders: [
      '@opentelemetry/sdk-node',
      '@opentelemetry/auto-instrumentations-node',
      '@opentelemetry/api',
      'express-prom-bundle',
      'prom-client',
      'pino-http',
    ].map(rival),
  },
  {
    title: 'OTel SDK 3 with auto instrumentation alone',
    folders: [
      '@opentelemetry/sdk-node',
      '@opentelemetry/auto-instrumentations-node',
      '@opentelemetry/api',
    ].map(rival),
  },
  { title: '**`@sightline/cli`** with the embedded stack, for development', folders: [ours('cli')] },
];

/** One part of ours beside each of the packages that it is taken in place of. */
const parts: Readonly<Record<string, readonly Choice[]>> = {
  'lines of requests, to Loki as well': [
    { title: '**`@sightline/logger`**', folders: [ours('logger'), api] },
    { title: '`pino-http`', folders: [rival('pino-http')] },
    { title: '`pino-loki`', folders: [endRival('pino-loki')] },
  ],
  'a page of metrics': [
    {
      title: '**`@sightline/metrics`** and **`@sightline/http`**',
      folders: [ours('metrics'), ours('http'), api],
    },
    { title: '`prom-client`', folders: [rival('prom-client')] },
    { title: '`express-prom-bundle`', folders: [rival('express-prom-bundle'), rival('prom-client')] },
  ],
  'probes and an orderly end': [
    { title: '**`@sightline/health`**', folders: [ours('health'), api] },
    { title: '`@godaddy/terminus`', folders: [endRival('@godaddy/terminus')] },
    { title: '`lightship`', folders: [endRival('lightship')] },
  ],
  'traces, metrics and logs': [
    { title: '**`@sightline/bootstrap`**', folders: [ours('bootstrap')] },
    {
      title: '`@opentelemetry/sdk-node` and `auto-instrumentations-node`',
      folders: [rival('@opentelemetry/sdk-node'), rival('@opentelemetry/auto-instrumentations-node'), api],
    },
    { title: '`@elastic/opentelemetry-node`', folders: [rival('@elastic/opentelemetry-node')] },
    { title: '`@splunk/otel`', folders: [rival('@splunk/otel'), api] },
  ],
};

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

function sizeOf({ title, folders }: Choice): SizeResult {
  const all = folders.flatMap((folder) => installedTree(folder));
  const each = new Map(all.map((one) => [packageKey(one), one]));
  const bytes = [...each.values()].reduce(
    (sum, one) => sum + (one.name.startsWith('@sightline/') ? publishedBytes(one.name) : one.bytes),
    0,
  );
  return { title, packages: each.size, bytes };
}

const results = choices.map(sizeOf);
const partResults = Object.entries(parts).flatMap(([purpose, of]) =>
  of.map((choice): PartResult => Object.assign({ purpose }, sizeOf(choice))),
);
writeFileSync(SIZE_RESULTS, `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(PART_RESULTS, `${JSON.stringify(partResults, null, 2)}\n`);
print(`${table(sizeColumns, sizeRows(results))}\n\n${table(partColumns, partRows(partResults))}`);
