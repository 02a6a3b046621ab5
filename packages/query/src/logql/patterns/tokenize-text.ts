/** A text cut into tokens. */
export interface TokenizedText {
  readonly tokens: readonly string[];
  /** Behind which tokens a space stands, each place as often as it has spaces. */
  readonly spacesAfter: readonly number[];
}

/** Tokens past which the rest of a text is one more. */
const MAX_TOKENS = 127;
/** Signs that are punctuation, but mostly stand within a word: of paths, addresses, times. */
const withinWords: ReadonlySet<string> = new Set(['_', '-', '.', ':', '/']);
const punctuation = /\p{P}/u;
const SPACE = ' ';

/**
 * Cuts at spaces and around punctuation and `=`; a sign that is neither, such as `+`, belongs to its word.
 *
 * Source: https://grafana.com/docs/loki/latest/query/log_queries/#pattern-match-filter-expressions, whose patterns are made of
 * such tokens.
 */
export function tokenizeText(text: string): TokenizedText {
  const tokens: string[] = [];
  const spacesAfter: number[] = [];
  let start = 0;
  for (let at = 0; at < text.length && tokens.length < MAX_TOKENS; at += 1) {
    const sign = text.charAt(at);
    const isSpace = sign === SPACE;
    if (!isSpace && !isCut(sign)) continue;
    if (at > start) tokens.push(text.slice(start, at));
    if (isSpace) spacesAfter.push(tokens.length - 1);
    else tokens.push(sign);
    start = at + 1;
  }
  if (start < text.length) tokens.push(text.slice(start));
  return { tokens, spacesAfter };
}

/** What tokens of a text become again, some of them replaced by a placeholder. */
export function joinText({ tokens, spacesAfter }: TokenizedText): string {
  let text = '';
  let next = 0;
  // A text that begins with spaces has them behind no token; they are left out.
  while (spacesAfter[next] === -1) next += 1;
  for (const [at, token] of tokens.entries()) {
    text += token;
    while (spacesAfter[next] === at) {
      text += SPACE;
      next += 1;
    }
  }
  return text;
}

/** Of ASCII, which nearly all signs are, looked up; surrogates are none. */
const asciiCuts: readonly boolean[] = Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCodePoint(code);
  return sign === '=' || (!withinWords.has(sign) && punctuation.test(sign));
});

function isCut(sign: string): boolean {
  return asciiCuts[sign.charCodeAt(0)] ?? punctuation.test(sign);
}
