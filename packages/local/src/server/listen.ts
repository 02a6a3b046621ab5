import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SightlineError } from '@sightline/errors';
import { isLoopback } from './guard.ts';

/** Where to listen. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly token?: string | undefined;
}

/** @throws {SightlineError} `SIGHTLINE_LOCAL_OPEN` */
export function checkOpen({ host, token }: Place): void {
  if (isLoopback(host) || token !== undefined) return;
  throw new SightlineError('SIGHTLINE_LOCAL_OPEN', {
    problem: `host is ${host}, which others reach, and there is no token`,
    expected: 'a token of 16 characters or more, or a host of this machine alone',
    fix: 'pass token, or leave host at 127.0.0.1',
  });
}

/** By what name this machine calls itself where a server listens on all of its addresses. */
const ownAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @throws {SightlineError} `SIGHTLINE_LOCAL_PORT` @returns where this machine reaches it */
export async function listen(server: Server, { host, port }: Place): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new SightlineError(
      'SIGHTLINE_LOCAL_PORT',
      {
        problem: (error as Error).message,
        expected: `port ${port} of ${host} to be free`,
        fix: 'end what has it, or pass port: 0',
      },
      { cause: error },
    );
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  const name = ownAddress[address] ?? address;
  return `http://${family === 'IPv6' ? `[${name}]` : name}:${bound}`;
}
