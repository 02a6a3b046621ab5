import { QueryError } from '../../query-error.ts';
import { searchExpression } from '../../regular-expression.ts';
import type { LineFilter, LineFilterOperator, LineFilterTerm } from '../syntax/ast.ts';
import { ipSearch } from './ip-search.ts';
import { fitsLinePattern, parseLinePattern } from './pattern-expression.ts';
import type { RunnableStage } from './stage.ts';

/** Test of a line; `always` stands for one that every line passes. */
type LineTest = ((line: string) => boolean) | 'always';

/** `|= "a" or "b" !~ "c"`: all filters have to pass. */
export function lineFilterStage(filters: readonly LineFilter[]): RunnableStage | undefined {
  const tests = filters.map((filter) => filterTest(filter)).filter((test) => test !== 'always');
  if (tests.length === 0) return undefined;
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) {
    return { required: [], step: (line) => (only(line) ? line : undefined) };
  }
  return { required: [], step: (line) => (tests.every((test) => test(line)) ? line : undefined) };
}

function filterTest({ operator, terms }: LineFilter): LineTest {
  const tests = terms.map((term) => termTest(operator, term));
  if (operator.startsWith('!')) return noneOf(tests);
  return anyOf(tests);
}

/**
 * Loki leaves out of a chain what fits every line: `|= "" or "a"` wants the a. It does not see it any more once the
 * chain has grown: `|= "" or "" or "a"` takes every line.
 */
function anyOf([first = 'always', ...rest]: readonly LineTest[]): LineTest {
  let current = first;
  let grown = false;
  for (const test of rest) {
    const before = current;
    if (before === 'always') current = grown ? 'always' : test;
    else if (test !== 'always') current = (line) => before(line) || test(line);
    grown = true;
  }
  return current;
}

function noneOf(tests: readonly LineTest[]): LineTest {
  if (tests.includes('always')) return () => false;
  return (line) => !tests.some((test) => test !== 'always' && test(line));
}

/** Test for a term as if its operator were not negated. */
function termTest(operator: LineFilterOperator, { ip, text }: LineFilterTerm): LineTest {
  if (ip) {
    if (operator !== '|=' && operator !== '!=') throw new QueryError('bad_data', 'ip: invalid operation');
    return ipSearch(text);
  }
  switch (operator) {
    case '|=':
    case '!=': {
      return text === '' ? 'always' : (line) => line.includes(text);
    }
    case '|~':
    case '!~': {
      return regexTest(text);
    }
    default: {
      const parts = parseLinePattern(text);
      return (line) => fitsLinePattern(parts, line);
    }
  }
}

const meta = /[\\.+*?()|[\]{}^$]/;

function regexTest(pattern: string): LineTest {
  if (/^(?:\.\*)?$/.test(pattern)) return 'always';
  if (pattern === '.+') return (line) => line !== '';
  const texts = pattern.split('|');
  if (texts.every((text) => text !== '' && !meta.test(text)))
    return (line) => texts.some((text) => line.includes(text));
  const expression = searchExpression(pattern);
  return (line) => expression.test(line);
}
