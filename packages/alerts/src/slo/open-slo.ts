import { SightlineError, parseOptions } from '@sightline/errors';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { rounded } from './burn-windows.ts';
import { type Slo, defineSlo } from './define-slo.ts';
import { WINDOW_PLACE } from './slo-options.ts';

const metricSource = z.object({
  metricSource: z.object({ type: z.string().optional(), spec: z.object({ query: z.string().min(1) }) }),
});

const indicatorSchema = z.object({
  ratioMetric: z.object(
    { bad: metricSource.optional(), good: metricSource.optional(), total: metricSource },
    { error: 'a ratioMetric: a threshold metric has no events to count' },
  ),
});

/** What is read of an OpenSLO document; it may say more. */
const openSloSchema = z.object({
  apiVersion: z.literal('openslo/v1'),
  kind: z.literal('SLO'),
  metadata: z.object({ name: z.string().min(1) }),
  spec: z.object({
    service: z.string().min(1),
    indicator: z.object({ spec: indicatorSchema }).optional(),
    indicatorRef: z.string().optional(),
    timeWindow: z
      .array(z.object({ duration: z.string(), isRolling: z.boolean().optional() }))
      .min(1)
      .max(1),
    budgetingMethod: z
      .literal('Occurrences', { error: 'Occurrences: requests are counted, not time' })
      .optional(),
    objectives: z
      .array(z.object({ target: z.number().optional(), targetPercent: z.number().optional() }))
      .min(1),
  }),
});

type OpenSlo = z.output<typeof openSloSchema>;

/**
 * Reads SLOs in the form of OpenSLO v1, with indicators inside or beside them.
 *
 * A query is a plain selector of a counter, or PromQL with `{{window}}` (or Sloth's `{{.window}}`) as its range.
 *
 * @param text YAML, one document or more
 * @returns an SLO for each objective
 * @throws {SightlineError} `SIGHTLINE_OPEN_SLO`, with everything that is wrong in all documents
 */
export function fromOpenSlo(text: string): readonly Slo[] {
  const documents = parseAllDocuments(text);
  const problems: string[] = [];
  const values = (Array.isArray(documents) ? documents : []).flatMap((document, index): unknown[] => {
    problems.push(
      ...document.errors.map((error) => `document ${index + 1}: ${error.message.split('\n')[0]}`),
    );
    return document.errors.length > 0 ? [] : [document.toJS() as unknown];
  });
  const indicators = new Map(values.flatMap(indicatorOf));
  const slos = values
    .filter((value) => kindOf(value) !== 'SLI' && value !== null)
    .flatMap((value): Slo[] => {
      try {
        return slosOf(parseOptions(`fromOpenSlo ${nameOf(value)}`, openSloSchema, value), indicators);
      } catch (error) {
        if (!(error instanceof SightlineError)) throw error;
        problems.push(error.message);
        return [];
      }
    });
  if (problems.length === 0 && slos.length === 0) problems.push('there is no SLO in it');
  if (problems.length > 0) {
    throw new SightlineError('SIGHTLINE_OPEN_SLO', {
      problem: problems.join('\n'),
      expected: 'OpenSLO v1 with ratio metrics of Prometheus and one rolling window',
      fix: 'correct what is listed, all of it',
    });
  }
  return slos;
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

function nameOf(value: unknown): string {
  const { metadata } = value as { metadata?: { name?: unknown } };
  return typeof metadata?.name === 'string' ? metadata.name : 'without a name';
}

type Indicator = z.output<typeof indicatorSchema>;

function indicatorOf(value: unknown): (readonly [string, unknown])[] {
  return kindOf(value) === 'SLI' ? [[nameOf(value), (value as { spec?: unknown }).spec]] : [];
}

function slosOf({ metadata, spec }: OpenSlo, indicators: ReadonlyMap<string, unknown>): Slo[] {
  const { ratioMetric } = indicatorFor(spec, indicators);
  const total = rateQuery(ratioMetric.total.metricSource.spec.query);
  return spec.objectives.map(({ target, targetPercent }, index) => {
    const suffix = spec.objectives.length > 1 ? `-${index + 1}` : '';
    return defineSlo({
      name: `${metadata.name}${suffix}`,
      service: spec.service,
      objective: target ?? rounded((targetPercent ?? Number.NaN) / 100),
      window: (spec.timeWindow[0]?.duration ?? '').replace(
        /^(\d+)w$/,
        (_all, weeks) => `${Number(weeks) * 7}d`,
      ),
      sli: { kind: 'events', errors: errorQuery(ratioMetric, total), total },
    });
  });
}

function indicatorFor(spec: OpenSlo['spec'], indicators: ReadonlyMap<string, unknown>): Indicator {
  if (spec.indicator) return spec.indicator.spec;
  return parseOptions(
    `fromOpenSlo indicator ${spec.indicatorRef ?? 'without a name'}`,
    indicatorSchema,
    indicators.get(spec.indicatorRef ?? '') ?? {},
  );
}

function errorQuery({ bad, good }: Indicator['ratioMetric'], total: string): string {
  if (bad) return rateQuery(bad.metricSource.spec.query);
  return good ? `${total} - ${rateQuery(good.metricSource.spec.query)}` : '';
}

/** A plain selector becomes the sum of its rates by service; anything else brings its range along. */
function rateQuery(query: string): string {
  const text = query.trim().replaceAll(/\{\{\s*\.?window\s*\}\}/g, WINDOW_PLACE);
  return /^[a-zA-Z_:][\w:]*\s*(?:\{[^{}]*\})?$/.test(text)
    ? `sum by (job) (rate(${text}[${WINDOW_PLACE}]))`
    : text;
}
