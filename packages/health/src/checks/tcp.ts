import { connect } from 'node:net';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { failureText } from './failure-text.ts';
import { connected } from './socket.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

export const tcpCheckOptionsSchema = z.strictObject({
  /** Name or address of the host. */
  host: z.string().min(1).max(255),
  /** The port. */
  port: z.int().min(1).max(65_535),
  /** Longest wait for the connection, the look-up of the name included [ms]. */
  timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
});
export type TcpCheckOptions = z.input<typeof tcpCheckOptionsSchema>;

/**
 * Something accepts connections at a port; what it is stays unasked. Details: `address`, the one that answered.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('smtp', tcpCheck({ host: 'mail.local', port: 25 }));
 */
export function tcpCheck(options: TcpCheckOptions): BuiltInCheck {
  const { host, port, timeoutMs } = parseOptions('tcpCheck', tcpCheckOptionsSchema, options);
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

  return timedCheck(timeoutMs, () => ({
    async work(stop) {
      const socket = connect({ host, port });
      try {
        await connected(socket, 'connect', stop);
        return up({ address: socket.remoteAddress });
      } finally {
        socket.destroy();
      }
    },
    late: (afterMs) =>
      down(
        `${target} does not accept a connection after ${afterMs} ms: the host is down, or a firewall drops packets`,
      ),
    failed: (error) => down(`${target}: ${failureText(error)}`),
  }));
}
