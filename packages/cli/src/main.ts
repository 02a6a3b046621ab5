#!/usr/bin/env node
import { refuseOldNode } from './node-version.ts';
import { becomeSmall } from './stack/small-process.ts';

if (refuseOldNode(process)) process.exit(2);
if (process.argv[2] === 'dev') becomeSmall(process);

// Loaded behind it: what is replaced needs none of this.
const { exitCodes } = await import('./exit-code.ts');
const { endedBy, processIo } = await import('./io.ts');
const { run } = await import('./run.ts');
const abort = new AbortController();
// The first Ctrl-C asks the command to end, the second ends the process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort(endedBy(signal));
  });
}
// The reader of a pipe has ended, or the terminal is closed.
const isGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'EIO';
// Whoever reads the output may have seen enough: `sightline … | head`.
process.stdout.on('error', (error) => {
  if (!isGone(error)) throw error;
  process.exit();
});
// Without a reader of its notes a command still ends what it has started: `sightline up --native 2>&1 | tee log`, and Ctrl-C.
process.stderr.on('error', (error) => {
  if (!isGone(error)) throw error;
});
process.exitCode = await run(process.argv.slice(2), processIo(process, abort.signal));
// Whatever still waits for stdin or an answer would keep the process.
if (abort.signal.aborted) process.exit();
