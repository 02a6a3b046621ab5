import { SightlineError } from '@sightline/errors';
import { jsonOf } from '../../doctor/json-at.ts';
import { endpoint } from '../../http/endpoint.ts';
import type { Io } from '../../io.ts';
import { isHttpUrl } from '../../option-checks.ts';
import { localToken, tokenVariable } from '../../stack/local-token.ts';

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

const ANSWER_MS = 30_000;
const SHOWN_CHARACTERS = 300;

/**
 * Asks for JSON; only the embedded stack has these paths.
 *
 * @throws {SightlineError} `SIGHTLINE_LOCAL_UNREACHABLE`, or `SIGHTLINE_LOCAL_FAILED` where it refuses
 */
export async function askStack<Data>(
  io: Pick<Io, 'fetch' | 'signal' | 'env'>,
  given: string,
  path: string,
): Promise<Data> {
  const { url, headers } = endpoint(given, localToken(io.env));
  const unreachable = (cause?: unknown): SightlineError =>
    new SightlineError(
      'SIGHTLINE_LOCAL_UNREACHABLE',
      {
        problem: `no embedded stack answers at ${url}`,
        expected: 'the embedded stack, which keeps what runs there were',
        fix: 'sightline dev starts one; --url names one that is elsewhere',
      },
      { cause },
    );
  let response: Response;
  let text: string;
  try {
    response = await io.fetch(`${url}/sightline/api/v1/${path}`, {
      headers,
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    text = await response.text();
  } catch (error) {
    throw unreachable(error);
  }
  if (!response.ok) {
    throw new SightlineError('SIGHTLINE_LOCAL_FAILED', {
      problem: `${url} refuses: ${text.trim().slice(0, SHOWN_CHARACTERS) || response.status}`,
      expected: 'a stack that has what was asked for',
      fix:
        response.status === 401
          ? `set ${tokenVariable} to the token that sightline dev was started with`
          : 'correct what it says; sightline runs list shows which runs there are',
    });
  }
  const json = jsonOf(text);
  if (json === undefined) throw unreachable();
  return json as Data;
}
