import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { REPORT, type Usage } from './report.ts';

/** `sightline dev` as it is built, with the rules that come with it. */
export interface DevProcess {
  readonly url: string;
  /** From its start to the first answer [ms]. */
  readonly readyMs: number;
  /** What it takes and took, and how long it stood still since this was asked last. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url));
const watch = new URL('watch.ts', import.meta.url).href;
/** The line of the command that says where it listens. */
const LISTENS = /runs.* at \D*(http:\/\/[\d.:]+)/;

export async function startDev(): Promise<DevProcess> {
  const startMs = performance.now();
  const child = spawn(process.execPath, ['--import', watch, program, 'dev', '--port', '0'], {
    cwd: tmpdir(),
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = linesOf(child);
  const [, url = ''] = LISTENS.exec(await lines.next((line) => LISTENS.test(line))) ?? [];
  await fetch(`${url}/api/v1/query?query=1`).then((response) => response.text());
  const readyMs = performance.now() - startMs;
  return {
    url,
    readyMs,
    async usage() {
      const told = lines.next((line) => line.startsWith(REPORT));
      child.kill('SIGUSR2');
      return JSON.parse((await told).slice(REPORT.length)) as Usage;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Waits for lines on standard error. */
function linesOf(child: ChildProcess): { next(fits: (line: string) => boolean): Promise<string> } {
  const waiting = new Set<(line: string) => void>();
  if (child.stderr === null) throw new Error('it was started without its standard error');
  createInterface(child.stderr).on('line', (line) => {
    for (const take of waiting) take(line);
  });
  return {
    next: (fits) =>
      new Promise((resolve, reject) => {
        const onExit = (): void => reject(new Error('sightline dev ended; is it built?'));
        const take = (line: string): void => {
          if (!fits(line)) return;
          waiting.delete(take);
          child.off('exit', onExit);
          resolve(line);
        };
        waiting.add(take);
        child.once('exit', onExit);
      }),
  };
}
