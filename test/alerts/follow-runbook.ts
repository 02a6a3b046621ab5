import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '../markdown.ts';
import { alertsFolder } from './rule-files.ts';

/** The service that runbooks are written for, and matchers of what only that has: its bank, its instance, its route. */
const EXAMPLE = 'shop';
const own = String.raw`\w+="(?:bank|/pay|postgres|prices|pg|api|a:1)"`;
const ownMatchers = new RegExp(String.raw` \| ${own}|, ${own}|${own}(?:, )?`, 'g');
const ASK_MS = 10_000;

/** The queries of a runbook in one language, for a service. */
export function queriesOf(
  runbook: string,
  language: 'promql' | 'logql' | 'traceql',
  service = EXAMPLE,
): readonly string[] {
  const text = readFileSync(join(alertsFolder, 'runbooks', `${runbook}.md`), 'utf8');
  return codeBlocks(text)
    .filter((block) => block.language === language)
    .map(({ code }) => (service === EXAMPLE ? code : code.replaceAll(ownMatchers, '')))
    .map((code) => code.replaceAll(/\b(job|service_name|service\.name)( ?= ?)"shop"/g, `$1$2"${service}"`));
}

/** What came of the queries of a runbook while something was wrong. */
export interface Followed {
  readonly asked: number;
  /** Queries to which there was an answer; one that shows nothing rules something out. */
  readonly answered: number;
  /** Whether the first one, which the diagnosis begins with, was among them. */
  readonly isFirstAnswered: boolean;
  /** What Prometheus would not take. */
  readonly failed: readonly string[];
}

/** Asks Prometheus what a runbook says, with its ranges at the scale of the rules. */
export async function followRunbook(options: {
  readonly runbook: string;
  readonly service: string;
  readonly prometheusUrl: string;
  readonly timeScaleRatio: number;
}): Promise<Followed> {
  const { runbook, service, prometheusUrl, timeScaleRatio } = options;
  const queries = queriesOf(runbook, 'promql', service);
  const counts: number[] = [];
  const failed: string[] = [];
  for (const query of queries) {
    const asked = encodeURIComponent(scaled(query, timeScaleRatio));
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
    const response = await fetch(`${prometheusUrl}/api/v1/query?query=${asked}`, {
      signal: AbortSignal.timeout(ASK_MS),
    });
    // oxlint-disable-next-line no-await-in-loop -- see above
    const { data, error } = (await response.json()) as { data?: { result: unknown[] }; error?: string };
    if (data === undefined) failed.push(`${runbook}: ${error}: ${query}`);
    counts.push(data?.result.length ?? 0);
  }
  return {
    asked: queries.length,
    answered: counts.filter((count) => count > 0).length,
    isFirstAnswered: (counts[0] ?? 0) > 0,
    failed,
  };
}

/** Ranges and offsets as the rules have them. */
function scaled(query: string, timeScaleRatio: number): string {
  const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return query.replaceAll(
    /(\[|offset )(\d+)([smhd])/g,
    (_match, before: string, count: string, unit = '') => {
      const ms = Math.max(1, Math.round(Number(count) * (unitMs[String(unit)] ?? 1) * timeScaleRatio));
      return `${before}${ms}ms`;
    },
  );
}
