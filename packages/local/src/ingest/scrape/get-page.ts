import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Address } from '../../server/address.ts';
import { nodeHttp } from '../../server/node-http.ts';

/** A page as it came. */
export interface Page {
  readonly page: string;
  readonly isOpenMetrics: boolean;
}

const ACCEPT = 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;

/**
 * The page of a target, on a connection of its own. Without `fetch`, which nothing else here needs as a rule; see
 * `nodeHttp`. A redirect is followed as Prometheus does it, but to no other host, which nobody has asked for.
 *
 * @param maxBytes longest page
 * @throws {Error} that says why there is none
 */
export async function getPage(
  { url, headers = {} }: Pick<Address, 'url'> & Partial<Address>,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Page> {
  let target = { url, headers };
  for (let redirects = 0; ; redirects++) {
    // oxlint-disable-next-line no-await-in-loop -- where the next is to be found is told by the one before
    const found = await ask(target, signal, maxBytes);
    if (typeof found !== 'string') return found;
    if (redirects === MAX_REDIRECTS) throw new Error(`stopped after ${MAX_REDIRECTS} redirects`);
    target = redirected(target, found);
  }
}

type Target = Required<Pick<Address, 'url' | 'headers'>>;

function redirected({ url, headers }: Target, location: string): Target {
  const from = new URL(url);
  const to = URL.parse(location, url);
  if (to === null || !['http:', 'https:'].includes(to.protocol))
    throw new Error('server redirected to what is no address');
  if (to.hostname !== from.hostname) throw new Error(`server redirected to another host, ${to.hostname}`);
  to.username = '';
  to.password = '';
  const isOpen = from.protocol === 'https:' && to.protocol === 'http:';
  return { url: to.href, headers: isOpen ? {} : headers };
}

/** @returns the page, or where it is to be found instead */
async function ask(
  { url, headers: own }: Target,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Page | string> {
  const { request } = url.startsWith('https:') ? process.getBuiltinModule('node:https') : nodeHttp;
  const asked = request(url, { headers: { ...own, accept: ACCEPT }, signal, agent: false });
  try {
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const { statusCode = 0, statusMessage = '', headers } = response;
    if (REDIRECTS.has(statusCode) && headers.location !== undefined) return headers.location;
    if (statusCode < 200 || statusCode > 299) {
      throw new Error(`server returned HTTP status ${statusCode} ${statusMessage}`);
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw new Error(`the page is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return {
      page: Buffer.concat(chunks).toString('utf8'),
      isOpenMetrics: headers['content-type']?.startsWith('application/openmetrics-text') === true,
    };
  } catch (error) {
    // What ended it says more than that it was ended.
    throw signal.aborted ? signal.reason : error;
  } finally {
    asked.destroy();
  }
}
