import type { AppCode } from './app-code.ts';

type LevelFormatter = (label: string, number: number) => object;

/** The level by its name: `{"level":"info"}`. */
export function levelByName(label: string): object {
  return { level: label };
}

/**
 * The app's own `formatters.level`. pino runs it once for each level and writes what it makes as it is, so it is censored
 * here; what it cannot write, an empty object among them, is the name instead.
 */
export function levelFormatter(
  format: LevelFormatter,
  appCode: AppCode,
  censor: (level: object) => unknown,
): LevelFormatter {
  return (label, number) => {
    const made: unknown = appCode.run('formatters.level', () => format(label, number), undefined);
    const censored = typeof made === 'object' && made !== null ? censor(made) : undefined;
    if (typeof censored !== 'object' || censored === null || Array.isArray(censored))
      return levelByName(label);
    return Object.keys(censored).length === 0 ? levelByName(label) : censored;
  };
}
