import { Resolver } from 'node:dns/promises';
import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { failureText } from './failure-text.ts';
import { unlessStopped } from './unless-stopped.ts';
import {
  type BuiltInCheck,
  DEFAULT_TIMEOUT_MS,
  down,
  timedCheck,
  timeoutMsSchema,
  up,
} from './timed-check.ts';

export const dnsCheckOptionsSchema = z.strictObject({
  /** The full name: search domains and `/etc/hosts` are not used. */
  hostname: z.string().min(1).max(253),
  /** The kind of record. */
  recordType: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']).default('A'),
  /** Addresses of the name servers, with a port if need be: `10.0.0.2`, `10.0.0.2:5353`. By default those of the system. */
  servers: z
    .array(z.string().refine(isServer, 'the IP address of a name server'))
    .min(1)
    .readonly()
    .optional(),
  /** Longest wait for the answer [ms]. */
  timeoutMs: timeoutMsSchema.default(DEFAULT_TIMEOUT_MS),
});
export type DnsCheckOptions = z.input<typeof dnsCheckOptionsSchema>;

/** How often a name server is asked within the time: a packet may be lost. */
const TRIES = 2;

/**
 * A name is answered for by the name servers, with at least one record. Details: `records`, how many there are.
 *
 * The name must be whole, such as `payments.default.svc.cluster.local`.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('dns', dnsCheck({ hostname: 'payments.default.svc.cluster.local' }));
 */
export function dnsCheck(options: DnsCheckOptions): BuiltInCheck {
  const { hostname, recordType, servers, timeoutMs } = parseOptions(
    'dnsCheck',
    dnsCheckOptionsSchema,
    options,
  );
  const asked = `${recordType} of ${hostname}`;
  const hint = hostname.includes('.') ? '' : '; the name must be whole, search domains are not used';

  return timedCheck(timeoutMs, () => ({
    async work(stop) {
      const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / TRIES), tries: TRIES });
      if (servers) resolver.setServers(servers);
      const records = await unlessStopped(resolver.resolve(hostname, recordType), stop);
      if (records === undefined) {
        resolver.cancel();
        return up();
      }
      const count = Array.isArray(records) ? records.length : 1;
      return count > 0 ? up({ records: count }) : down(`${asked}: there is no record`, { records: 0 });
    },
    late: (afterMs) => down(`${asked}: the name servers do not answer after ${afterMs} ms`),
    failed: (error) => down(`${asked}: ${failureText(error)}${hint}`),
  }));
}

function isServer(address: string): boolean {
  try {
    new Resolver().setServers([address]);
    return true;
  } catch {
    return false;
  }
}
