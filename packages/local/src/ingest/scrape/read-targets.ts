import { readFile } from 'node:fs/promises';
import type { Labels } from '@sightline/query';
import { parse } from 'yaml';
import { z } from 'zod';
import { addressOf } from '../../server/address.ts';
import { withoutEmpty } from '../../store/series/without-empty.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/** Targets of one job. */
export interface ScrapeJob {
  readonly job: string;
  /** `host:port`, or a whole address. */
  readonly targets: readonly string[];
  /** Put on every series. */
  readonly labels?: Labels | undefined;
}

/** In front of the name of a parameter that its page is asked with. */
const PARAMETER = '__param_';

const groups = z.array(
  z.strictObject({
    targets: z.array(z.string().min(1)),
    labels: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
      .default({}),
  }),
);

/**
 * Reads a file of Prometheus's file discovery, JSON or YAML: `[{ "targets": ["host:port"], "labels": { "job": "shop" } }]`.
 *
 * @throws {Error} naming everything that is wrong in it
 */
export async function readTargetFile(path: string): Promise<readonly ScrapeJob[]> {
  const result = groups.safeParse(parse(await readFile(path, 'utf8')) ?? []);
  if (!result.success) {
    const problems = result.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
    throw new Error(`${path}: ${problems.join('; ')}`);
  }
  return result.data.map(({ targets, labels }) => ({ job: labels['job'] ?? path, targets, labels }));
}

/**
 * Each address of a job as it is scraped. What it does not say itself is as its labels `__scheme__` and `__metrics_path__`
 * have it, or `http` and `/metrics`; credentials go apart, as addresses are shown. Labels that begin with `__` are not on
 * its series.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 *
 * @param onProblem told of an address that is none, which is left out: the others are scraped all the same
 */
export function targetsOf(
  { job, targets, labels = {} }: ScrapeJob,
  onProblem: (problem: string) => void,
): readonly ScrapeTarget[] {
  const given = withoutEmpty(labels);
  const own = Object.entries(given).filter(([name]) => !name.startsWith('__'));
  const parameters = Object.entries(given).filter(([name]) => name.startsWith(PARAMETER));
  return targets.flatMap((target) => {
    const { __scheme__: scheme = 'http', __metrics_path__: path = '/metrics' } = given;
    const address = addressOf(/^https?:\/\//.test(target) ? target : `${scheme}://${target}`);
    if (address === undefined) {
      const shown = target.replace(/^(https?:\/\/)?[^/]*@/, '$1');
      onProblem(`job ${job}: ${JSON.stringify(shown)} is no address such as localhost:9464`);
      return [];
    }
    const { headers } = address;
    const url = new URL(address.url);
    if (url.pathname === '/') url.pathname = path;
    for (const [name, value] of parameters) url.searchParams.set(name.slice(PARAMETER.length), value);
    return [
      {
        url: url.href,
        labels: { instance: hostIn(target), ...Object.fromEntries(own), job },
        ...(Object.keys(headers).length > 0 && { headers }),
      },
    ];
  });
}

/** `host:port` as it is written, the port also where it goes without saying. */
function hostIn(target: string): string {
  const [, host = ''] = /^(?:https?:\/\/)?(?:[^/?#]*@)?([^/?#]*)/.exec(target)!;
  return host;
}
