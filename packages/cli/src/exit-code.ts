import { SightlineError } from '@sightline/errors';

/** What a command ends with. */
export const exitCodes = {
  ok: 0,
  finding: 1,
  usage: 2,
  unreachable: 3,
  fault: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each means, for the help. */
export const exitCodeMeanings: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [exitCodes.ok, 'done, and nothing to complain about'],
  [exitCodes.finding, 'something was found, differs or was refused'],
  [exitCodes.usage, 'wrong command line, options or environment'],
  [exitCodes.unreachable, 'a server or a program that is needed could not be reached'],
  [exitCodes.fault, 'a fault of sightline itself'],
  [exitCodes.interrupted, 'interrupted'],
];

const usageCodes: ReadonlySet<string> = new Set([
  'SIGHTLINE_CLI_USAGE',
  'SIGHTLINE_CLI_FILE',
  'SIGHTLINE_CLI_STACK',
  'SIGHTLINE_OPTIONS',
  'SIGHTLINE_RECEIVER',
  'SIGHTLINE_GRAFANA_TOKEN',
  'SIGHTLINE_LOCAL_RULES',
  'SIGHTLINE_LOCAL_ALERTMANAGER',
  'SIGHTLINE_LOCAL_OPEN',
]);
const unreachableCodes: ReadonlySet<string> = new Set([
  'SIGHTLINE_CLI_PROGRAM',
  'SIGHTLINE_CLI_ENGINE',
  'SIGHTLINE_ALERTMANAGER_UNREACHABLE',
  'SIGHTLINE_GRAFANA_UNREACHABLE',
  'SIGHTLINE_LOCAL_UNREACHABLE',
]);

/** The exit code of an error that ended a command; of several, the one that has to be mended first. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof AggregateError) {
    const codes = error.errors.map(exitCodeOf);
    return codes.includes(exitCodes.fault)
      ? exitCodes.fault
      : (codes.toSorted((a, b) => b - a)[0] ?? exitCodes.fault);
  }
  if (!(error instanceof SightlineError)) return exitCodes.fault;
  if (usageCodes.has(error.code)) return exitCodes.usage;
  return unreachableCodes.has(error.code) ? exitCodes.unreachable : exitCodes.finding;
}
