import { RE2JS } from 're2js';
import { createBoundedCache } from './bounded-cache.ts';
import { programSize } from './program-size.ts';
import { QueryError } from './query-error.ts';

/** Whether a whole text fits. */
export type TextTest = (text: string) => boolean;

/** Compiled expressions that are kept, of each kind: dashboards use a few hundred. */
const maxKept = 1024;

/** Longest expression [UTF-16 units], and largest one [instructions]; what is longer or larger is no query but an attack. */
const maxSize = 65_536;

/** Most work that looking through one text may be [instructions × UTF-16 units]: a few seconds, where nothing shortens it. */
const maxWork = 500_000_000;

/** What is no larger may be held against any text [instructions]: lines and templates are shorter than a million characters. */
const maxUnguarded = 500;

/** A dot fits a line break also, as in Prometheus 3; the mode of `re2js` by its number, to be part of a cache key. */
const dotAll = RE2JS.DOTALL;

/** Signs with a meaning in an expression; a text without any stands for itself. */
const meta = /[\\.+*?()|[\]{}^$]/;

const anchored = createBoundedCache(maxKept, compileAnchored, programSize);
const plain = createBoundedCache(maxKept, (pattern) => compile(pattern, 0), programSize);
const whole = createBoundedCache(maxKept, (pattern) => compile(`^(?s:${checked(pattern)})$`, 0), programSize);

/**
 * Test of a label's whole value against an expression of RE2, as `=~` has it in PromQL and LogQL. It takes time that
 * grows with the length of the value alone, whatever the expression.
 *
 * @throws {QueryError} `bad_data` when the expression is none of RE2
 */
export function wholeTextTest(pattern: string): TextTest {
  return anchored.get(pattern);
}

/**
 * An expression of RE2 that is looked for anywhere in a text, as line filters have it; `.` fits no line break.
 *
 * @throws {QueryError} `bad_data` when the expression is none of RE2
 */
export function searchExpression(pattern: string): RE2JS {
  return plain.get(pattern);
}

/**
 * An expression of RE2 for the whole text, whose groups are wanted too, as `label_replace` has it; `.` fits line breaks.
 *
 * @throws {QueryError} `bad_data` when the expression is none of RE2
 */
export function wholeTextExpression(pattern: string): RE2JS {
  return whole.get(pattern);
}

function compile(pattern: string, flags: number): RE2JS {
  const size = programSize(pattern);
  if (pattern.length > maxSize || size > maxSize)
    throw new QueryError('bad_data', 'error parsing regexp: expression too large');
  try {
    return guarded(RE2JS.compile(pattern, flags), size);
  } catch (cause) {
    // `re2js` writes the mode in front of the expression; what is shown is what the user wrote.
    if (flags !== 0) compile(pattern, 0);
    throw new QueryError('bad_data', (cause as Error).message, undefined, { cause });
  }
}

/**
 * An expression that refuses texts which are too long for it: no query ends while it looks through one.
 *
 * @param size of its program [instructions]
 */
function guarded(expression: RE2JS, size: number): RE2JS {
  if (size <= maxUnguarded) return expression;
  const check = (text: string): string => {
    if (size * text.length <= maxWork) return text;
    throw new QueryError('limit', `the expression is too large for a text of ${text.length} characters`);
  };
  const { prototype } = RE2JS;
  return Object.assign(expression, {
    test: (text: string) => prototype.test.call(expression, check(text)),
    testExact: (text: string) => prototype.testExact.call(expression, check(text)),
    matcher: (text: string) => prototype.matcher.call(expression, check(text)),
  });
}

/** The pattern, when it is whole in itself: `a)(b` must not close a group that we opened around it. */
function checked(pattern: string): string {
  compile(pattern, dotAll);
  return pattern;
}

function compileAnchored(pattern: string): TextTest {
  const fast = fastTest(pattern);
  if (fast !== undefined) return fast;
  const expression = compile(pattern, dotAll);
  return (text) => expression.testExact(text);
}

/** Tests without an engine for what most matchers are: a text, a list of texts, a text with `.*` or `.+` around it. */
function fastTest(pattern: string): TextTest | undefined {
  if (!meta.test(pattern)) return (text) => text === pattern;
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (text) => text !== '';
  const parts = alternatives(pattern);
  if (parts.every((part) => !meta.test(part))) {
    const set = new Set(parts);
    return (text) => set.has(text);
  }
  return parts.length === 1 ? affixTest(pattern) : undefined;
}

function alternatives(pattern: string): readonly string[] {
  const inner = /^\(([^()\\]*)\)$/.exec(pattern)?.[1] ?? pattern;
  return inner.startsWith('?') ? [pattern] : inner.split('|');
}

/** `text.*`, `.*text`, `.*text.*`, and the same with `.+`. */
function affixTest(pattern: string): TextTest | undefined {
  const [, head = '', text = '', tail = ''] =
    /^(\.[*+])?([^\\.+*?()|[\]{}^$]+)(\.[*+])?$/.exec(pattern) ?? [];
  if (text === '') return undefined;
  const before = head === '.+' ? 1 : 0;
  const after = tail === '.+' ? 1 : 0;
  if (head === '') return (value) => value.length >= text.length + after && value.startsWith(text);
  if (tail === '') return (value) => value.length >= text.length + before && value.endsWith(text);
  return (value) => {
    const at = value.indexOf(text, before);
    return at !== -1 && at + text.length + after <= value.length;
  };
}
