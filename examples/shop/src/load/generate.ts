import { Agent, request as startRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { plantSecrets } from '../planted.ts';
import { createRandom } from '../random.ts';
import { type PlannedRequest, type Visitor, createVisitor } from './mix.ts';
import { type LoadReport, createTally } from './tally.ts';

export interface LoadOptions {
  /** Where the storefront listens. */
  readonly url: string;
  /** Visitors at a time; each has a connection of its own. */
  readonly connections: number;
  /** The same seed makes the same visitors. */
  readonly seed: number;
  /** Mean wait between the answer and the next request of a visitor [ms]. */
  readonly thinkMs: number;
  /** Requests in all. Default: until it is stopped. */
  readonly requests?: number;
}

/** Traffic that is under way. */
export interface Load {
  /** What has been sent so far. */
  report(): LoadReport;
  /** Lets open requests end and starts no more. */
  stop(): void;
  /** Resolves when the last request has ended. */
  readonly done: Promise<LoadReport>;
}

/** Visitors who ask, wait for the answer, think, and ask again. */
export function startLoad({ url, connections, seed, thinkMs, requests = Infinity }: LoadOptions): Load {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const tally = createTally();
  const planted = plantSecrets(seed);
  const stopped = new AbortController();
  let started = 0;

  async function visit(number: number): Promise<void> {
    const random = createRandom(seed + number);
    const visitor = createVisitor(random, planted);
    const think = (): Promise<void> =>
      delay(random.below(2 * thinkMs + 1), undefined, { signal: stopped.signal }).catch(() => {});
    while (!stopped.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- a visitor asks one thing after the other
      await think();
      if (stopped.signal.aborted || started >= requests) return;
      started += 1;
      // oxlint-disable-next-line no-await-in-loop -- see above
      await ask(visitor);
    }
  }

  async function ask(visitor: Visitor): Promise<void> {
    const planned = visitor.next();
    const { method, route } = planned;
    const startMs = performance.now();
    const end = (status: number | 'aborted' | 'failed'): void =>
      tally.add({ method, route, status, seconds: (performance.now() - startMs) / 1000 });
    try {
      if (planned.abort !== undefined) {
        await leaveEarly(planned);
        end('aborted');
        return;
      }
      const { status, body } = await exchange(planned);
      end(status);
      const placed = /"id":"([^"]+)","tenant":"([^"]+)"/.exec(status === 201 ? body : '');
      if (placed?.[1] !== undefined && placed[2] !== undefined) {
        visitor.remember({ id: placed[1], tenant: placed[2] });
      }
    } catch (error) {
      end('failed');
      tally.fail(`${method} ${route ?? ''}: ${String(error)}`);
    }
  }

  function open({ method, path, headers, body }: PlannedRequest) {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return startRequest({ hostname, port, agent, method, path, headers: { ...headers, ...length } });
  }

  function exchange(planned: PlannedRequest): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const request = open(planned);
      request.on('error', reject);
      request.on('response', (response) => {
        readAll(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      request.end(planned.body);
    });
  }

  /**
   * Hangs up. What was sent is with the server by then: the operating system delivers it before the end of the
   * connection, so that the request counts there as it does here.
   */
  function leaveEarly(planned: PlannedRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = open(planned);
      let isLeaving = false;
      const leave = (): void => {
        isLeaving = true;
        request.destroy();
      };
      request.on('error', (error) => (isLeaving ? undefined : reject(error)));
      request.on('response', (response) => response.resume());
      request.on('close', resolve);
      const { body = '', abort } = planned;
      if (abort === 'half-sent') request.write(body.slice(0, body.length / 2), leave);
      else request.end(leave);
    });
  }

  const done = Promise.all(Array.from({ length: connections }, (_, number) => visit(number))).then(() => {
    agent.destroy();
    return tally.report();
  });
  return { report: tally.report, stop: () => stopped.abort(), done };
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += String(chunk);
  return text;
}
