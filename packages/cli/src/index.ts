export { exitCodes } from './exit-code.ts';
export type { ExitCode } from './exit-code.ts';
export { processIo } from './io.ts';
export type { Io, TextSink } from './io.ts';
export { run } from './run.ts';
