import { readFile } from 'node:fs/promises';
import type { Labels } from '@sightline/query';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ScrapeTarget } from './scrape-target.ts';

/** Targets of one job. */
export interface ScrapeJob {
  readonly job: string;
  /** `host:port`, or a whole address. */
  readonly targets: readonly string[];
  /** Put on every series. */
  readonly labels?: Labels | undefined;
}

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
 * Each address of a job as it is scraped; the path is `/metrics` unless the address has one.
 *
 * @param onProblem told of an address that is none, which is left out: the others are scraped all the same
 */
export function targetsOf(
  { job, targets, labels = {} }: ScrapeJob,
  onProblem: (problem: string) => void,
): readonly ScrapeTarget[] {
  return targets.flatMap((target) => {
    const url = URL.parse(/^https?:\/\//.test(target) ? target : `http://${target}`);
    if (url === null) {
      onProblem(`job ${job}: ${JSON.stringify(target)} is no address such as localhost:9464`);
      return [];
    }
    if (url.pathname === '/') url.pathname = '/metrics';
    return [{ url: url.href, labels: { ...labels, job, instance: url.host } }];
  });
}
