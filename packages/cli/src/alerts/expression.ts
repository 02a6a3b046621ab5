import { parser as logqlParser } from '@grafana/lezer-logql';
import type { Tree } from '@lezer/common';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';

export type Language = 'PromQL' | 'LogQL';
const parsers: Readonly<Record<Language, { parse(text: string): Tree }>> = {
  PromQL: promqlParser,
  LogQL: logqlParser,
};
/** Characters of the expression that are shown on each side of a mistake. */
const CONTEXT_CHARACTERS = 20;

/** Where an expression breaks the grammar: the text around the first such place; nothing when it keeps it. */
export function syntaxError(language: Language, expression: string): string | undefined {
  if (expression.trim() === '') return 'it is empty';
  let at: string | undefined;
  parsers[language].parse(expression).iterate({
    enter({ type, from, to }) {
      if (!type.isError || at !== undefined) return;
      const text = expression.slice(Math.max(0, from - CONTEXT_CHARACTERS), to + CONTEXT_CHARACTERS);
      at = from >= expression.trimEnd().length ? `it ends too early, after "${text}"` : `near "${text}"`;
    },
  });
  return at?.replaceAll(/\s+/g, ' ');
}
