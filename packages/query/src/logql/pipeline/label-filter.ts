import { QueryError } from '../../query-error.ts';
import type { Comparison, LabelFilter } from '../syntax/ast.ts';
import { comparisonOperators } from '../evaluate/binary-operators.ts';
import { parseByteSize } from '../values/byte-size.ts';
import { parseGoDuration } from '../values/duration.ts';
import { parseGoFloat } from '../values/go-float.ts';
import type { ParsedNumber } from '../values/go-float.ts';
import { ipSearch } from './ip-search.ts';
import { labelMatcherTest } from './label-matcher.ts';
import type { LineLabels } from './line-labels.ts';
import { parserErrors } from './parse-errors.ts';
import type { RunnableStage } from './stage.ts';

/** Whether a line passes with the labels it has now. */
export type LabelTest = (labels: LineLabels) => boolean;

/** A filter that is ready to run; `test` undefined when every line passes. */
interface RunnableFilter {
  readonly test: LabelTest | undefined;
  readonly required: readonly string[];
}

const readers: Readonly<Record<'number' | 'duration' | 'bytes', (text: string) => ParsedNumber>> = {
  number: parseGoFloat,
  duration: parseGoDuration,
  bytes: parseByteSize,
};

/** `| level="error" and duration > 1s`. undefined when every line passes. */
export function labelFilterStage(filter: LabelFilter): RunnableStage | undefined {
  // Loki looks at the pattern of a filter that stands alone before there are lines, and at no other.
  if (filter.type === 'ip') ipSearch(filter.pattern);
  const { test, required } = runnableFilter(filter);
  if (test === undefined) return undefined;
  const stage = { required, step: (line: string, labels: LineLabels) => (test(labels) ? line : undefined) };
  const [name] = required;
  return filter.type === 'and' || filter.type === 'or' || name === undefined
    ? stage
    : { ...stage, filter: { name, test } };
}

function runnableFilter(filter: LabelFilter): RunnableFilter {
  switch (filter.type) {
    case 'matcher': {
      const { name } = filter.matcher;
      const fits = labelMatcherTest(filter.matcher);
      if (fits === undefined) return { test: undefined, required: [] };
      return { test: (labels) => fits(labels.textOf(name)), required: [name] };
    }
    case 'ip': {
      return ipFilter(filter.name, filter.pattern, filter.negated);
    }
    case 'and':
    case 'or': {
      const { type } = filter;
      return joinedFilter(
        type,
        sidesOf(filter, type).map((side) => runnableFilter(side)),
      );
    }
    default: {
      const { name, comparison, value, type } = filter;
      return { test: numberTest(name, comparison, value, readers[type]), required: [name] };
    }
  }
}

/** Of an `and` all sides run, also when one has decided it: the error of each is part of the line. */
function joinedFilter(type: 'and' | 'or', filters: readonly RunnableFilter[]): RunnableFilter {
  const required = [...new Set(filters.flatMap((filter) => filter.required))];
  const tests = filters.map(({ test = always }) => test);
  if (type === 'or') return { test: (labels) => tests.some((test) => test(labels)), required };
  return {
    test(labels) {
      let passed = true;
      for (const test of tests) passed = test(labels) && passed;
      return passed;
    },
    required,
  };
}

/** The sides of a chain of one operator; each is as deep as it is written, however long the chain is. */
function sidesOf(filter: LabelFilter, type: 'and' | 'or'): readonly LabelFilter[] {
  const sides: LabelFilter[] = [];
  let left = filter;
  while (left.type === type) {
    sides.push(left.right);
    left = left.left;
  }
  return [...sides, left].toReversed();
}

function always(): boolean {
  return true;
}

function numberTest(
  name: string,
  comparison: Comparison,
  value: number,
  read: (text: string) => ParsedNumber,
): LabelTest {
  const compare = comparisonOperators[comparison];
  return (labels) => {
    const text = labels.get(name);
    if (text === undefined) return false;
    const parsed = read(text);
    if ('value' in parsed) return compare(parsed.value, value);
    // A line that cannot be compared goes on, with its error; an earlier one says more.
    if (labels.error === '') {
      labels.error = parserErrors.labelFilter;
      labels.errorDetails = parsed.problem;
    }
    return true;
  };
}

function ipFilter(name: string, pattern: string, negated: boolean): RunnableFilter {
  const search = ipSearchIfValid(pattern);
  const test: LabelTest = (labels) => {
    if (labels.error !== '') return true;
    const text = labels.get(name);
    if (text === undefined) return false;
    return search !== undefined && search(text) !== negated;
  };
  return { test, required: [name] };
}

/** Of a pattern that is none, nothing passes, whether it is asked for or against. */
function ipSearchIfValid(pattern: string): ReturnType<typeof ipSearch> | undefined {
  try {
    return ipSearch(pattern);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return undefined;
  }
}
