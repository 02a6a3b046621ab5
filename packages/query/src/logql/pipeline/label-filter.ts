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
      return binaryFilter(filter.type, runnableFilter(filter.left), runnableFilter(filter.right));
    }
    default: {
      const { name, comparison, value, type } = filter;
      return { test: numberTest(name, comparison, value, readers[type]), required: [name] };
    }
  }
}

/** The right side runs also where the left side has decided an `and`: its error is part of the line. */
function binaryFilter(type: 'and' | 'or', left: RunnableFilter, right: RunnableFilter): RunnableFilter {
  const required = [...new Set([...left.required, ...right.required])];
  const first = left.test ?? always;
  const second = right.test ?? always;
  if (type === 'or') return { test: (labels) => first(labels) || second(labels), required };
  return {
    test(labels) {
      const passed = first(labels);
      return second(labels) && passed;
    },
    required,
  };
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
  const search = ipSearch(pattern);
  const test: LabelTest = (labels) => {
    if (labels.error !== '') return true;
    const text = labels.get(name);
    return text !== undefined && search(text) !== negated;
  };
  return { test, required: [name] };
}
