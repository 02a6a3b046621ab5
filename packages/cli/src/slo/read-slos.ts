import { type Slo, type SloOptions, defineSlo, fromOpenSlo } from '@sightline/alerts';
import { SightlineError } from '@sightline/errors';
import { throwAll } from '../usage-error.ts';
import { yamlValue } from '../yaml-value.ts';

/**
 * Reads objectives: our own form (one, a list, or a list under `slos`), or documents of OpenSLO v1.
 *
 * @param name what the file is called in errors
 * @throws {SightlineError} or an `AggregateError` of several, with everything that is wrong with every objective
 */
export function readSlos(name: string, text: string): readonly Slo[] {
  return unique(/^apiVersion: *["']?openslo\//m.test(text) ? fromOpenSlo(text) : ownSlos(name, text));
}

function ownSlos(name: string, text: string): readonly Slo[] {
  const value = yamlValue(name, text);
  const listed = (value as { slos?: unknown } | null)?.slos ?? value;
  const given = Array.isArray(listed) ? (listed as unknown[]) : [listed];
  if (given.length === 0 || given.includes(null)) {
    throw new SightlineError('SIGHTLINE_OPTIONS', {
      problem: `${name} has no objective in it`,
      expected: 'a list of objectives, or OpenSLO v1',
      fix: 'sightline help slo check shows the form',
    });
  }
  const errors: Error[] = [];
  const slos = given.flatMap((each, index): Slo[] => {
    try {
      return [defineSlo(each as SloOptions)];
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error;
      const { code, problem, expected, fix } = error;
      errors.push(new SightlineError(code, { problem: `objective ${index + 1}: ${problem}`, expected, fix }));
      return [];
    }
  });
  throwAll(errors);
  return slos;
}

/** Two of one name would write the same series. */
function unique(slos: readonly Slo[]): readonly Slo[] {
  const names = slos.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (twice.length === 0) return slos;
  throw new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `more than one objective is called ${twice.join(', ')}`,
    expected: 'a name of its own for each',
    fix: 'set name',
  });
}
