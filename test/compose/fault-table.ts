import type { NativeServer } from './native-stack.ts';

/** What is done to a server: ended cleanly and started, killed and started, its disk filled for a while. */
export type Fault = 'restart' | 'kill' | 'full disk';

/** What came of one fault. */
export interface FaultResult {
  readonly server: NativeServer;
  readonly fault: Fault;
  /** Numbered things that the server said it has: lines, traces, silences; scrapes that Prometheus made. */
  readonly acknowledged: number;
  /** How many of them it has in the end. */
  readonly found: number;
  /** Attempts that it did not take, and that were made again. */
  readonly refused: number;
  /** From the fault, or the end of the full disk, until something was taken again [s]; null when that did not happen. */
  readonly recoverySeconds: number | null;
  /** False when it had to be started again by hand. */
  readonly byItself: boolean;
  /** Its last complaint. */
  readonly said: string;
}

export const FAULT_RESULTS = new URL('faults.json', import.meta.url);

const things: Readonly<Record<NativeServer, string>> = {
  prometheus: 'scrapes',
  alertmanager: 'silences',
  loki: 'lines',
  tempo: 'traces',
};

export const faultColumns = [
  'server',
  'fault',
  'handed over',
  'of them lost',
  'refused meanwhile',
  'back after',
];

/** Rows for the README. */
export function faultRows(results: readonly FaultResult[]): readonly (readonly string[])[] {
  return results.map(({ server, fault, acknowledged, found, refused, recoverySeconds, byItself }) => [
    server,
    fault,
    `${acknowledged} ${things[server]}`,
    String(acknowledged - found),
    String(refused),
    recoverySeconds === null || !byItself ? 'a restart by hand' : `${recoverySeconds} s`,
  ]);
}
