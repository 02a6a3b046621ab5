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

/**
 * The page of a target, on a connection of its own. Without `fetch`, which nothing else here needs as a rule; see
 * `nodeHttp`.
 *
 * @param maxBytes longest page
 * @throws {Error} that says why there is none
 */
export async function getPage(
  { url, headers: own = {} }: Pick<Address, 'url'> & Partial<Address>,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Page> {
  const { request } = url.startsWith('https:') ? process.getBuiltinModule('node:https') : nodeHttp;
  const asked = request(url, { headers: { ...own, accept: ACCEPT }, signal, agent: false });
  try {
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const { statusCode = 0, statusMessage = '', headers } = response;
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
