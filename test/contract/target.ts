import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Something that has an API: the embedded stack, or the real server. */
export interface Target {
  readonly url: string;
  stop(): Promise<void>;
}

/** An answer, its body read as JSON where it is some. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

export async function ask(
  { url }: Target,
  path: string,
  { method = 'GET', parameters = {}, body }: AskOptions = {},
): Promise<Answered> {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`${url}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

export interface AskOptions {
  readonly method?: string;
  readonly parameters?: Record<string, string> | readonly [string, string][];
  readonly body?: unknown;
}

const run = promisify(execFile);

/** What a client says, and how it ends. */
export async function client(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const { stdout } = await run(program, args, { timeout: 20_000 });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, output: stdout + stderr };
  }
}

/** In an order that is the same for everybody. */
export function sorted<Value>(values: readonly Value[]): readonly Value[] {
  return values.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
