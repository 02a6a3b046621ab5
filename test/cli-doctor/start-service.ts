import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface DoctorService {
  readonly url: string;
  /** Undefined where Sightline is off. */
  readonly adminUrl: string | undefined;
  stop(): Promise<void>;
}

/** Longest wait until it listens [ms]. */
const STARTED_MS = 120_000;
const cwd = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('service.ts', import.meta.url));

/** @param preloads whether it is started with `--import @sightline/bootstrap/register` */
export async function startService(
  env: Readonly<Record<string, string>>,
  preloads = true,
): Promise<DoctorService> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...(preloads ? ['--import', '@sightline/bootstrap/register'] : []), program],
    {
      cwd,
      env: {
        PATH: process.env['PATH'],
        OTEL_SERVICE_NAME: 'doctored',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_BSP_SCHEDULE_DELAY: '100',
        OTEL_BLRP_SCHEDULE_DELAY: '100',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const [{ port, adminPort }] = (await once(child, 'message', {
    signal: AbortSignal.timeout(STARTED_MS),
  })) as [{ port: number; adminPort?: number }];
  return {
    url: `http://127.0.0.1:${port}/`,
    adminUrl: adminPort === undefined ? undefined : `http://127.0.0.1:${adminPort}`,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
