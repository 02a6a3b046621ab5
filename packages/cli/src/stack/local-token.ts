/** Holds the token of the embedded stack, for the command that starts it and for those that ask it. */
export const tokenVariable = 'SIGHTLINE_LOCAL_TOKEN';

/** The token of the environment; an empty variable is one that is not set. */
export function localToken(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env[tokenVariable] || undefined;
}

/** The variable that has exporters bring a token, as a part of its value. */
export function otlpHeader(token: string): string {
  return `authorization=Bearer%20${encodeURIComponent(token)}`;
}

/** Whether two URLs lead to the same port of the same machine, however this one is called. */
export function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  return a !== undefined && a === b;
}

/** Whether a URL leads to this machine by one of its own names. */
export function isThisMachine(text: string): boolean {
  return /^(?:localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|\[::1?\])$/.test(URL.parse(text)?.hostname ?? '');
}

function placeOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const host = isThisMachine(text) ? 'localhost' : url.hostname;
  return `${url.protocol}//${host}:${url.port}`;
}
