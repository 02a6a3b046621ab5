import type { AlertOptions } from '../options.ts';
import { resolveAlertOptions } from '../resolve-options.ts';
import { aggregate, labelList, percentText, selector, serviceLabels } from '../promql.ts';
import { type Rule, type RuleContext, type RuleGroup, createRuleContext } from '../rule.ts';
import { rounded } from './burn-windows.ts';
import type { Slo, SloBurnWindow } from './define-slo.ts';
import { sliQueries, sloLabels } from './sli-queries.ts';

/** The range of the rates that everything else adds up [s], and the interval of the series that long windows add up. */
const STEP_SECONDS = 300;
/** Up to here, windows add up what is recorded at every evaluation; beyond, what is recorded every five minutes [s]. */
const FINE_UP_TO_SECONDS = 3600;
const NO_DATA_SECONDS = 900;

/** The names of the series of an SLO. */
const recorded = {
  events: 'slo:sli_events:rate5m',
  errors: 'slo:sli_errors:rate5m',
  eventsStep: 'slo:sli_events:increase5m',
  errorsStep: 'slo:sli_errors:increase5m',
  routeErrorsStep: 'slo:sli_errors_by_route:increase5m',
  objective: 'slo:objective:ratio',
  remaining: 'slo:error_budget_remaining:ratio',
  spentByRoute: 'slo:error_budget_spent_by_route:ratio',
  ratio: (windowSeconds: number) => `slo:sli_error:ratio_rate${windowName(windowSeconds)}`,
} as const;

/** `5m`, `1h`, `3d`: not scaled, so that a name is the same at every scale. */
function windowName(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
}

/**
 * The rules of SLOs: what is recorded, the burn alerts, the budget.
 *
 * Requests are counted once, every window adds that up, and so a window weighs by traffic and costs a few samples
 * instead of every series of the service. Where nothing was asked, a ratio is absent, which is not 100 %.
 *
 * @param slos what `defineSlo` or `fromOpenSlo` gave
 * @param options as for `alertRules`: links, intervals, scale
 * @returns two groups for each SLO: one at every evaluation, one every five minutes
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for wrong options
 */
export function sloRules(slos: readonly Slo[], options?: AlertOptions): readonly RuleGroup[] {
  const context = createRuleContext(resolveAlertOptions(options));
  return slos.flatMap((slo) => [burnGroup(slo, context), budgetGroup(slo, context)]);
}

/** The series of one SLO. */
function of(slo: Slo, name: string): string {
  return selector(name, { slo: `=${slo.name}` });
}

function burnGroup(slo: Slo, context: RuleContext): RuleGroup {
  const labels = { slo: slo.name };
  const { errors, total } = sliQueries(slo, context.duration(STEP_SECONDS));
  const windows = new Set(
    slo.windows.flatMap(({ longSeconds, shortSeconds }) => [shortSeconds, longSeconds]),
  );
  return context.group(`slo-${slo.name}`, [
    { record: recorded.events, expr: total, labels },
    // Without a single error there may be no series of errors: then there are 0, as long as there are requests.
    { record: recorded.errors, expr: `${errors} or ${total} * 0`, labels },
    ...[...windows]
      .toSorted((a, b) => a - b)
      .map((seconds) => ({
        record: recorded.ratio(seconds),
        expr: windowRatio(slo, seconds, context),
        labels,
      })),
    ...slo.windows.map((window) => burnAlert(slo, window, context)),
    withoutData(slo, context),
  ]);
}

/** Bad requests and all of them in a window, from the series that is fine enough and no finer. */
function sums(slo: Slo, seconds: number, { duration }: RuleContext): { errors: string; events: string } {
  const fine = seconds <= FINE_UP_TO_SECONDS;
  const sum = (name: string): string => `sum_over_time(${of(slo, name)}[${duration(seconds)}])`;
  return fine
    ? { errors: sum(recorded.errors), events: sum(recorded.events) }
    : { errors: sum(recorded.errorsStep), events: sum(recorded.eventsStep) };
}

function windowRatio(slo: Slo, seconds: number, context: RuleContext): string {
  if (seconds === STEP_SECONDS) return `${of(slo, recorded.errors)} / (${of(slo, recorded.events)} > 0)`;
  const { errors, events } = sums(slo, seconds, context);
  return `${errors} / (${events} > 0)`;
}

/** How many bad requests there were in a window. */
function errorCount(slo: Slo, seconds: number, context: RuleContext): string {
  const { errors } = sums(slo, seconds, context);
  if (seconds > FINE_UP_TO_SECONDS) return errors;
  const { evaluationIntervalSeconds, timeScaleRatio } = context.options;
  return `${errors} * ${rounded(evaluationIntervalSeconds * timeScaleRatio)}`;
}

/**
 * The long window burns with enough bad requests, and so does the short one, as it was when last somebody asked for
 * anything: whoever has four requests an hour, all of which fail, is told as well, and once.
 */
function burnAlert(slo: Slo, window: SloBurnWindow, context: RuleContext): Rule {
  const { longSeconds, shortSeconds, severity, burnRate, budgetRatio } = window;
  const long = windowName(longSeconds);
  const short = `last_over_time(${of(slo, recorded.ratio(shortSeconds))}[${context.duration(longSeconds)}])`;
  const what = describe(slo);
  return context.alert({
    name: 'ErrorBudgetBurn',
    severity,
    expr:
      `${of(slo, recorded.ratio(longSeconds))} / ${slo.budgetRatio} > ${burnRate}` +
      ` and ${short} / ${slo.budgetRatio} > ${burnRate}` +
      ` and ${errorCount(slo, longSeconds, context)} >= ${slo.minErrors}`,
    forSeconds: 0,
    summary: `${what} burns its error budget {{ $value | printf "%.1f" }} times as fast as it may, over ${long}`,
    description:
      `More than ${burnRate} times for ${long} is ${percentText(budgetRatio)} of the budget of ${slo.window}, which is` +
      ` ${percentText(slo.budgetRatio)} of the requests. Too many users ${slo.sli.kind === 'latency' ? 'wait too long' : 'get errors'}.`,
    resultLabels: resultLabels(slo),
    dashboard: 'slo',
    ...(slo.sli.kind === 'events' ? {} : { traces: slo.sli.kind === 'latency' ? 'slow' : 'failed' }),
    labels: { ...ownLabels(slo), window: long },
  });
}

function describe(slo: Slo): string {
  return `${slo.service ?? '{{ $labels.job }}'}${slo.route === undefined ? '' : ` ${slo.route}`} (${slo.name})`;
}

/** A query of one's own may have any labels. */
function resultLabels(slo: Slo): readonly string[] {
  return slo.sli.kind === 'events' ? [] : sloLabels(slo);
}

function ownLabels({ name, service }: Slo): Readonly<Record<string, string>> {
  return { slo: name, ...(service === undefined ? {} : { service }) };
}

/** Of a service that is named, absence is enough; of others, that there was something before. */
function withoutData(slo: Slo, context: RuleContext): Rule {
  const events = of(slo, recorded.events);
  const before = `${events} offset ${context.duration(3600)}`;
  const missing =
    slo.service === undefined
      ? `${before} unless ${events}`
      : `absent(${selector(recorded.events, {
          slo: `=${slo.name}`,
          job: slo.sli.kind === 'events' ? undefined : `=${slo.service}`,
        })})`;
  return context.alert({
    name: 'SloWithoutData',
    severity: 'warning',
    expr: missing,
    forSeconds: NO_DATA_SECONDS,
    summary: `${describe(slo)} has no data: nobody knows whether it is met`,
    description:
      'The series that the SLO is made of have been missing for 15 minutes. That is not 100 %: users may get errors that are' +
      ' not counted, and no burn alert can fire.',
    resultLabels: resultLabels(slo),
    dashboard: 'slo',
    labels: ownLabels(slo),
  });
}

function budgetGroup(slo: Slo, context: RuleContext): RuleGroup {
  const labels = { slo: slo.name };
  const { duration, options } = context;
  const stepSeconds = rounded(STEP_SECONDS * options.timeScaleRatio);
  const period = (name: string): string => `sum_over_time(${of(slo, name)}[${duration(slo.periodSeconds)}])`;
  const spent = `${period(recorded.errorsStep)} / (${period(recorded.eventsStep)} > 0) / ${slo.budgetRatio}`;
  const byRoute = slo.sli.kind !== 'events' && slo.route === undefined;
  const routes = byRoute ? sliQueries(slo, duration(STEP_SECONDS), ['http_route']).errors : '';
  return {
    ...context.group(`slo-${slo.name}-budget`, [
      { record: recorded.objective, expr: `vector(${slo.objective})`, labels },
      { record: recorded.eventsStep, expr: `${of(slo, recorded.events)} * ${stepSeconds}`, labels },
      { record: recorded.errorsStep, expr: `${of(slo, recorded.errors)} * ${stepSeconds}`, labels },
      { record: recorded.remaining, expr: `1 - ${spent}`, labels },
      ...(byRoute
        ? [
            { record: recorded.routeErrorsStep, expr: `${routes} * ${stepSeconds}`, labels },
            {
              record: recorded.spentByRoute,
              expr:
                aggregate('sum', [...serviceLabels, 'http_route', 'slo'], period(recorded.routeErrorsStep)) +
                ` / on (${labelList([...serviceLabels, 'slo'])}) group_left () (${period(recorded.eventsStep)} > 0)` +
                ` / ${slo.budgetRatio}`,
              labels,
            },
          ]
        : []),
      context.alert({
        name: 'ErrorBudgetSpent',
        severity: 'warning',
        expr: `${of(slo, recorded.remaining)} < 0 and ${period(recorded.errorsStep)} >= ${slo.minErrors}`,
        forSeconds: 3600,
        summary: `${describe(slo)} has spent its error budget: {{ $value | humanizePercentage }} is left`,
        description:
          `Of the requests of ${slo.window}, more than ${percentText(slo.budgetRatio)} were bad. Users have had more errors than` +
          ' was agreed on; what is risky waits until the budget is back.',
        resultLabels: serviceLabels,
        dashboard: 'slo',
        labels: ownLabels(slo),
      }),
    ]),
    interval: duration(STEP_SECONDS),
  };
}
