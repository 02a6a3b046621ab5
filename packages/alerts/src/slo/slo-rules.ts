import { SightlineError } from '@sightline/errors';
import type { AlertOptions } from '../options.ts';
import { resolveAlertOptions } from '../resolve-options.ts';
import {
  aggregate,
  equals,
  labelList,
  noneOf,
  percentText,
  selector,
  series,
  serviceLabels,
} from '../promql.ts';
import { type Rule, type RuleContext, type RuleGroup, createRuleContext } from '../rule.ts';
import type { Slo, SloBurnWindow } from './define-slo.ts';
import {
  ENOUGH_ERRORS,
  evidenceOf,
  evidenceQuery,
  evidenceWindows,
  leastEvidence,
  loneEvents,
} from './evidence.ts';
import { literal } from '../words.ts';
import { of, recorded, windowName } from './recorded.ts';
import { knownRules, sliQueries, sloLabels } from './sli-queries.ts';
import {
  STEP_SECONDS,
  countRules,
  errorsIn,
  eventsIn,
  ratioRule,
  readWindows,
  realSeconds,
  windowsOf,
} from './slo-windows.ts';

const NO_DATA_SECONDS = 900;
/**
 * Requests in an hour below which none in `NO_DATA_SECONDS` may be chance: of 20, five would be expected. A process that has
 * just started has no series of requests before the first one.
 */
const QUIET_EVENTS = 20;

/**
 * The rules of SLOs: what is recorded, the burn alerts, the budget.
 *
 * Requests are counted, never ratios, so that a window weighs by traffic; the windows beyond an hour add up what shorter
 * ones have counted, and cost a few samples instead of every series of the service. Where nothing was asked, a ratio is
 * absent, which is not 100 %.
 *
 * @param slos what `defineSlo` or `fromOpenSlo` gave
 * @param options as for `alertRules`: links, intervals, scale
 * @returns two groups for each SLO: one at every evaluation, one every five minutes
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` for wrong options, and for two SLOs of one name
 */
export function sloRules(slos: readonly Slo[], options?: AlertOptions): readonly RuleGroup[] {
  const context = createRuleContext(resolveAlertOptions(options));
  refuseSameNames(slos);
  return slos.flatMap((slo) => [burnGroup(slo, context), budgetGroup(slo, context)]);
}

/** Their series would be mixed up, and Prometheus takes no file with two groups of one name. */
function refuseSameNames(slos: readonly Slo[]): void {
  const names = slos.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  if (twice.size === 0) return;
  throw new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `sloRules: there is more than one SLO of the name ${[...twice].join(', ')}`,
    expected: 'a name of its own for each SLO',
    fix: 'give them names with `name`; by default it is made of service, route and kind',
  });
}

function burnGroup(slo: Slo, context: RuleContext): RuleGroup {
  const labels = { slo: slo.name };
  const { errors, total } = sliQueries(slo, STEP_SECONDS, context);
  const windows = windowsOf(slo);
  const health = healthQuery(slo);
  return context.group(`slo-${slo.name}`, [
    ...knownRules(slo, readWindows(slo), context),
    { record: recorded.events, expr: total, labels },
    // Without a single error there may be no series of errors: then there are 0, as long as there are requests.
    { record: recorded.errors, expr: `${errors} or ignoring (slo) ${of(slo, recorded.events)} * 0`, labels },
    ...windows.flatMap((seconds) => countRules(slo, seconds, context)),
    ...windows.map((seconds) => ratioRule(slo, seconds)),
    ...windows.map((seconds) => ({
      record: recorded.evidence(seconds),
      expr: evidenceQuery(
        errorsIn(slo, seconds, context),
        of(slo, recorded.ratio(seconds)),
        `${eventsIn(slo, seconds, context)} * ${slo.budgetRatio}`,
        slo.budgetRatio,
      ),
      labels,
    })),
    ...(health === undefined ? [] : [{ record: recorded.health, expr: health, labels }]),
    ...slo.windows.map((window) => burnAlert(slo, window, context)),
    ...(context.options.transientServices.includes(slo.service ?? '') ? [] : [withoutData(slo, context)]),
  ]);
}

/**
 * What a service says of itself: 0 when no instance is ready, or none answers its scrape, or the probe from outside fails.
 * A query of one's own may have any labels, so nothing can be said of it.
 */
function healthQuery({ sli, service, probe }: Slo): string | undefined {
  if (sli.kind === 'events') return undefined;
  const target = service === undefined ? {} : { job: equals(service) };
  const ready = aggregate(
    'max',
    serviceLabels,
    series('health_probe_status', { probe: '=readyz', ...target }),
  );
  const own = `${ready} or ${aggregate('max', serviceLabels, selector('up', target))}`;
  return probe === undefined ? own : `clamp_max(${own}, scalar(min(${probe}) or vector(1)))`;
}

/**
 * Both windows burn, and that is no accident: so many bad requests among so few that chance does not explain them, or the
 * service says itself that it is down. While it does, the short window counts as it was when last somebody asked for
 * anything: whoever has four requests an hour, all of which fail, is told once.
 */
function burnAlert(slo: Slo, window: SloBurnWindow, context: RuleContext): Rule {
  const { longSeconds, shortSeconds, severity, burnRate, budgetRatio } = window;
  const long = windowName(longSeconds);
  const over = `/ ${slo.budgetRatio} > ${burnRate}`;
  const longRatio = of(slo, recorded.ratio(longSeconds));
  const shortRatio = of(slo, recorded.ratio(shortSeconds));
  const isPage = severity === 'critical';
  const isDown =
    isPage && healthQuery(slo) !== undefined
      ? ` and on (${labelList(serviceLabels)}) ${of(slo, recorded.health)} == 0`
      : undefined;
  const lastShort = `last_over_time(${shortRatio}[${context.duration(longSeconds)}])`;
  const what = describe(slo);
  return context.alert({
    name: 'ErrorBudgetBurn',
    severity,
    expr: [
      `${longRatio} ${over}`,
      either([`${shortRatio} ${over}`, ...(isDown === undefined ? [] : [`${lastShort} ${over}${isDown}`])]),
      either([
        ...evidenceOfWindow(slo, window, context),
        ...(isDown === undefined ? [] : [`${longRatio} > 0${isDown}`]),
      ]),
    ].join(' and '),
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

function either(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' or ')})`;
}

/**
 * A page needs `minErrors` in the window that shows it, any of those for pages; where one is enough, and so few ask that it
 * is over the burn rate alone, it needs nothing else. A ticket takes what its own two show.
 */
function evidenceOfWindow(slo: Slo, window: SloBurnWindow, context: RuleContext): readonly string[] {
  const { severity, longSeconds, shortSeconds, burnRate } = window;
  const least = leastEvidence(severity);
  const shows = (seconds: number): string => `${of(slo, recorded.evidence(seconds))} >= ${least}`;
  if (severity !== 'critical') {
    // Above some burn rate, as many are evidence anyway.
    const isEvidence = evidenceOf(ENOUGH_ERRORS, ENOUGH_ERRORS / burnRate) >= least;
    const enough = moreThan(errorsIn(slo, longSeconds, context), ENOUGH_ERRORS);
    return [shows(shortSeconds), shows(longSeconds), ...(isEvidence ? [] : [enough])];
  }
  return [
    ...(slo.minErrors === 1 ? [`${eventsIn(slo, longSeconds, context)} < ${loneEvents(slo, burnRate)}`] : []),
    ...evidenceWindows(slo, longSeconds).map(
      (seconds) => `${shows(seconds)} and ${moreThan(errorsIn(slo, seconds, context), slo.minErrors)}`,
    ),
  ];
}

/** At least so many, counted by a rate, which is a little off. */
function moreThan(counted: string, count: number): string {
  return `${counted} > ${count - 0.5}`;
}

function describe(slo: Slo): string {
  // A query of one's own may have any labels, and none.
  if (slo.service === undefined && slo.sli.kind === 'events') return `The SLO ${slo.name}`;
  const service = slo.service === undefined ? '{{ $labels.job }}' : literal(slo.service);
  return `${service}${slo.route === undefined ? '' : ` ${literal(slo.route)}`} (${slo.name})`;
}

/** A query of one's own may have any labels. */
function resultLabels(slo: Slo): readonly string[] {
  return slo.sli.kind === 'events' ? [] : sloLabels(slo);
}

function ownLabels({ name, service }: Slo): Readonly<Record<string, string>> {
  return { slo: name, ...(service === undefined ? {} : { service: literal(service) }) };
}

/** Of a service that is named, absence is enough; of others, that there was something before. */
function withoutData(slo: Slo, context: RuleContext): Rule {
  const events = of(slo, recorded.events);
  const hour = `offset ${context.duration(3600)}`;
  const missing =
    slo.service === undefined
      ? `${selector(recorded.events, {
          slo: `=${slo.name}`,
          job: slo.sli.kind === 'events' ? undefined : noneOf(context.options.transientServices),
        })} ${hour} unless ${events}`
      : `absent(${selector(recorded.events, {
          slo: `=${slo.name}`,
          job: slo.sli.kind === 'events' ? undefined : equals(slo.service),
        })})`;
  const labels = labelList(slo.service === undefined ? serviceLabels : ['job']);
  // It runs, is read, and was asked so seldom in the hour before that one anew may not have been asked yet.
  const quiet =
    `${of(slo, recorded.eventsIn(3600))} ${hour} < ${QUIET_EVENTS}` +
    ` and on (${labelList(serviceLabels)}) ${series('sightline_build_info')}`;
  return context.alert({
    name: 'SloWithoutData',
    severity: 'warning',
    expr: slo.sli.kind === 'events' ? missing : `${missing} unless on (${labels}) (${quiet})`,
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
  const { duration } = context;
  const stepSeconds = realSeconds(STEP_SECONDS, context);
  const period = (name: string): string => `sum_over_time(${of(slo, name)}[${duration(slo.periodSeconds)}])`;
  const spent = `${period(recorded.errorsStep)} / (${period(recorded.eventsStep)} > 0) / ${slo.budgetRatio}`;
  const byRoute = slo.sli.kind !== 'events' && slo.route === undefined;
  const routes = byRoute ? sliQueries(slo, STEP_SECONDS, context, ['http_route']).errors : '';
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
        expr: `1 - ${of(slo, recorded.remaining)} > 1 and ${moreThan(period(recorded.errorsStep), slo.minErrors)}`,
        forSeconds: 3600,
        summary: `${describe(slo)} has spent {{ $value | humanizePercentage }} of its error budget`,
        description:
          `Of the requests of ${slo.window}, more than ${percentText(slo.budgetRatio)} were bad. Users have had more errors than` +
          ' was agreed on; what is risky waits until the budget is back.',
        resultLabels: slo.sli.kind === 'events' ? [] : serviceLabels,
        dashboard: 'slo',
        labels: ownLabels(slo),
      }),
    ]),
    interval: duration(STEP_SECONDS),
  };
}
