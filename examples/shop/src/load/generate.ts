import { Agent, request as startRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Incident } from '../incidents.ts';
import { plantSecrets } from '../planted.ts';
import { createRandom } from '../random.ts';
import { type PlannedRequest, type Visitor, createVisitor, planStorm } from './mix.ts';
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

/** Where requests come from, as the load balancer says: it is the same for everybody otherwise. */
interface Origin {
  readonly agent: Agent;
  readonly address: string;
}

/** An address of the range that is for such loads. Source: https://www.rfc-editor.org/rfc/rfc2544 */
const addressOf = (visitor: number): string => `198.18.${(visitor >> 8) & 255}.${visitor & 255}`;
/** Whose address is in no other range. Source: https://www.rfc-editor.org/rfc/rfc5737 */
const STORM_ADDRESS = '203.0.113.9';
const TOO_MANY_REQUESTS = 429;

/** Traffic that is under way. */
export interface Load {
  /** What has been sent so far. */
  report(): LoadReport;
  /** One visitor more who does not know when to stop, for as long as that is the incident. */
  suffer(incident: Incident): void;
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
    const origin = { agent, address: addressOf(number) };
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
      await ask(visitor, origin);
    }
  }

  /** Asks for the same thing again and again. */
  async function hammer(pauseMs: number, origin: Origin, signal: AbortSignal): Promise<void> {
    const visitor: Visitor = { next: planStorm, remember() {} };
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await ask(visitor, origin);
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async function storm(atATime: number, pauseMs: number, signal: AbortSignal): Promise<void> {
    const own = new Agent({ keepAlive: true, maxSockets: atATime });
    const origin = { agent: own, address: STORM_ADDRESS };
    await Promise.all(Array.from({ length: atATime }, () => hammer(pauseMs, origin, signal)));
    own.destroy();
  }

  async function ask(visitor: Visitor, origin: Origin): Promise<void> {
    const planned = visitor.next();
    const { method } = planned;
    const startMs = performance.now();
    const end = (status: number | 'aborted' | 'failed'): void => {
      // The door is before every route: what it turns away has come to none.
      const route = status === TOO_MANY_REQUESTS ? undefined : planned.route;
      tally.add({ method, route, status, seconds: (performance.now() - startMs) / 1000 });
    };
    try {
      if (planned.abort !== undefined) {
        await leaveEarly(planned, origin);
        end('aborted');
        return;
      }
      const { status, body } = await exchange(planned, origin);
      end(status);
      const placed = /"id":"([^"]+)","tenant":"([^"]+)"/.exec(status === 201 ? body : '');
      if (placed?.[1] !== undefined && placed[2] !== undefined) {
        visitor.remember({ id: placed[1], tenant: placed[2] });
      }
    } catch (error) {
      end('failed');
      tally.fail(`${method} ${planned.route ?? ''}: ${String(error)}`);
    }
  }

  function open({ method, path, headers, body }: PlannedRequest, { agent: own, address }: Origin) {
    const more = {
      'x-forwarded-for': address,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    };
    return startRequest({ hostname, port, agent: own, method, path, headers: { ...headers, ...more } });
  }

  function exchange(
    planned: PlannedRequest,
    origin: Origin,
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const request = open(planned, origin);
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
  function leaveEarly(planned: PlannedRequest, origin: Origin): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = open(planned, origin);
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

  let over = new AbortController();
  const storms: Promise<void>[] = [];

  async function visitAll(): Promise<LoadReport> {
    await Promise.all(Array.from({ length: connections }, (_, number) => visit(number)));
    stopped.abort();
    over.abort();
    await Promise.all(storms);
    agent.destroy();
    return tally.report();
  }

  return {
    report: tally.report,
    suffer(incident) {
      over.abort();
      if (incident.kind !== 'storming' || stopped.signal.aborted) return;
      over = new AbortController();
      storms.push(storm(incident.atATime, incident.pauseMs, over.signal));
    },
    stop() {
      stopped.abort();
      over.abort();
    },
    done: visitAll(),
  };
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += String(chunk);
  return text;
}
