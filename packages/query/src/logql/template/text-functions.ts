import { searchExpression } from '../../regular-expression.ts';
import { trimSigns } from '../../trim-signs.ts';
import { escapeQuery } from '../../promql/rules/go-template/index.ts';
import type { GoFunction, GoFunctions, GoValue } from '../../promql/rules/go-template/index.ts';
import { expandTemplate } from '../values/expand-template.ts';
import { goQuote } from '../../go-quote.ts';
import { byteLength, byteSlice } from './byte-slice.ts';
import { defineFunction } from './define-function.ts';

function text1(call: (text: string) => GoValue): GoFunction {
  return defineFunction(['string'], call);
}

function text2(call: (first: string, second: string) => GoValue): GoFunction {
  return defineFunction(['string', 'string'], call);
}

function text3(call: (first: string, second: string, third: string) => GoValue): GoFunction {
  return defineFunction(['string', 'string', 'string'], call);
}

function number1(call: (count: number, text: string) => GoValue): GoFunction {
  return defineFunction(['int', 'string'], (count: bigint, text: string) => call(Number(count), text));
}

/** Go maps one letter to one letter. */
function mapLetters(text: string, map: (letter: string) => string): string {
  return Array.from(text, (letter) => {
    const mapped = map(letter);
    return Array.from(mapped).length === 1 ? mapped : letter;
  }).join('');
}

function lower(text: string): string {
  return mapLetters(text, (letter) => letter.toLowerCase());
}

function upper(text: string): string {
  return mapLetters(text, (letter) => letter.toUpperCase());
}

function title(text: string): string {
  return text.replaceAll(
    /(^|[^\p{L}\p{N}_])(\p{L})/gu,
    (_whole, before: string, letter: string) => before + upper(letter),
  );
}

function trimCutset(text: string, cutset: string, side: 'both' | 'left' | 'right'): string {
  const cut = new Set(cutset);
  const letters = Array.from(text);
  let from = 0;
  let to = letters.length;
  if (side !== 'right') while (from < to && cut.has(letters[from]!)) from += 1;
  if (side !== 'left') while (to > from && cut.has(letters[to - 1]!)) to -= 1;
  return letters.slice(from, to).join('');
}

function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function trimSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function trimSpace(text: string): string {
  return trimSigns(text, /[\s\u0085]/);
}

/** Up to `count` places; below zero all. An empty text is before every letter, and behind the last. */
function replaceSome(text: string, old: string, by: string, count: number): string {
  const most = count < 0 ? Infinity : count;
  let result = '';
  let copied = 0;
  let at = 0;
  for (let done = 0; done < most && at <= text.length; done += 1) {
    const found = text.indexOf(old, at);
    if (found === -1) break;
    result += text.slice(copied, found) + by;
    checkLength(result.length);
    copied = found + old.length;
    at = old === '' ? found + letterLength(text, found) : copied;
  }
  return result + text.slice(copied);
}

/** Of the letter at a place [UTF-16 units]; 1 at the end. */
function letterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1;
}

function truncate(count: number, text: string): string {
  const size = byteLength(text);
  if (count < 0 && size + count > 0) return byteSlice(text, size + count, undefined);
  return count >= 0 && size > count ? byteSlice(text, 0, count) : text;
}

function align(count: number, text: string, side: 'left' | 'right'): string {
  const letters = Array.from(text);
  const missing = count - letters.length;
  if (count < 0 || missing === 0) return text;
  if (missing > 0) return side === 'left' ? text + spaces(missing) : spaces(missing) + text;
  return (side === 'left' ? letters.slice(0, count) : letters.slice(letters.length - count)).join('');
}

/** Longest text that one function makes [UTF-16 units]. */
const maxLength = 1_000_000;

function checkLength(length: number): void {
  if (length > maxLength) throw new Error('result is too long');
}

function spaces(count: number): string {
  return repeat(count, ' ');
}

function repeat(count: number, text: string): string {
  if (count < 0) throw new Error('strings: negative Repeat count');
  if (count * text.length > maxLength) throw new Error('strings: Repeat output length overflow');
  return text.repeat(count);
}

function indent(count: number, text: string): string {
  const pad = spaces(Math.max(0, count));
  return replaceSome(pad + text, '\n', `\n${pad}`, -1);
}

/** Longest time for all matches in one text [ms]: what begins at each letter may look through all the letters behind it. */
const maxMatchingMs = 500;

/** Matches as Go finds them: an empty one right behind another is none. */
function* matches(
  pattern: string,
  text: string,
): Iterable<{
  readonly from: number;
  readonly to: number;
  readonly group: (name: string) => string | undefined;
}> {
  const expression = searchExpression(pattern);
  const matcher = expression.matcher(text);
  const names = expression.namedGroups();
  let last = -1;
  const endMs = performance.now() + maxMatchingMs;
  while (matcher.find()) {
    if (performance.now() > endMs) throw new Error('matching takes too long');
    const from = matcher.start();
    const to = matcher.end();
    if (from === to && from === last) continue;
    last = to;
    const group = (name: string): string | undefined => {
      const number = /^\d+$/.test(name) ? Number(name) : names[name];
      if (number === undefined || number > matcher.groupCount()) return undefined;
      return matcher.group(number) ?? undefined;
    };
    yield { from, to, group };
  }
}

function replaceMatches(
  pattern: string,
  text: string,
  by: (group: (name: string) => string | undefined) => string,
): string {
  let result = '';
  let at = 0;
  for (const { from, to, group } of matches(pattern, text)) {
    result += text.slice(at, from) + by(group);
    checkLength(result.length);
    at = to;
  }
  return result + text.slice(at);
}

function unescapeQuery(text: string): string {
  const wrong = /%(?![\da-fA-F]{2})[\s\S]{0,2}/.exec(text)?.[0];
  if (wrong !== undefined) throw new Error(`invalid URL escape ${goQuote(wrong)}`);
  const bytes: number[] = [];
  for (const part of text.replaceAll('+', ' ').split(/(%[\da-fA-F]{2})/)) {
    if (/^%[\da-fA-F]{2}$/.test(part)) bytes.push(Number.parseInt(part.slice(1), 16));
    else for (const byte of new TextEncoder().encode(part)) bytes.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function encodeBase64(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCodePoint(byte);
  return btoa(binary);
}

function decodeBase64(text: string): string {
  const rest = text.length % 4;
  const padded = rest > 1 ? text + '='.repeat(4 - rest) : text;
  const wrong = /[^A-Za-z0-9+/=\r\n]|=(?!=?[\r\n]*$)/.exec(padded);
  if (wrong !== null || rest === 1)
    return `illegal base64 data at input byte ${wrong?.index ?? padded.length - 1}`;
  return new TextDecoder().decode(Uint8Array.from(atob(padded), (letter) => letter.codePointAt(0)!));
}

/** Functions of texts that templates of LogQL have. Source: https://grafana.com/docs/loki/latest/query/template_functions/ */
export const textFunctions: GoFunctions = {
  ToLower: text1(lower),
  ToUpper: text1(upper),
  Replace: defineFunction(
    ['string', 'string', 'string', 'int'],
    (text: string, old: string, by: string, count: bigint) => replaceSome(text, old, by, Number(count)),
  ),
  Trim: text2((text, cutset) => trimCutset(text, cutset, 'both')),
  TrimLeft: text2((text, cutset) => trimCutset(text, cutset, 'left')),
  TrimRight: text2((text, cutset) => trimCutset(text, cutset, 'right')),
  TrimPrefix: text2(trimPrefix),
  TrimSuffix: text2(trimSuffix),
  TrimSpace: text1(trimSpace),
  regexReplaceAll: text3((pattern, text, by) =>
    replaceMatches(pattern, text, (group) => expandTemplate(by, group)),
  ),
  regexReplaceAllLiteral: text3((pattern, text, by) => replaceMatches(pattern, text, () => by)),
  count: text2((pattern, text) => BigInt(Array.from(matches(pattern, text)).length)),
  urldecode: text1(unescapeQuery),
  urlencode: text1(escapeQuery),
  alignLeft: number1((count, text) => align(count, text, 'left')),
  alignRight: number1((count, text) => align(count, text, 'right')),
  b64enc: text1(encodeBase64),
  b64dec: text1(decodeBase64),
  lower: text1(lower),
  upper: text1(upper),
  title: text1(title),
  trunc: number1(truncate),
  substr: defineFunction(['int', 'int', 'string'], (from: bigint, to: bigint, text: string) => {
    if (from < 0n) return byteSlice(text, 0, Number(to));
    return byteSlice(text, Number(from), to < 0n || to > BigInt(byteLength(text)) ? undefined : Number(to));
  }),
  contains: text2((part, text) => text.includes(part)),
  hasPrefix: text2((prefix, text) => text.startsWith(prefix)),
  hasSuffix: text2((suffix, text) => text.endsWith(suffix)),
  indent: number1(indent),
  nindent: number1((count, text) => `\n${indent(count, text)}`),
  replace: text3((old, by, text) => replaceSome(text, old, by, -1)),
  repeat: number1(repeat),
  trim: text1(trimSpace),
  trimAll: text2((cutset, text) => trimCutset(text, cutset, 'both')),
  trimSuffix: text2((suffix, text) => trimSuffix(text, suffix)),
  trimPrefix: text2((prefix, text) => trimPrefix(text, prefix)),
};
