import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Instance } from '../rolling-restart/instance.ts';
import type { SoakSample } from './verdict.ts';

type Look = Omit<SoakSample, 'seconds' | 'series' | 'spoolBytes' | 'settledBytes'> & {
  readonly answered: number;
  readonly droppedLines: number;
  readonly queuedLines: number;
};

/** An instance that is looked at. */
export interface SteadyInstance extends Instance {
  look(): Promise<Look>;
  burst(): void;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** With what users get: the built bundle, by `--import`. */
export async function startSteadyInstance(
  id: string,
  env: Readonly<Record<string, string>>,
  maxLifeMs: number,
): Promise<SteadyInstance> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', '@sightline/bootstrap/register', `${folder}steady-service.ts`],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        OTEL_SERVICE_NAME: 'steady',
        OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${id},service.version=${id}`,
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      timeout: maxLifeMs,
      killSignal: 'SIGKILL',
    },
  );
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const failed = ended.then((end): never => {
    throw new Error(`instance ${id} ended: ${JSON.stringify(end)}`);
  });
  failed.catch(() => {});
  const message = async <Message>(): Promise<Message> => {
    const [first] = (await Promise.race([once(child, 'message'), failed])) as [Message];
    return first;
  };
  const { port, adminPort } = await message<{ port: number; adminPort: number }>();
  return {
    id,
    port,
    adminPort,
    lines: [],
    ended,
    kill: (signal) => void child.kill(signal),
    look() {
      child.send('look');
      return message();
    },
    burst: () => void child.send('burst'),
  };
}
