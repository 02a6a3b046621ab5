import { readFile } from 'node:fs/promises';

/** What the live incidents took when they were last caused for the record. */
export interface LiveFigures {
  readonly incidents: readonly {
    readonly incident: string;
    readonly prometheus: string;
    /** From the fault to the notification, by alert [s]. */
    readonly toldSeconds: Readonly<Record<string, number>>;
    /** Queries of each runbook that had an answer meanwhile: `3 of 4`. */
    readonly followed?: Readonly<Record<string, string>>;
    /** What was told besides because the machine was too busy: it let everybody wait longer than it let them run. */
    readonly ofBusyMachine?: readonly string[];
    /** From the end of the fault to the notification of the end [s]; not of what lasts for longer than the test waits. */
    readonly overSeconds?: Readonly<Record<string, number>>;
  }[];
}

export const LIVE_FIGURES = new URL('live-figures.json', import.meta.url);

export async function readLiveFigures(): Promise<LiveFigures> {
  const empty = { incidents: [] };
  return readFile(LIVE_FIGURES, 'utf8').then(
    (text) => JSON.parse(text) as LiveFigures,
    () => empty,
  );
}
