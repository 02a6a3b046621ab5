import { createBoundedCache } from '../../../bounded-cache.ts';
import type { Labels } from '../../../labels.ts';
import {
  type GoObject,
  type TemplateError,
  TemplateInterrupt,
  executeTemplate,
  goText,
  parseTemplate,
} from '../go-template/index.ts';
import { type TemplateSample, functionNames, labelMap, sampleValue, templateFunctions } from './functions.ts';

/** What a template of an alert is filled in with. */
export interface AlertTemplateData {
  /** Name of the alert, for messages. */
  readonly alert: string;
  readonly sample: TemplateSample;
  readonly externalLabels: Labels;
  /** What `$externalURL` is. */
  readonly externalUrl: string;
  /** What the functions `externalURL` and `pathPrefix` answer from; undefined in tests, where they fail as in promtool. */
  readonly serverUrl: string | undefined;
  /** The time that the rule is evaluated at, since 1970 [ms]. */
  readonly timeMs: number;
  /** Answers `query` in a template, at a time since 1970 [ms]. */
  readonly query: (expression: string, timeMs: number) => Promise<readonly TemplateSample[]>;
}

/** Variables that every template of an alert begins with. */
const prelude = [
  '{{$labels := .Labels}}',
  '{{$externalLabels := .ExternalLabels}}',
  '{{$externalURL := .ExternalURL}}',
  '{{$value := .Value}}',
].join('');

/** Rules are evaluated again and again with the same texts. */
const kept = createBoundedCache(
  1000,
  (key) => {
    const [name = '', text = ''] = JSON.parse(key) as readonly string[];
    return parseTemplate(name, prelude + text, functionNames);
  },
  // They come from files, which are as long as they are.
  () => 1,
);

/** Most queries that one template may ask. */
const MAX_QUERIES = 50;

function templateName(alert: string): string {
  return `__alert_${alert}`;
}

/** Why a template does not parse, as Prometheus says it; undefined when it does. */
export function templateProblem(alert: string, text: string): string | undefined {
  try {
    parseTemplate(templateName(alert), prelude + text, functionNames);
    return undefined;
  } catch (error) {
    return (error as TemplateError).message;
  }
}

function dataOf({ sample, externalLabels, externalUrl }: AlertTemplateData): GoObject {
  const fields = {
    Labels: labelMap(sample.labels),
    ExternalLabels: labelMap(externalLabels),
    ExternalURL: externalUrl,
    Value: sampleValue(sample.value),
  };
  return {
    kind: 'object',
    type: 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }',
    text: `{${Object.values(fields).map(goText).join(' ')}}`,
    fields,
  };
}

type Answer = readonly TemplateSample[] | Error;

/** The text, or the query whose answer has to be known first. */
function runOnce(
  text: string,
  data: AlertTemplateData,
  answers: ReadonlyMap<string, Answer>,
): string | { readonly asks: string } {
  const name = templateName(data.alert);
  let stage = 'parsing';
  try {
    const template = kept.get(JSON.stringify([name, text]));
    stage = 'executing';
    return executeTemplate(
      template,
      dataOf(data),
      templateFunctions({
        timeMs: data.timeMs,
        serverUrl: data.serverUrl,
        query(expression) {
          const answer = answers.get(expression);
          if (answer === undefined) throw new TemplateInterrupt(expression);
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }),
    );
  } catch (error) {
    if (error instanceof TemplateInterrupt) return { asks: error.message };
    return `<error expanding template: error ${stage} template ${name}: ${(error as Error).message}>`;
  }
}

/**
 * Fills in a template of an alert: a label or an annotation. A template that fails becomes the error's text, as in
 * Prometheus.
 *
 * A template runs without waiting; one that asks queries runs again after each answer.
 */
export async function expandAlertTemplate(text: string, data: AlertTemplateData): Promise<string> {
  if (!text.includes('{{')) return text;
  const answers = new Map<string, Answer>();
  for (;;) {
    const outcome = runOnce(text, data, answers);
    if (typeof outcome === 'string') return outcome;
    // oxlint-disable-next-line no-await-in-loop -- the next query may depend on this answer
    answers.set(outcome.asks, await answerOf(outcome.asks, data, answers.size));
  }
}

async function answerOf(expression: string, data: AlertTemplateData, asked: number): Promise<Answer> {
  if (asked >= MAX_QUERIES) return new Error(`more than ${MAX_QUERIES} queries in one template`);
  try {
    return await data.query(expression, data.timeMs);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
