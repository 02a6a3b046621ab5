import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { LocalStack } from '@sightline/local';
import type { CommandContext } from '../command.ts';
import { jsonOf, textAt } from '../doctor/json-at.ts';
import type { Io } from '../io.ts';
import { targetUrl } from '../option-checks.ts';
import { printable } from '../printable.ts';

interface LookOptions {
  /** Where metrics are, or are expected: `localhost:9464`, or a whole address. */
  readonly target: string;
  /** Whether the user has named it: then whatever answers there is scraped, and it is told that nothing does. */
  readonly isNamed?: boolean;
  /** The token of admin servers, which tell their name to others of this machine alone. */
  readonly token?: string | undefined;
  readonly everyMs?: number;
}

/** The job of what does not tell its name. */
const UNNAMED = 'app';
/** Looks after which it is told that nothing answers. */
const PATIENT_LOOKS = 10;

/**
 * Scrapes what is at a place from when it is first there, as the job that its `/status` names: until then nothing is amiss that an
 * alert would have to tell.
 */
export function scrapeWhenThere(
  stack: Pick<LocalStack, 'scrape'>,
  { signal }: Pick<Io, 'signal'>,
  note: CommandContext['note'],
  { target, isNamed = false, token, everyMs = 1000 }: LookOptions,
): void {
  const url = targetUrl(target)!;
  const timer = setInterval(() => void look().catch(onFailure), everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  timer.unref();
  let isThere = false;
  let failures = 0;

  async function look(): Promise<void> {
    let answer = await statusAt(url, undefined, everyMs);
    // Only an admin server guards this path; it may be that of a container. One without a token refuses whoever brings one.
    const isGuarded = answer.code === 401 || answer.code === 403;
    if (isGuarded && token !== undefined) answer = await statusAt(url, token, everyMs);
    const status = jsonOf(answer.body);
    if (status !== undefined || isGuarded || isNamed) scrape(textAt(status, 'service', 'service.name'));
  }

  function scrape(name: string | undefined): void {
    // An earlier look may have been answered late.
    if (isThere || signal.aborted) return;
    isThere = true;
    clearInterval(timer);
    const job = name ?? UNNAMED;
    stack.scrape({ job, targets: [target] });
    note(`${printable(job)} is there: its metrics are scraped from ${url.host}`);
  }

  function onFailure(error: unknown): void {
    if (!isNamed || isThere) return;
    // The page of targets shows what else is wrong, once it is scraped.
    if (!isSilence(error)) scrape(undefined);
    else if (++failures === PATIENT_LOOKS)
      note(`nothing answers at ${url.host} yet: it is scraped as soon as something does`);
  }
}

/** Whether nobody listens, or nobody has answered in time. */
function isSilence(error: unknown): boolean {
  return ['ECONNREFUSED', 'ABORT_ERR'].includes(String(Object(error).code));
}

/** What a service tells of itself. Without `fetch`, which takes 13 MB and is needed for nothing else here. */
async function statusAt(
  at: URL,
  token: string | undefined,
  timeoutMs: number,
): Promise<{ readonly code: number | undefined; readonly body: string }> {
  const http = process.getBuiltinModule(at.protocol === 'https:' ? 'node:https' : 'node:http');
  const asked = http.get(new URL('/status', at), {
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { code: response.statusCode, body: await text(response) };
}
