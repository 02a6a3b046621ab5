import { ports } from '@sightline/conventions';
import type * as z from 'zod';
import type { EnvironmentReader } from './environment.ts';
import { debugOptionOf, isToken } from './options.ts';
import type { adminOptionsSchema } from './options.ts';
import type { Surroundings } from './surroundings.ts';
import { debugPaths } from './words.ts';

export interface AdminConfig {
  /** Whether a port is opened. */
  readonly enabled: boolean;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A secret. Without it the guarded paths are for this machine alone. */
  readonly token: string | undefined;
  readonly debug: { readonly cpuProfile: boolean; readonly heapSnapshot: boolean };
}

/** All interfaces: probes and scrapes come from outside. What is guarded is guarded. */
const DEFAULT_HOST = '0.0.0.0';
const MAX_PORT = 65_535;

export function adminConfig(
  read: EnvironmentReader,
  options: z.output<typeof adminOptionsSchema>,
  { instance }: Pick<Surroundings, 'instance'>,
): AdminConfig {
  const debug = new Set(
    (read.words('SIGHTLINE_ADMIN_DEBUG', { words: debugPaths }) ?? []).map((word) => debugOptionOf[word]),
  );
  return {
    enabled: options.enabled ?? !(read.boolean('SIGHTLINE_ADMIN_DISABLED') ?? false),
    host: options.host ?? read.text('OTEL_EXPORTER_PROMETHEUS_HOST') ?? DEFAULT_HOST,
    port: portOf(
      options.port ?? read.integer('OTEL_EXPORTER_PROMETHEUS_PORT', 0, MAX_PORT) ?? ports.admin.port,
      instance,
    ),
    token: options.token ?? tokenFromEnvironment(read),
    debug: {
      cpuProfile: options.debug?.cpuProfile ?? debug.has('cpuProfile'),
      heapSnapshot: options.debug?.heapSnapshot ?? debug.has('heapSnapshot'),
    },
  };
}

/** Processes with one configuration take ports in a row. */
function portOf(first: number, instance: number): number {
  return first === 0 ? 0 : Math.min(first + instance, MAX_PORT);
}

function tokenFromEnvironment(read: EnvironmentReader): string | undefined {
  const token = read.text('SIGHTLINE_ADMIN_TOKEN');
  if (token === undefined || isToken(token)) return token;
  read.refuse(
    'SIGHTLINE_ADMIN_TOKEN',
    'cannot be a token, so that the guarded paths are for this machine alone',
    'a text of 16 to 512 visible ASCII characters without blanks',
    'set SIGHTLINE_ADMIN_TOKEN to a long random text, such as that of `openssl rand -hex 32`',
  );
  return undefined;
}
