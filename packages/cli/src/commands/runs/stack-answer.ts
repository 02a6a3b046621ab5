import type { Io } from '../../io.ts';
import { isHttpUrl } from '../../option-checks.ts';

/** Where the embedded stack is. */
export const stackOption = {
  url: {
    type: 'string',
    value: 'url',
    default: 'http://localhost:4318',
    help: 'The embedded stack',
    check: isHttpUrl,
  },
} as const;

/** What the embedded stack answered, or why there is nothing. */
export type StackAnswer<Data> =
  | { readonly data: Data }
  | { readonly problem: string; readonly isThere: boolean };

const ANSWER_MS = 30_000;
const SHOWN_CHARACTERS = 300;

/** Asks for JSON; only the embedded stack has these paths. */
export async function askStack<Data>(
  io: Pick<Io, 'fetch' | 'signal'>,
  url: string,
  path: string,
): Promise<StackAnswer<Data>> {
  try {
    const response = await io.fetch(`${url.replace(/\/+$/, '')}/sightline/api/v1/${path}`, {
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    const text = await response.text();
    if (response.ok) return { data: JSON.parse(text) as Data };
    return { problem: text.trim().slice(0, SHOWN_CHARACTERS), isThere: true };
  } catch {
    return { problem: `no embedded stack answers at ${url}: sightline dev starts one`, isThere: false };
  }
}
