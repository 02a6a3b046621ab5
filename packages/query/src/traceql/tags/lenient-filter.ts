import { parseSyntax } from '../syntax/parse.ts';
import type { Query, SpansetFilter } from '../syntax/ast.ts';
import { tokensOf } from '../syntax/lexer.ts';
import { END } from '../syntax/token.ts';
import type { Token } from '../syntax/token.ts';
import { validate } from '../syntax/validate.ts';

const comparisons: ReadonlySet<string> = new Set(['=', '!=', '>', '>=', '<', '<=', '=~', '!~']);
const ends: ReadonlySet<string> = new Set(['&&', '||', ')', '}', END]);
const starts: ReadonlySet<string> = new Set(['&&', '||', '(', '{']);

/**
 * The filter of a query that somebody is still writing: a comparison without its right side lets everything through,
 * and so does a query that is none or that begins with something else than a filter.
 */
export function lenientFilter(query: string): SpansetFilter | undefined {
  const text = query.trim();
  if (text === '') return undefined;
  const read = queryOf(text) ?? queryOf(completed(text));
  const root = read?.root.kind === 'metrics' ? read.root.pipeline : read?.root;
  const stage = root?.kind === 'pipeline' ? root.stages[0] : undefined;
  return stage?.kind === 'filter' ? stage : undefined;
}

function queryOf(text: string): Query | undefined {
  try {
    const query = parseSyntax(text);
    validate(query);
    return query;
  } catch {
    return undefined;
  }
}

/** The text with `true` for every condition that is not finished, and with its end. */
function completed(text: string): string {
  const tokens = tokensOf(text).filter(({ type }) => type !== 'END_ATTRIBUTE');
  const parts: string[] = [];
  let condition: Token[] = [];
  const flush = (): void => {
    const first = condition[0];
    const last = condition.at(-1);
    if (first === undefined || last === undefined) parts.push(parts.at(-1) === '{' ? '' : 'true');
    else {
      const whole = !comparisons.has(last.type) && last.problem === undefined;
      parts.push(whole ? text.slice(first.from, last.to) : 'true');
    }
    condition = [];
  };
  for (const token of tokens) {
    if (starts.has(token.type) && token.type !== '&&' && token.type !== '||') parts.push(token.type);
    else if (ends.has(token.type)) {
      if (parts.at(-1) !== ')') flush();
      if (token.type === END) break;
      parts.push(token.type);
      if (token.type === '}') break;
    } else condition.push(token);
  }
  return parts.at(-1) === '}' ? parts.join(' ') : `${parts.join(' ')} }`;
}
