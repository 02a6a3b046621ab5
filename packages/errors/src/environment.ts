import { SightlineError } from './sightline-error.ts';

/** The environment, or something of its shape. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who is told about a boolean that is neither `true` nor `false`. */
export interface EnvBooleanReport {
  /** The variable, as it is set: `OTEL_SDK_DISABLED`. */
  readonly name: string;
  /** Called once; never with the value itself. */
  readonly onProblem: (error: SightlineError) => void;
}

/**
 * A boolean from the environment: true only for `true`, in any case; unset, empty and anything else are false.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#boolean
 *
 * @param report told of a value that is neither `true`, `false` nor empty; without it such a value is false in silence
 */
export function parseEnvBoolean(value: string | undefined, report?: EnvBooleanReport): boolean {
  const word = value?.trim().toLowerCase() ?? '';
  if (report && word !== 'true' && word !== 'false' && word !== '') {
    report.onProblem(
      new SightlineError('SIGHTLINE_OPTIONS', {
        problem: `${report.name} is a string of ${value?.length} characters that is neither true nor false`,
        expected: 'true or false, in any case',
        fix: `set ${report.name}=true, or unset it for false`,
      }),
    );
  }
  return word === 'true';
}

/** True when `SIGHTLINE_STRICT` asks to refuse to start on a wrong option instead of falling back to its default. */
export function strictFromEnvironment(env: Environment = process.env): boolean {
  return parseEnvBoolean(env['SIGHTLINE_STRICT']);
}
