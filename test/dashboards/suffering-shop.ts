import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { alertFiles } from '@sightline/alerts';
import { createLogger } from '@sightline/logger';
import { expect, vi } from 'vitest';
import { debianProgram } from '../servers/debian.ts';
import { findProgram } from '../servers/program.ts';
import { type ObservedStack, openObservedStack } from './observed-stack.ts';
import { allPanels } from './panel-queries.ts';
import { searchTempo } from './server-answers.ts';

/** Rules that look at five minutes look at six seconds. */
const TIME_SCALE = 0.02;
/** How long a test waits for what takes its time, such as rules and what Tempo counts [ms]. */
export const PATIENCE_MS = 30_000;
/** How long opening and closing may take [ms]. */
export const OPENING_MS = 120_000;

/** Every panel, by its dashboard and its question. */
export const everyPanel = allPanels.map(({ board, panel }) => [`${board}: ${panel.title}`, panel] as const);

/** The shop with everything that dashboards show: slow requests, failed ones, firing alerts, an audit record. */
export interface SufferingShop {
  /** The servers; without them `skip` is told why, which ends the test. */
  given(skip: (reason: string) => unknown): ObservedStack;
  close(): Promise<void>;
}

/** Opens it, where Prometheus, Loki and Tempo are to be had; otherwise it says once which of them are not. */
export async function openSufferingShop(): Promise<SufferingShop> {
  const prometheus = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  const loki = findProgram('loki', 'SIGHTLINE_LOKI_BINARY');
  const tempo = findProgram('tempo', 'SIGHTLINE_TEMPO_BINARY');
  if ('missing' in prometheus || 'missing' in loki || 'missing' in tempo) {
    const missing = [prometheus, loki, tempo]
      .flatMap((each) => ('missing' in each ? [each.missing] : []))
      .join('; ');
    process.stdout.write(`skipped: ${missing}\n`);
    return {
      given(skip) {
        skip(missing);
        throw new Error(missing);
      },
      close: () => Promise.resolve(),
    };
  }
  const folder = await mkdtemp(join(tmpdir(), 'sightline-rules-'));
  const stack = await openObservedStack({
    programs: { prometheus: prometheus.path, loki: loki.path, tempo: tempo.path },
    rules: await writeRules(folder),
  });
  // Slow ones first, then failed ones until the end.
  stack.order({ kind: 'slow', delayMs: 1100 });
  await answered(() => searchTempo(stack, { expr: '{ kind = server && duration > 1s }' }));
  stack.order({ kind: 'failing', failedRatio: 0.4 });
  createLogger({ service: 'orders' }, stack.lines).audit('order.cancel', {
    actor: { type: 'user', id: 'u1' },
    resource: { type: 'order', id: 'o1' },
    outcome: 'denied',
  });
  return {
    given: () => stack,
    async close() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @returns the files of the rules for Prometheus */
async function writeRules(folder: string): Promise<readonly string[]> {
  const rules = alertFiles({ timeScaleRatio: TIME_SCALE }).filter(({ path }) =>
    path.startsWith('prometheus/'),
  );
  return Promise.all(
    rules.map(async ({ path, content }) => {
      const file = join(folder, basename(path));
      await writeFile(file, content);
      return file;
    }),
  );
}

/** Asks until there is an answer: incidents, loads and rules take their time. */
export async function answered<Answers extends readonly unknown[]>(
  ask: () => Promise<Answers>,
): Promise<Answers> {
  return vi.waitFor(
    async () => {
      const answers = await ask();
      expect(answers).not.toEqual([]);
      return answers;
    },
    { timeout: PATIENCE_MS, interval: 250 },
  );
}
