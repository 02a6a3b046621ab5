import { createDrain } from '@sightline/health';
import type { Drain, DrainBegin, DrainHookOutcome, DrainReport } from '@sightline/health';
import type { ShutdownConfig } from '../config/shutdown.ts';
import type { WriteHealth } from './health-log.ts';

export interface ServiceDrainSetup {
  readonly config: ShutdownConfig;
  readonly write: WriteHealth;
  /** Readiness fails from here on. */
  readonly onDraining: () => void;
}

/** The drain of the service, which says what it does in a line at its begin and one at its end. */
export function createServiceDrain({ config, write, onDraining }: ServiceDrainSetup): Drain {
  const { drainDelayMs, drainDeadlineMs: deadlineMs, hookTimeoutMs } = config;
  return createDrain(
    { drainDelayMs, deadlineMs, hookTimeoutMs },
    {
      onDraining(begin) {
        onDraining();
        write('info', {}, beginLine(begin));
      },
      onDrained(report) {
        for (const outcome of report.hooks) {
          if (outcome.outcome !== 'done') tellHook(write, outcome);
        }
        tellEnd(write, report);
      },
    },
  );
}

function beginLine({ reason, drainDelayMs, open }: DrainBegin): string {
  const until = drainDelayMs === 0 ? '' : `; requests are taken for another ${drainDelayMs} ms`;
  return `${reason}: readiness fails, ${count(open.requests, 'request')} under way${until}`;
}

function tellHook(write: WriteHealth, { name, phase, outcome, durationMs, error }: DrainHookOutcome): void {
  const what = {
    done: 'ended',
    failed: 'failed',
    timeout: `has not ended within ${Math.round(durationMs)} ms`,
    hurried: 'has not ended before the second signal',
  }[outcome];
  write(
    'warn',
    { code: 'SIGHTLINE_DRAIN_HOOK', hook: name, phase, ...(error !== undefined && { err: error }) },
    `the drain hook ${name} ${what}; the end goes on`,
  );
}

function tellEnd(write: WriteHealth, { reason, durationMs, destroyed, hurried }: DrainReport): void {
  const { requests, streams } = destroyed;
  const when = `${reason}: drained in ${Math.round(durationMs)} ms${hurried ? ', hurried by a second signal' : ''}`;
  if (requests + streams === 0) {
    write('info', {}, `${when}, no request was cut`);
    return;
  }
  const cut = [
    requests > 0 && count(requests, 'request'),
    streams > 0 && count(streams, 'other connection'),
  ].filter(Boolean);
  write('warn', { code: 'SIGHTLINE_DRAIN_CUT', ...destroyed }, `${when}, cut off: ${cut.join(' and ')}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
