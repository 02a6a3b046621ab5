/** Where a query names series: its metric, and the braces behind it. */
export interface QuerySelector {
  /** '' where there are braces alone. */
  readonly name: string;
  /** Offset of the end of the name, where braces may be put in. */
  readonly nameEnd: number;
  /** Offset of `{`, where there is one. */
  readonly brace: number | undefined;
  /** What stands in the braces. */
  readonly inner: string;
}

const TOKEN =
  /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\[[^\]]*\]|\d[\w.]*|[a-zA-Z_:][\w:]*|[^]/g;
/** Labels stand in the brackets behind these. */
const LABELS = /^(?:by|without|on|ignoring|group_left|group_right)$/i;
const WORDS =
  /^(?:and|or|unless|atan2|bool|offset|inf|nan|by|without|on|ignoring|group_left|group_right|sum|avg|min|max|count|count_values|group|stddev|stdvar|topk|bottomk|quantile|limitk|limit_ratio)$/i;

interface Token {
  readonly text: string;
  readonly at: number;
}

/**
 * The selectors of a PromQL expression, or the stream selectors of a LogQL one, in their order.
 *
 * It reads the text and not its grammar, so that it also takes one that is not finished.
 */
export function querySelectors(query: string): readonly QuerySelector[] {
  const tokens = [...query.matchAll(TOKEN)]
    .map(({ 0: text, index }): Token => ({ text, at: index }))
    .filter(({ text }) => !/^(?:\s|#[^\n]*$)/.test(text));
  const found: QuerySelector[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    const next = tokens[index + 1]?.text;
    if (LABELS.test(token.text) && next === '(') {
      index = closing(tokens, index + 1, ')');
    } else if (token.text === '{') {
      const end = closing(tokens, index, '}');
      const inner = query.slice(token.at + 1, tokens[end]?.at ?? query.length);
      found.push({ name: '', nameEnd: token.at, brace: token.at, inner });
      index = end;
    } else if (/^[a-zA-Z_:]/.test(token.text) && next !== '(' && !WORDS.test(token.text)) {
      const nameEnd = token.at + token.text.length;
      const end = next === '{' ? closing(tokens, index + 1, '}') : index;
      const brace = next === '{' ? tokens[index + 1]?.at : undefined;
      const inner = brace === undefined ? '' : query.slice(brace + 1, tokens[end]?.at ?? query.length);
      found.push({ name: token.text, nameEnd, brace, inner });
      index = end;
    }
  }
  return found;
}

function closing(tokens: readonly Token[], from: number, sign: string): number {
  const end = tokens.findIndex(({ text }, index) => index > from && text === sign);
  return end === -1 ? tokens.length : end;
}
