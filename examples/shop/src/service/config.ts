import * as z from 'zod';

/**
 * Reads the environment.
 *
 * @throws names every variable that is missing or wrong
 */
export function readConfig<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) throw new Error(`The environment is not complete:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export const portSchema = z.coerce.number().int().min(0).max(65_535);
