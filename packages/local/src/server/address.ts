/** Where to ask, and how one says there who one is. */
export interface Address {
  /** Without credentials, so that it can be shown. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Takes the credentials out of an address of the web: errors and pages show addresses, and `fetch` refuses one that has some,
 * with a message that holds them.
 *
 * @returns undefined when it is no such address
 */
export function addressOf(text: string): Address | undefined {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const { username, password } = url;
  if (username === '' && password === '') return { url: text, headers: {} };
  url.username = '';
  url.password = '';
  const basic = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
  return { url: url.href, headers: { authorization: `Basic ${basic}` } };
}

/** A percent sign that begins no escape is one, as people write passwords. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text in which nothing stands any more between `//` and `@`, where an address has its credentials. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^\s/?#]*@/g, '//<secret>@');
}
