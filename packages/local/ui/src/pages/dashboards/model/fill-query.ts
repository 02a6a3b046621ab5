import { pipeFormat, rawFormat, regexFormat } from './formats.ts';
import { type Found, type Scope, replaceReferences, textOf } from './interpolate.ts';

/*
 * Values in queries. Where a reference stands within a text of the query, in quotes, its value stays within: whatever a
 * service, a route or a line is called, it neither ends the text nor is read as an escape.
 */

/** `regex` for PromQL and LogQL, where several are a regular expression; `pipe` for TraceQL, as Grafana has it. */
export type QueryKind = 'regex' | 'pipe';

const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /\uE000(\d+)\uE001/g;
/** The texts of a query, comments, in which quotes are none, and marks that stand by themselves. */
const TOKEN = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`[^`]*`|#[^\n]*|\uE000\d+\uE001/g;

/** What references stand for, put aside until it is known what is around them. */
export interface Marks {
  /** What stands in the text meanwhile. */
  readonly mark: (found: Found) => string;
  readonly at: (index: number) => Found | undefined;
}

export function createMarks(): Marks {
  const kept: Found[] = [];
  return {
    mark: (found) => `${OPEN}${kept.push(found) - 1}${CLOSE}`,
    at: (index) => kept[index],
  };
}

/** Puts in place of every mark what it stands for. */
export function fillMarks(text: string, marks: Marks, textOfMark: (found: Found) => string): string {
  return text.replaceAll(MARK, (_, index: string) => {
    const found = marks.at(Number(index));
    return found === undefined ? '' : textOfMark(found);
  });
}

/** A query with all its variables in place. */
export function interpolateQuery(query: string, scope: Scope, kind: QueryKind): string {
  const marks = createMarks();
  return fillQuery(replaceReferences(query, scope, marks.mark), marks, kind);
}

/** A query with values in place of its marks. */
export function fillQuery(marked: string, marks: Marks, kind: QueryKind): string {
  return marked.replaceAll(TOKEN, (token) => {
    const quote = token.charAt(0);
    if (!token.includes(OPEN)) return token;
    if (quote === '"' || quote === "'") {
      return fillMarks(token, marks, (found) => withinQuotes(found, quote, kind));
    }
    if (quote !== '`') return fillMarks(token, marks, (found) => outside(found, kind));
    const inside = fillMarks(token.slice(1, -1), marks, (found) => valueOf(found, kind));
    return inside.includes('`') ? `"${escaped(inside, '"')}"` : `\`${inside}\``;
  });
}

function valueOf(found: Found, kind: QueryKind): string {
  return textOf(found, (variable) => {
    if (kind === 'pipe') return pipeFormat(variable);
    return variable.isList ? regexFormat(variable) : rawFormat(variable);
  });
}

/** A number, a metric or a piece of the query: one is as it is. */
function outside(found: Found, kind: QueryKind): string {
  const { variable, format } = found;
  const isOne =
    variable.allValue === undefined && typeof variable.value !== 'string' && variable.value.length === 1;
  return isOne && format === undefined ? rawFormat(variable) : valueOf(found, kind);
}

function withinQuotes(found: Found, quote: string, kind: QueryKind): string {
  const { variable, format = '', isBuiltIn } = found;
  const text = valueOf(found, kind);
  if (isBuiltIn) return escaped(text, quote);
  // What stands for all was written for this place, with its escapes.
  if (variable.allValue !== undefined) return text;
  if (format === '' || format === 'regex') return escaped(text, quote);
  return closed(text, quote);
}

/** A text as it stands in quotes. */
function escaped(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`);
}

/** A text with escapes of its own, as far as they are whole. */
function closed(text: string, quote: string): string {
  return text.replaceAll(/\\[^\n\r]|\\$|["'\n\r]/g, (sign) => {
    if (sign === '\\') return '\\\\';
    if (sign === '\n') return String.raw`\n`;
    if (sign === '\r') return String.raw`\r`;
    return sign === quote ? `\\${sign}` : sign;
  });
}
