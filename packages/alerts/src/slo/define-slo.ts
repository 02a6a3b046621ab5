import { parseOptions } from '@sightline/errors';
import { type BurnWindow, burnRate, burnWindows, rounded } from './burn-windows.ts';
import { DAYS, type ResolvedSloOptions, type SloOptions, sloSchema } from './slo-options.ts';

/** One pair of windows of one SLO, as its alert compares. */
export interface SloBurnWindow extends BurnWindow {
  readonly burnRate: number;
}

/** An SLO with everything that follows from it. */
export interface Slo extends Readonly<Omit<ResolvedSloOptions, 'name'>> {
  readonly name: string;
  /** Share of the requests that may be bad. */
  readonly budgetRatio: number;
  readonly periodSeconds: number;
  /** Those that can fire: 14.4 times a budget of 10 % would be more errors than requests. */
  readonly windows: readonly SloBurnWindow[];
}

/**
 * Checks an SLO and works out its burn rates.
 *
 * @returns the SLO, for `sloRules`
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong with it
 * @example defineSlo({ service: 'checkout', objective: 0.999, window: '30d', sli: { kind: 'availability' } })
 */
export function defineSlo(options: SloOptions): Slo {
  const slo = parseOptions('defineSlo', sloSchema, options);
  const periodSeconds = Number(DAYS.exec(slo.window)?.[1]) * 86_400;
  const budgetRatio = rounded(1 - slo.objective);
  return {
    ...slo,
    name: slo.name ?? nameOf(slo),
    budgetRatio,
    periodSeconds,
    windows: burnWindows
      .map((window) => {
        const { budgetRatio: spent, longSeconds: windowSeconds } = window;
        const multiple = burnRate({ budgetRatio: spent, windowSeconds, periodSeconds });
        return Object.assign({ burnRate: multiple }, window);
      })
      .filter((window) => window.burnRate * budgetRatio < 1),
  };
}

function nameOf({ service, route, sli }: ResolvedSloOptions): string {
  const parts = [service, route, sli.kind].filter((part) => part !== undefined);
  return parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 63);
}
