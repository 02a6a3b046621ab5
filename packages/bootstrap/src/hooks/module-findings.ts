import { instrumentationNames } from './instrumentation-table.ts';
import type { Finding } from '../report/finding.ts';
import type { ModuleOutcome } from './module-hooks.ts';

/** What became of a module, where that is worth telling. */
export function moduleFinding(outcome: ModuleOutcome): Finding | undefined {
  const what = `${outcome.name} ${outcome.version ?? ''}`.trim();
  if (outcome.outcome === 'instrumented') return undefined;
  if (outcome.outcome === 'late') {
    return {
      code: 'SIGHTLINE_LOADED_LATE',
      severity: 'warn',
      problem: `${what} was loaded before Sightline, and what the service made with it until then is not seen`,
      expected: 'Sightline before everything else',
      fix: 'start with node --import @sightline/bootstrap/register',
    };
  }
  return {
    code: 'SIGHTLINE_NOT_INSTRUMENTED',
    severity: 'warn',
    problem: `${what} could not be instrumented: ${outcome.reason ?? 'the reason is not known'}`,
    expected: 'a version that is known',
    fix: `read the reason, and update ${outcome.name} or Sightline`,
  };
}

/** A module of an instrumentation that does not know it by the name that it is installed under. */
export function aliasFinding(name: string, alias: string): Finding {
  return {
    code: 'SIGHTLINE_NOT_INSTRUMENTED',
    severity: 'warn',
    problem: `${name} is installed under the name ${alias}, and what it does is not seen`,
    expected: 'the name of the package itself',
    fix: `depend on ${name} by its own name`,
  };
}

/** A name in a list of instrumentations that nothing has. */
export function unknownInstrumentation(name: string): Finding {
  const shown = /^[\w@/.-]{1,64}$/.test(name) ? `'${name}'` : `a name of ${name.length} characters`;
  return {
    code: 'SIGHTLINE_INSTRUMENTATION_NAME',
    severity: 'warn',
    problem: `OTEL_NODE_ENABLED_INSTRUMENTATIONS or OTEL_NODE_DISABLED_INSTRUMENTATIONS has ${shown}, which is unknown`,
    expected: `some of ${instrumentationNames.join(', ')}`,
    fix: 'correct the name or leave it out',
  };
}
