import { connect } from 'node:net';
import { basename } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { processOnPort } from '../doctor/gather/process.ts';
import { jsonOf } from '../doctor/json-at.ts';
import type { Server } from '../doctor/facts.ts';
import type { Io } from '../io.ts';
import { printable } from '../printable.ts';
import { throwAll } from '../usage-error.ts';
import type { Engine } from './engine.ts';
import { otherPorts, portOf, profilePorts, stackServers } from './stack-servers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A port that is to be listened on, and what changes it. */
interface NeededPort {
  readonly port: number;
  readonly change: string;
}

/**
 * Checks the ports of servers that run without containers.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PORT` for each that is taken, all at once
 */
export async function checkNativePorts(
  io: Pick<Io, 'env' | 'fetch'>,
  running: readonly Server[],
): Promise<void> {
  const { env } = io;
  const needed = running.map((server) =>
    neededPort(env, stackServers[server].portVariable, stackServers[server].port),
  );
  for (const [variable, port] of Object.entries(otherPorts)) {
    const isNeeded = variable.startsWith('LOKI') ? running.includes('loki') : running.includes('tempo');
    if (isNeeded) needed.push(neededPort(env, variable, port));
  }
  await throwTaken(io, await takenOf(needed));
}

/**
 * Checks what Compose is about to publish, but for what containers of the same stack have already. What cannot be found out is left
 * for Compose to complain about.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_PORT` for each that is taken, all at once
 */
export async function checkComposePorts(
  io: Pick<Io, 'env' | 'fetch'>,
  compose: Engine['compose'],
  profiles: readonly string[],
): Promise<void> {
  const published = new Set<number>();
  const config = await compose([...profiles, 'config'], (line) => {
    const [, port] = /^\s*published: "?(\d+)"?$/.exec(line) ?? [];
    if (port !== undefined) published.add(Number(port));
  });
  if (!config.ok) return;
  const variables = new Map(
    Object.entries(everyPort).map(([variable, port]) => [portOf(io.env, variable, port), variable]),
  );
  const taken = await takenOf(
    Array.from(published, (port) => ({
      port,
      change: variables.has(port) ? `set ${variables.get(port)} to another port` : 'publish another one',
    })),
  );
  if (taken.length === 0) return;
  const own = new Set<number>();
  const listed = await compose([...profiles, 'ps', '--format', 'json'], (line) => {
    for (const [, port] of line.matchAll(/"(?:PublishedPort|host_port)": ?(\d+)/g)) own.add(Number(port));
  });
  if (listed.ok)
    await throwTaken(
      io,
      taken.filter(({ port }) => !own.has(port)),
    );
}

const everyPort: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.values(stackServers).map(({ portVariable, port }) => [portVariable, port])),
  ...otherPorts,
  ...profilePorts,
};

function neededPort(env: Environment, variable: string, byDefault: number): NeededPort {
  return { port: portOf(env, variable, byDefault), change: `set ${variable} to another port` };
}

async function takenOf(needed: readonly NeededPort[]): Promise<readonly NeededPort[]> {
  const taken = await Promise.all(needed.map(async (each) => ((await isTaken(each.port)) ? [each] : [])));
  return taken.flat();
}

async function throwTaken(io: Pick<Io, 'fetch'>, taken: readonly NeededPort[]): Promise<void> {
  throwAll(
    await Promise.all(
      taken.map(async ({ port, change }) => {
        const by = await holderOf(io, port);
        return new SightlineError('SIGHTLINE_CLI_PORT', {
          problem: `port ${port} is taken by ${by}`,
          expected: 'a port that nobody listens on',
          fix:
            by === EMBEDDED
              ? `end it, or ${change}`
              : `end what has it (sightline down, where it is the stack itself), or ${change}`,
        });
      }),
    ),
  );
}

const EMBEDDED = 'sightline dev';
const ANSWER_MS = 1000;

/** What listens on a port, as far as it tells or this system does. Of a command line no more than the program: others may be secret. */
async function holderOf({ fetch }: Pick<Io, 'fetch'>, port: number): Promise<string> {
  // No other server has this path; with a token, it is refused.
  const answer = await fetch(`http://127.0.0.1:${port}/sightline/api/v1/runs`, {
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  const text = await answer?.text().catch(() => '');
  const isEmbedded =
    answer?.status === 401 ? text?.includes('`Bearer <token>`') : Array.isArray(jsonOf(text ?? ''));
  if (isEmbedded) return EMBEDDED;
  const found = await processOnPort(port);
  // Some write more than a program in its place.
  const [program] = found?.command[0]?.split(' ') ?? [];
  return program === undefined ? 'something else' : `${printable(basename(program))}, process ${found?.pid}`;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const end = (taken: boolean): void => {
      socket.destroy();
      done(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
