import {
  builtins,
  executeTemplate,
  goMap,
  parseTemplate,
  TemplateError,
} from '../../promql/rules/go-template/index.ts';
import type { GoFunctions, ParsedTemplate } from '../../promql/rules/go-template/index.ts';
import { QueryError } from '../../query-error.ts';
import { rewrapError } from '../../rewrap-error.ts';
import { numberFunctions } from '../template/number-functions.ts';
import { templateFields } from '../template/template-fields.ts';
import { textFunctions } from '../template/text-functions.ts';
import { timeValue } from '../template/time-value.ts';
import { valueFunctions } from '../template/value-functions.ts';

/** A template of `line_format` or `label_format`. */
export interface LineTemplate {
  /** Labels that it names. */
  readonly fields: readonly string[];
  /** The label, when the template is nothing but it. */
  readonly onlyField: string | undefined;
  apply(
    labels: ReadonlyMap<string, string>,
    line: string,
    timeNs: bigint,
  ): { readonly text: string } | { readonly problem: string };
}

const shared: GoFunctions = { ...builtins, ...textFunctions, ...numberFunctions, ...valueFunctions };
const names: ReadonlySet<string> = new Set([
  ...Object.keys(shared),
  '__line__',
  '__timestamp__',
  'and',
  'or',
]);

/** Of one line: what a template makes of it, and how far it may go for that. */
const limits = { maxLength: 1_000_000, maxSteps: 20_000, maxMs: 500 };

/**
 * Reads a template.
 *
 * @param before what an error of it begins with
 * @throws {QueryError} `bad_data`
 */
export function createLineTemplate(name: string, text: string, before: string): LineTemplate {
  const template = parse(name, text, before);
  let line = '';
  let timeNs = 0n;
  const functions: GoFunctions = {
    ...shared,
    __line__: { takes: [], call: () => line },
    __timestamp__: { takes: [], call: () => timeValue(timeNs) },
  };
  const { fields, onlyField } = templateFields(template);
  return {
    fields,
    onlyField,
    apply(labels, currentLine, currentNs) {
      line = currentLine;
      timeNs = currentNs;
      return rewrapError<ReturnType<LineTemplate['apply']>, TemplateError>(
        TemplateError,
        () => ({
          text: executeTemplate(template, goMap('map[string]string', labels, ''), functions, limits),
        }),
        ({ message }) => ({ problem: message }),
      );
    },
  };
}

function parse(name: string, text: string, before: string): ParsedTemplate {
  return rewrapError(
    TemplateError,
    () => parseTemplate(name, text, names),
    (cause) => {
      throw new QueryError('bad_data', before + cause.message, undefined, { cause });
    },
  );
}
