import type { NamedMatcher } from '../syntax/ast.ts';
import { matcherTest } from '../syntax/parse-matchers.ts';
import type { LineLabels } from './line-labels.ts';
import { errorDetailsLabel, errorLabel, preserveErrorLabel } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';

interface Choice {
  readonly name: string;
  /** Absent when any value will do. */
  readonly fits: ((value: string) => boolean) | undefined;
}

function choices(labels: readonly NamedMatcher[]): readonly Choice[] {
  return labels.map(({ name, matcher }) => ({
    name,
    fits: matcher === undefined ? undefined : matcherTest(matcher),
  }));
}

/** `| drop a, b="c"`. */
export function dropStage(named: readonly NamedMatcher[]): RunnableStage {
  const dropped = choices(named);
  return {
    required: [],
    step(line, labels) {
      for (const choice of dropped) drop(choice, labels);
      return line;
    },
  };
}

function drop({ name, fits }: Choice, labels: LineLabels): void {
  if (name === errorLabel) {
    if (fits === undefined || fits(labels.error)) labels.error = '';
  } else if (name === errorDetailsLabel) {
    if (fits === undefined || fits(labels.errorDetails)) labels.errorDetails = '';
  } else if (fits === undefined ? labels.get(name) !== undefined : fits(labels.get(name) ?? '')) {
    labels.delete(name);
  }
}

const alwaysKept: ReadonlySet<string> = new Set([errorLabel, errorDetailsLabel, preserveErrorLabel]);

/** `| keep a, b="c"`: all others go, save errors. */
export function keepStage(named: readonly NamedMatcher[]): RunnableStage {
  const kept = choices(named);
  return {
    required: [],
    step(line, labels) {
      for (const [name, value] of labels.pairs()) {
        if (alwaysKept.has(name)) continue;
        const keeps = kept.some(
          (choice) => choice.name === name && (choice.fits === undefined || choice.fits(value)),
        );
        if (!keeps) labels.delete(name);
      }
      return line;
    },
  };
}
