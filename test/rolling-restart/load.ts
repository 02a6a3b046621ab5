import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** What is asked for, in turns of these. */
const MIX = [
  ...Array.from({ length: 16 }, () => 'short' as const),
  'long',
  'long',
  'parts',
  'parts',
] as const;

/** How a request finds a pod. */
type Route =
  /** A proxy chooses a pod for each, over connections that it keeps. */
  | 'proxy'
  /** The network chooses a pod for each connection, and a client keeps that for as long as it lasts. */
  | 'network';

export interface Load {
  /** Requests that were answered in full, by the port of the instance. */
  readonly answered: ReadonlyMap<number, number>;
  /** When the last answer of each came [ms since 1970]. */
  readonly lastAnswerAtMs: ReadonlyMap<number, number>;
  /** All others, in words. */
  readonly failures: readonly string[];
  /** Sends no more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Three of five by the proxy, in another turn than the mix. */
function routeOf(number: number): Route {
  return (number + Math.floor(number / MIX.length)) % 5 < 3 ? 'proxy' : 'network';
}

/** Longest idle time of a connection [ms]: shorter than the server's, which would close it just when it is used. */
const IDLE_MS = 2000;
/** Time between two looks at how many are due [ms]. */
const TICK_MS = 10;

/**
 * Sends requests at a rate, whatever becomes of those before.
 *
 * @param ratePerSecond requests a second
 * @param endpoints ports of the instances that take new requests
 */
export function startLoad(ratePerSecond: number, endpoints: () => readonly number[]): Load {
  const answered = new Map<number, number>();
  const lastAnswerAtMs = new Map<number, number>();
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const proxyAgent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const networkAgent = Object.assign(
    // Few idle connections, each in its turn: those that a client keeps for longer than the drain's delay may be closed
    // just when it uses them, with every server there is.
    new Agent({ keepAlive: true, timeout: IDLE_MS, scheduling: 'fifo', maxFreeSockets: 32 }),
    { createConnection: () => connect(nextPort(), '127.0.0.1') },
  );
  const beganAtMs = performance.now();
  let sent = 0;
  let turn = 0;

  function nextPort(): number {
    const ports = endpoints();
    turn += 1;
    const port = ports[turn % ports.length];
    if (port === undefined) throw new Error('there are no endpoints');
    return port;
  }

  async function send(path: string, route: Route): Promise<void> {
    let port: number | undefined = route === 'proxy' ? nextPort() : undefined;
    const request = httpRequest({
      host: '127.0.0.1',
      port: port ?? 80,
      path,
      agent: route === 'proxy' ? proxyAgent : networkAgent,
    });
    try {
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      port = response.socket.remotePort ?? port;
      const body = await text(response);
      if (response.statusCode !== 200 || !body.endsWith(' end')) {
        throw new Error(`status ${response.statusCode}, body ${body}`);
      }
      answered.set(port ?? 0, (answered.get(port ?? 0) ?? 0) + 1);
      lastAnswerAtMs.set(port ?? 0, Date.now());
    } catch (error) {
      const atMs = Math.round(performance.now() - beganAtMs);
      const connection = request.reusedSocket ? 'a kept connection' : 'a new connection';
      failures.push(`${route} ${path} over ${connection} to ${port} after ${atMs} ms: ${String(error)}`);
    }
  }

  const timer = setInterval(() => {
    const due = ((performance.now() - beganAtMs) * ratePerSecond) / 1000;
    for (; sent < due; sent++) {
      const one = send(`/${MIX[sent % MIX.length]}/${sent}`, routeOf(sent));
      underWay.add(one);
      void one.then(() => underWay.delete(one));
    }
  }, TICK_MS);

  return {
    answered,
    lastAnswerAtMs,
    failures,
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      proxyAgent.destroy();
      networkAgent.destroy();
    },
  };
}
