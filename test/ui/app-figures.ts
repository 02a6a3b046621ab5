import { readFile, writeFile } from 'node:fs/promises';
import { renewGenerated } from '../renew-generated.ts';

/** When something is first seen, of a page that was never opened before. */
export interface PaintFigures {
  readonly data: string;
  /** First Contentful Paint [ms], the median of all runs, and each of them. */
  readonly firstPaintMs: number;
  readonly firstPaintsMs: readonly number[];
  /** Until the rows stand there, or what to do without any [ms], the median. */
  readonly contentMs: number;
  /** Pages, scripts, styles and pictures until then, as they were sent. */
  readonly sentBytes: number;
}

/** From the start page to the answer of a question. */
export interface TaskFigures {
  readonly task: string;
  readonly clicks: number;
  readonly keys: number;
  /** What is clicked, in words. */
  readonly way: string;
}

/** The walk of somebody who never saw it. */
export interface WalkFigures {
  readonly machine: string;
  /** How long each new screen is looked at, which is in the seconds of the steps. */
  readonly readSeconds: number;
  readonly steps: readonly {
    /** Since the command. */
    readonly seconds: number;
    readonly does: string;
    readonly sees: string;
  }[];
}

export interface AppFigures {
  readonly machine?: string;
  /** Of the machine while the page was measured, over a minute. */
  readonly load?: number;
  readonly paint?: readonly PaintFigures[];
  readonly tasks?: readonly TaskFigures[];
  readonly walk?: WalkFigures;
}

const FILE = new URL('app-figures.json', import.meta.url);

async function readAppFigures(): Promise<AppFigures> {
  return readFile(FILE, 'utf8').then(
    (text) => JSON.parse(text) as AppFigures,
    () => ({}),
  );
}

/** Keeps what one script measured beside what the others did, and renews the documents. */
export async function keepAppFigures(figures: AppFigures): Promise<void> {
  await writeFile(FILE, `${JSON.stringify({ ...(await readAppFigures()), ...figures }, undefined, 2)}\n`);
  renewGenerated();
}
