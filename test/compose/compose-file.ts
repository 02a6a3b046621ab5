import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder `compose/`. */
export const composeFolder = fileURLToPath(new URL('../../compose', import.meta.url));

/** One service, as far as tests read it. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly security_opt?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly network_mode?: string;
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** What stands in `compose.yaml`, with its anchors resolved and its variables as they are. */
export function readComposeFile(): ComposeFile {
  return parse(readFileSync(`${composeFolder}/compose.yaml`, 'utf8'), { merge: true }) as ComposeFile;
}

/** Puts values in place of `${NAME:-default}`, as Compose does; `$$` is one `$`. */
export function interpolated(text: string, values: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(
    /\$\$|\$\{(\w+)(?::-([^}]*))?\}/g,
    (whole, name: string | undefined, byDefault: string | undefined) =>
      name === undefined ? '$' : (values[name] ?? byDefault ?? whole),
  );
}

/** `384m` in bytes. */
export function bytesOf(limit: string): number {
  const [, amount, unit] = /^(\d+)([kmg])$/.exec(limit) ?? [];
  const power = { k: 1, m: 2, g: 3 }[unit ?? ''];
  if (power === undefined) throw new Error(`${limit} is no size`);
  return Number(amount) * 1024 ** power;
}
