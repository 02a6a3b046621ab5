import { readFileSync } from 'node:fs';

/** What the rules as they are shipped made of noise when they last listened to it for the record. */
export interface NoiseFigures {
  readonly minutes: number;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Requests that the services answered, and those of them that failed. */
  readonly requests: number;
  readonly failed: number;
  /** Evaluations of groups of rules, and those that came too late to be made. */
  readonly evaluations: number;
  readonly missedEvaluations: number;
  /** Alerts that notifications told of. */
  readonly told: readonly string[];
  /** Alerts whose condition held at some evaluation, but not for as long as they wait. */
  readonly pending: readonly string[];
  /** From the end of the storefront after the noise to the notification that it is gone [s]. */
  readonly toldOfDeathSeconds: number;
}

export const NOISE_FIGURES = new URL('noise-figures.json', import.meta.url);

export function readNoiseFigures(): NoiseFigures {
  return JSON.parse(readFileSync(NOISE_FIGURES, 'utf8')) as NoiseFigures;
}
