import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { readInput } from './files.ts';
import type { Io } from './io.ts';
import { yamlValue } from './yaml-value.ts';

/** One file of options for everything that is generated; each part is checked by whoever takes it. */
const optionsFileSchema = z.strictObject({
  /** What `alertRules` takes. */
  alerts: z.record(z.string(), z.unknown()).default({}),
  /** What `defineSlo` takes, of each. */
  slos: z.array(z.unknown()).optional(),
  /** What `alertmanagerConfig` takes. */
  alertmanager: z.record(z.string(), z.unknown()).default({}),
  /** What `dashboards` takes. */
  dashboards: z.record(z.string(), z.unknown()).default({}),
});
export type OptionsFile = Readonly<z.output<typeof optionsFileSchema>>;

/** The option that names it. */
export const optionsOption = {
  options: { type: 'string', value: 'file', help: 'The file of options; - reads stdin', completes: 'file' },
} as const;

/**
 * @param name undefined without one; then everything has its default
 * @throws {SightlineError} `SIGHTLINE_CLI_FILE` when it cannot be read, `SIGHTLINE_OPTIONS` for a part that there is not
 */
export async function readOptionsFile(
  io: Pick<Io, 'cwd' | 'stdin'>,
  name: string | undefined,
): Promise<OptionsFile> {
  const value = name === undefined ? {} : (yamlValue(name, await readInput(io, name)) ?? {});
  return parseOptions(`the file of options${name === undefined ? '' : ` ${name}`}`, optionsFileSchema, value);
}
