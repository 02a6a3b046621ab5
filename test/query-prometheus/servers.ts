import { createMemorySeries, createPromqlEngine, type PromqlEngine } from '@sightline/query/promql';
import { debianProgram, type DebianProgram } from '../servers/debian.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { testData, type TestSeries } from '../../packages/query/test/promql/data.ts';
import type { Dialect } from './generate.ts';
import { remoteWrite } from './remote-write.ts';

/** A Prometheus and our engine with the same data. */
export interface Pair {
  readonly version: string;
  readonly url: string;
  readonly engine: PromqlEngine;
  stop(): Promise<void>;
}

export interface Release {
  readonly name: string;
  readonly program: DebianProgram;
  readonly compatibility: 2 | 3;
  readonly dialect: Dialect;
}

export const releases: readonly Release[] = [
  {
    name: 'Prometheus 2 of Debian',
    program: { program: 'prometheus', package: 'prometheus', release: 'own' },
    compatibility: 2,
    dialect: { experimental: false, native: false, changedSince: [] },
  },
  {
    name: 'Prometheus 3 of Debian',
    program: { program: 'prometheus', package: 'prometheus', release: 'sid' },
    compatibility: 3,
    dialect: {
      experimental: true,
      native: true,
      changedSince: [
        // A native histogram is not extended to before its count was 0.
        /\b(rate|increase)\([^[]*\b(latency|fine|custom|sizes)\b/,
        // Of a NaN it is NaN.
        /\bmad_over_time\((?!up|build_info|requests_total|errors_total|duration_seconds|limit)/,
      ],
    },
  },
];

/** Starts the server, or says why there is none. */
export async function startPair(
  release: Release,
  seed: number,
): Promise<Pair | { readonly missing: string }> {
  const found = await debianProgram(release.program);
  if ('missing' in found) return found;
  const { experimental, native } = release.dialect;
  const features = [
    'promql-negative-offset',
    'promql-at-modifier',
    ...(experimental ? ['promql-experimental-functions'] : []),
    ...(native ? ['native-histograms'] : []),
  ];
  const server = await startPrometheus({
    path: found.path,
    jobs: {},
    flags: [
      '--web.enable-remote-write-receiver',
      `--enable-feature=${features.join(',')}`,
      // The data are older than what it keeps by itself.
      '--storage.tsdb.retention.time=100y',
    ],
  });
  const data = testData(seed, native);
  await remoteWrite(server.url, data);
  return { version: server.version, url: server.url, engine: engineOf(data, release), stop: server.stop };
}

function engineOf(data: readonly TestSeries[], { compatibility }: Release): PromqlEngine {
  const source = createMemorySeries();
  for (const { labels, samples } of data) {
    for (const { timeMs, value } of samples) {
      if (value === undefined) source.appendStale(labels, timeMs);
      else source.append(labels, timeMs, value);
    }
  }
  return createPromqlEngine({ source, compatibility });
}
