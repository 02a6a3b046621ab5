import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Server } from '../doctor/facts.ts';
import { listAt, textsAt, valueAt } from '../doctor/json-at.ts';

/** The command and the environment of each server, as `compose.yaml` has them. */
export async function composeCommands(stack: string): Promise<
  (server: Server) => {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }
> {
  const text = await readFile(join(stack, 'compose/compose.yaml'), 'utf8');
  const services = valueAt(parse(text, { merge: true }), 'services');
  return (server) => ({
    args: listAt(services, server, 'command').filter((each) => typeof each === 'string'),
    env: textsAt(services, server, 'environment'),
  });
}

/** Puts values in place of `${NAME:-default}`, as Compose does; `$$` is one `$`. */
export function interpolated(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::-([^}]*))?\}/g,
    (whole, name: string | undefined, byDefault: string | undefined) =>
      name === undefined ? '$' : values[name] || (byDefault ?? whole),
  );
}
