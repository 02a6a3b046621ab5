import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const TOOLS = ['/usr/bin/chrt', '/usr/bin/taskset'] as const;

/**
 * Keeps every core busy with what everybody else goes before, so that none falls asleep.
 *
 * On a virtual machine a core that sleeps is given to others, and waking it takes the host up to tens of milliseconds:
 * two slices of load that are alike then differ by more than a fault can make them differ. A process of the class
 * `SCHED_IDLE` yields at once to any other, and costs those on a shared physical core the same in every slice. On a machine
 * with two such cores it made the spread between slices less than half as wide (0.37 instead of 0.94, of the logarithm
 * of their 99th percentiles), and the stolen time a tenth.
 *
 * It ends with this process.
 *
 * @returns false where `chrt` and `taskset` are missing, and nothing is kept awake
 */
export function keepCoresAwake(): boolean {
  if (!TOOLS.every((tool) => existsSync(tool))) return false;
  const spinners = Array.from({ length: availableParallelism() }, (_, core) => spin(core));
  process.once('exit', () => {
    for (const spinner of spinners) spinner.kill('SIGKILL');
  });
  return true;
}

/** A shell, as it loops without garbage; it looks now and then whether the process it is for is still there. */
function spin(core: number): ChildProcess {
  const loop = `while kill -0 ${process.pid} 2>/dev/null; do i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; done`;
  const [chrt, taskset] = TOOLS;
  const spinner = spawn(chrt, ['--idle', '0', taskset, '-c', String(core), '/bin/sh', '-c', loop], {
    stdio: 'ignore',
  });
  spinner.unref();
  return spinner;
}
