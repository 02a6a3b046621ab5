import { ipTest, parseIpAddress } from '../values/ip-address.ts';
import { goQuote } from '../../go-quote.ts';
import { QueryError } from '../../query-error.ts';

/** What may begin an address, and all signs that one of the version may have. */
const ip4Hint = /\d(?:\.|[\s\S]\.|[\s\S][\s\S]\.)/y;
const ip4Signs = /[\d.]*/y;
const ip6Hint = /::[\da-fA-F]|[\da-fA-F]{1,4}:/y;
const ip6Signs = /[\da-fA-F:.]*/y;

/**
 * Whether a text holds an address of the pattern, anywhere.
 *
 * @throws {QueryError} `bad_data` when the pattern is none
 */
export function ipSearch(pattern: string): (text: string) => boolean {
  const test = ipTest(pattern);
  if (test === undefined) throw new QueryError('bad_data', `ip: invalid pattern: ${goQuote(pattern)}`);
  return (text) => {
    for (let at = 0; at < text.length; at += 1) {
      const signs = signsAt(text, at);
      if (signs === undefined) continue;
      const address = parseIpAddress(signs);
      if (address !== undefined && test(address)) return true;
      at += signs.length;
    }
    return false;
  };
}

function signsAt(text: string, at: number): string | undefined {
  // The hint of version 4 looks at four characters and wants the last to be there.
  if (at + 3 < text.length && isAt(ip4Hint, text, at)) return matchAt(ip4Signs, text, at);
  return isAt(ip6Hint, text, at) ? matchAt(ip6Signs, text, at) : undefined;
}

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** @param pattern one that fits at any place */
function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)![0];
}
