import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import type { LocalStack } from '@sightline/local';
import type { CommandContext } from '../command.ts';
import { textAt } from '../doctor/json-at.ts';
import type { Io } from '../io.ts';
import { printable } from '../printable.ts';

interface LookOptions {
  /** Where a service with Sightline has its metrics: `localhost:9464`. */
  readonly target: string;
  readonly everyMs?: number;
}

/**
 * Scrapes a service at the place where it is expected from when it is first there: until then nothing is amiss that an alert would have
 * to tell.
 */
export function scrapeWhenThere(
  stack: Pick<LocalStack, 'scrape'>,
  { signal }: Pick<Io, 'signal'>,
  note: CommandContext['note'],
  { target, everyMs = 1000 }: LookOptions,
): void {
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  timer.unref();
  let isThere = false;

  async function look(): Promise<void> {
    const status = await statusAt(target, everyMs);
    // An earlier look may have been answered late.
    if (isThere) return;
    isThere = true;
    clearInterval(timer);
    const job = textAt(status, 'service', 'service.name') ?? 'app';
    stack.scrape({ job, targets: [target] });
    note(`${printable(job)} is there: its metrics are scraped from ${target}`);
  }
}

/** What a service tells of itself. Without `fetch`, which takes 13 MB and is needed for nothing else here. */
async function statusAt(target: string, timeoutMs: number): Promise<unknown> {
  const asked = process
    .getBuiltinModule('node:http')
    .get(`http://${target}/status`, { agent: false, signal: AbortSignal.timeout(timeoutMs) });
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
  return json(response as Parameters<typeof json>[0]);
}
