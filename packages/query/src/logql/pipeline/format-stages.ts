import { QueryError } from '../../query-error.ts';
import type { LabelFormat } from '../syntax/ast.ts';
import { createLineTemplate } from './line-template.ts';
import type { LineTemplate } from './line-template.ts';
import { parserErrors } from './parse-errors.ts';
import { errorLabel } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';

/** `| line_format "{{.a}}"`: the line is what the template makes of the labels. */
export function lineFormatStage(text: string): RunnableStage {
  const template = createLineTemplate('line', text, 'invalid line template: ');
  return {
    required: template.fields,
    step(line, labels, timeNs) {
      if (template.onlyField !== undefined) return labels.get(template.onlyField) ?? '';
      const result = template.apply(new Map(labels.pairs()), line, timeNs);
      if ('text' in result) return result.text;
      labels.error = parserErrors.template;
      labels.errorDetails = result.problem;
      return line;
    },
  };
}

/** `| label_format a=b, c="{{.d}}"`: templates see the labels as they were when the first of them is filled. */
export function labelFormatStage(formats: readonly LabelFormat[]): RunnableStage {
  checkNames(formats);
  const prepared = formats.map(({ name, value, rename }) => ({
    name,
    value,
    template: rename ? undefined : labelTemplate(name, value),
  }));
  const required = prepared.flatMap(({ value, template }) => template?.fields ?? [value]);
  return {
    required: [...new Set(required)],
    step(line, labels, timeNs) {
      let seen: Map<string, string> | undefined;
      for (const { name, value, template } of prepared) {
        if (template === undefined) {
          const text = labels.get(value);
          if (text === undefined) continue;
          labels.set(name, text);
          labels.delete(value);
          continue;
        }
        if (seen === undefined || seen.size === 0) seen = new Map(labels.pairs());
        const result = template.apply(seen, line, timeNs);
        if ('text' in result) {
          labels.set(name, result.text);
        } else {
          labels.error = parserErrors.template;
          labels.errorDetails = result.problem;
        }
      }
      return line;
    },
  };
}

function labelTemplate(name: string, text: string): LineTemplate {
  return createLineTemplate('label', text, `invalid template for label '${name}': `);
}

function checkNames(formats: readonly LabelFormat[]): void {
  const names = new Set<string>();
  for (const { name } of formats) {
    if (name === errorLabel) throw new QueryError('bad_data', `${name} cannot be formatted`);
    if (names.has(name)) {
      throw new QueryError(
        'bad_data',
        `multiple label name '${name}' not allowed in a single format operation`,
      );
    }
    names.add(name);
  }
}
