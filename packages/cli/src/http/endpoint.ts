import { readText } from '../files.ts';
import { fileError } from '../files.ts';

/** A server, and how one says who one is. */
export interface Endpoint {
  /** Without credentials and without a slash at its end, so that it can be shown and continued. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Takes credentials out of the URL, which would be shown in errors. */
export function endpoint(url: string, token?: string): Endpoint {
  const parsed = new URL(url);
  const { username, password } = parsed;
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  parsed.hash = '';
  const basic = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  const hasCredentials = username !== '' || password !== '';
  const authorization =
    token === undefined ? (hasCredentials ? `Basic ${basic}` : undefined) : `Bearer ${token}`;
  return {
    url: parsed.href.replace(/\/+$/, ''),
    headers: authorization === undefined ? {} : { authorization },
  };
}

/** A percent sign that begins no escape is one, as people write passwords. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** @throws {SightlineError} `SIGHTLINE_CLI_FILE` when it cannot be read or holds no token */
export async function tokenFrom(cwd: string, file: string): Promise<string> {
  const token = (await readText(cwd, file)).trim();
  if (token === '' || /\s/.test(token)) throw fileError(file, 'holds no token, which is one word');
  return token;
}
