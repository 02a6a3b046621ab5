import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Found } from '../servers/debian.ts';
import { freePort } from '../servers/ports.ts';
import { startStackServer } from '../servers/stack-server.ts';
import { startFakeLoki } from './fake-loki.ts';
import type { Keeper } from './keeper.ts';

const TENANT_HEADER = 'X-Scope-OrgID';

/** One of the tenant `good`, and of those whose limits are in the way. */
export interface LokiOfTenants {
  readonly url: string;
  tenant(name: string): Promise<string>;
}

/** The real one with a tenant for each fault, each behind a front that names it; else a fake for each. */
export async function startLokiOfTenants(
  { kept, front }: Keeper,
  program: Found,
  folder: string,
): Promise<LokiOfTenants> {
  if ('missing' in program) {
    const good = await kept(startFakeLoki(), (each) => each.close());
    const refusals: Readonly<Record<string, { status: number; text: string }>> = {
      'no-metadata': {
        status: 400,
        text: "stream '{…}' includes structured metadata, but this feature is disallowed.",
      },
      limited: {
        status: 429,
        text: 'Ingestion rate limit exceeded for user limited (limit: 1 bytes/sec) while attempting to ingest',
      },
      old: { status: 400, text: "entry for stream '{…}' has timestamp too old: 2026-01-01T00:00:00Z" },
    };
    return {
      url: good.url,
      async tenant(name) {
        const refuses = refusals[name];
        return (await kept(startFakeLoki(refuses && { refuses }), (each) => each.close())).url;
      },
    };
  }
  const overrides = join(folder, 'overrides.yml');
  const limits = {
    'no-metadata': { allow_structured_metadata: false },
    limited: {
      ingestion_rate_strategy: 'local',
      ingestion_rate_mb: 0.000001,
      ingestion_burst_size_mb: 0.00001,
    },
    // Nothing is new enough.
    old: { reject_old_samples: true, reject_old_samples_max_age: '1ms' },
  };
  await writeFile(overrides, JSON.stringify({ overrides: limits }));
  const [port, grpcPort] = [await freePort(), await freePort()];
  const real = await kept(
    startStackServer({
      path: program.path,
      port,
      config: new URL('../../compose/loki/loki.yml', import.meta.url),
      changes: { auth_enabled: true, runtime_config: { file: overrides, period: '1s' } },
      env: (data) => ({
        LOKI_PORT: `${port}`,
        LOKI_GRPC_PORT: `${grpcPort}`,
        LOKI_DATA: join(data, 'data'),
        LOKI_RULES: join(data, 'rules'),
        PROMETHEUS_URL: 'http://127.0.0.1:9',
        ALERTMANAGER_URL: 'http://127.0.0.1:9',
      }),
    }),
    (each) => each.stop(),
  );
  const tenant = async (name: string): Promise<string> =>
    (
      await front({
        to: real.url,
        headers: { [TENANT_HEADER]: name },
        // What the others are refused is none of its business.
        change: (text, { url }) =>
          url === '/metrics'
            ? text.replaceAll(new RegExp(`^.*tenant="(?!${name}")[^"]*".*\\n`, 'gm'), '')
            : text,
      })
    ).url;
  return { url: await tenant('good'), tenant };
}
