#!/usr/bin/env node
import { exitCodes } from './exit-code.ts';
import { processIo } from './io.ts';
import { run } from './run.ts';

const abort = new AbortController();
// The first Ctrl-C asks the command to end, the second ends the process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (abort.signal.aborted) process.exit(exitCodes.interrupted);
    abort.abort();
  });
}
// Whoever reads the output may have seen enough: `sightline … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await run(process.argv.slice(2), processIo(process, abort.signal));
// Whatever still waits for stdin or an answer would keep the process.
if (abort.signal.aborted) process.exit();
