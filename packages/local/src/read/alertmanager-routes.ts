import { type LabelMatcher, type Labels, QueryError } from '@sightline/query';
import { z } from 'zod';
import { type Alert, fingerprintOf, isFiring } from '../alerting/alert.ts';
import { receiverStatuses } from '../alerting/alertmanager-config.ts';
import type { Alertmanager, AlertStatus, PostedAlert } from '../alerting/create-alertmanager.ts';
import { MatcherError, parseMatchers } from '../alerting/parse-matchers.ts';
import { type Silence, SilenceError, silenceState, sortedSilences } from '../alerting/silences.ts';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { compileMatcher } from '../store/compiled-matcher.ts';
import { valuesOf } from './parameters.ts';

export interface AlertmanagerRoutesOptions {
  readonly manager: Alertmanager;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly startedAtMs: number;
  readonly version: string;
  /** Called when something was sent or silenced: what is due may have changed. */
  readonly onChange: () => void;
}

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const labels = z.record(z.string(), z.string());

const postedAlerts = z.array(
  z.looseObject({
    labels,
    annotations: labels.optional(),
    startsAt: time.optional(),
    endsAt: time.optional(),
    generatorURL: z.string().optional(),
  }),
);

const postedSilence = z.looseObject({
  id: z.string().optional(),
  matchers: z
    .array(
      z.looseObject({
        name: z.string().min(1),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    )
    .refine((given) => given.length > 0, 'matchers in body should have at least 1 items'),
  startsAt: time,
  endsAt: time,
  createdBy: z.string(),
  comment: z.string(),
});

/** Before Go's zero time a moment is "not given". */
const YEAR_1970_MS = 0;

/**
 * Alertmanager's API, version 2, as `amtool` and Grafana use it.
 *
 * Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function alertmanagerRoutes(options: AlertmanagerRoutesOptions): readonly Route[] {
  const { manager, now, onChange } = options;

  /** What is wrong with one does not keep the others from being taken. */
  function postAlerts(call: Call): Answer {
    const nowMs = now();
    const posted = parsed(postedAlerts, call.body)
      .map(postedAlert)
      .map((alert) => ({ alert, problem: problemOf(alert, nowMs, manager.config.resolveTimeoutMs) }));
    manager.post(
      posted.filter(({ problem }) => problem === undefined).map(({ alert }) => alert),
      nowMs,
    );
    onChange();
    const problems = posted.map(({ problem }) => problem).filter((problem) => problem !== undefined);
    if (problems.length > 0) throw new HttpError(400, problems.join('\n'));
    return { status: 200, text: '' };
  }

  function postSilence(call: Call): Answer {
    const { id, matchers, startsAt, endsAt, createdBy, comment } = parsed(postedSilence, call.body);
    const set = {
      matchers: matchers.map(matcherOf),
      startsAtMs: startsAt,
      endsAtMs: endsAt,
    };
    const silenceID = asBadRequest(() =>
      manager.silences.set(
        { ...set, createdBy, comment, ...(id !== undefined && id !== '' && { id }) },
        now(),
      ),
    );
    onChange();
    return { json: { silenceID } };
  }

  const routes: readonly Route[] = [
    { methods: ['GET'], path: '/api/v2/status', handle: () => ({ json: statusOf(options) }) },
    {
      methods: ['GET'],
      path: '/api/v2/receivers',
      handle: () => ({ json: [...manager.config.receivers.keys()].map((name) => ({ name })) }),
    },
    {
      methods: ['GET'],
      path: '/api/v2/alerts',
      handle(call) {
        const receiverFits = receiverFilterOf(call);
        const fits = alertFilterOf(call);
        const shown = manager.alerts(now()).flatMap((alert) => {
          const receivers = manager.receiversOf(alert.labels);
          return receivers.some(receiverFits) && fits(alert) ? [shownAlert(alert, receivers)] : [];
        });
        return { json: shown };
      },
    },
    { methods: ['POST'], path: '/api/v2/alerts', handle: postAlerts },
    {
      methods: ['GET'],
      path: '/api/v2/alerts/groups',
      handle(call) {
        const receiverFits = receiverFilterOf(call);
        const fits = alertFilterOf(call);
        const groups = manager
          .groups()
          .filter(({ route }) => receiverFits(route.receiver))
          .map(({ labels: groupLabels, route, alerts }) => ({
            labels: groupLabels,
            receiver: { name: route.receiver },
            // One that is over stands in its group until that has been told.
            alerts: [...alerts.values()]
              .filter((alert) => isFiring(alert, now()) && fits(alert))
              .map((alert) => shownAlert(alert, manager.receiversOf(alert.labels).filter(receiverFits))),
          }));
        return { json: groups.filter(({ alerts }) => alerts.length > 0) };
      },
    },
    {
      methods: ['GET'],
      path: '/api/v2/silences',
      handle(call) {
        const filter = matchersOf(call).map(textOfMatcher);
        const silences = manager.silences.all().filter(({ matchers }) => {
          const own = new Set(matchers.map(textOfMatcher));
          return filter.every((text) => own.has(text));
        });
        const nowMs = now();
        return { json: sortedSilences(silences, nowMs).map((silence) => shownSilence(silence, nowMs)) };
      },
    },
    { methods: ['POST'], path: '/api/v2/silences', handle: postSilence },
    {
      methods: ['GET'],
      path: '/api/v2/silence/:id',
      handle({ params }) {
        const silence = manager.silences.get(params['id']!);
        if (silence === undefined) throw new HttpError(404, 'there is no such silence');
        return { json: shownSilence(silence, now()) };
      },
    },
    {
      methods: ['DELETE'],
      path: '/api/v2/silence/:id',
      handle({ params }) {
        if (!manager.silences.expire(params['id']!, now()))
          throw new HttpError(404, 'there is no such silence');
        onChange();
        return { status: 200, text: '' };
      },
    },
  ];
  return routes.map(withJsonProblems);

  /** Whether an alert has the labels and the state that are asked for. */
  function alertFilterOf(call: Call): (alert: Alert) => boolean {
    const fits = filterOf(call);
    const wants = (name: string): boolean => call.parameters.get(name) !== 'false';
    return (alert) => {
      if (!fits(alert.labels)) return false;
      const { state, silencedBy, inhibitedBy } = manager.status(alert, now());
      if (!wants('active') && state === 'active') return false;
      if (!wants('silenced') && silencedBy.length > 0) return false;
      return wants('inhibited') || inhibitedBy.length === 0;
    };
  }

  function shownAlert(alert: Alert, receivers: readonly string[]): object {
    const { state, silencedBy, inhibitedBy }: AlertStatus = manager.status(alert, now());
    return {
      annotations: alert.annotations,
      endsAt: new Date(alert.endsAtMs).toISOString(),
      fingerprint: fingerprintOf(alert.labels),
      receivers: receivers.map((name) => ({ name })),
      startsAt: new Date(alert.startsAtMs).toISOString(),
      status: { state, silencedBy, inhibitedBy, mutedBy: [] },
      updatedAt: new Date(alert.updatedAtMs).toISOString(),
      ...(alert.generatorUrl !== '' && { generatorURL: alert.generatorUrl }),
      labels: alert.labels,
    };
  }
}

/** Alertmanager says what is wrong as a text in JSON, which is what Grafana shows. */
function withJsonProblems(route: Route): Route {
  return {
    ...route,
    async handle(call) {
      try {
        return await route.handle(call);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        return { status: error.status, headers: error.headers, json: error.message };
      }
    },
  };
}

/** Why Alertmanager would not take an alert; undefined when it would. */
function problemOf(alert: PostedAlert, nowMs: number, resolveTimeoutMs: number): string | undefined {
  const endsAtMs = alert.endsAtMs ?? nowMs + resolveTimeoutMs;
  if (endsAtMs < (alert.startsAtMs ?? -Infinity)) return 'start time must be before end time';
  if (Object.values(alert.labels).every((value) => value === '')) return 'at least one label pair required';
  if (alert.labels[''] !== undefined && alert.labels[''] !== '') return 'invalid label set: invalid name ""';
  return alert.annotations?.[''] === undefined ? undefined : 'invalid annotations: invalid name ""';
}

function postedAlert(given: z.output<typeof postedAlerts>[number]): PostedAlert {
  return {
    labels: given.labels,
    annotations: given.annotations ?? {},
    startsAtMs: given1970(given.startsAt),
    endsAtMs: given1970(given.endsAt),
    generatorUrl: given.generatorURL ?? '',
  };
}

function given1970(timeMs: number | undefined): number | undefined {
  return timeMs === undefined || timeMs <= YEAR_1970_MS ? undefined : timeMs;
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: Buffer): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new HttpError(400, `no JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // What is not there at all has a status of its own.
  const isMissing = issues.some(
    ({ code, message }) => code === 'invalid_type' && message.endsWith('received undefined'),
  );
  const problems = issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`);
  throw new HttpError(isMissing ? 422 : 400, problems.join('\n'));
}

function asBadRequest<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (error instanceof SilenceError && error.problem === 'unknown') throw new HttpError(404, error.message);
    if (error instanceof SilenceError || error instanceof MatcherError || error instanceof QueryError) {
      throw new HttpError(400, error.message);
    }
    throw error;
  }
}

function matchersOf(call: Call): readonly LabelMatcher[] {
  return asBadRequest(() => valuesOf(call.parameters, 'filter').flatMap((filter) => parseMatchers(filter)));
}

function receiverFilterOf(call: Call): (receiver: string) => boolean {
  const value = call.parameters.get('receiver');
  if (value === null) return () => true;
  const fits = asBadRequest(() => compileMatcher({ name: 'r', op: '=~', value }));
  return (r) => fits({ r });
}

function filterOf(call: Call): (labels: Labels) => boolean {
  const tests = asBadRequest(() => matchersOf(call).map(compileMatcher));
  return (given) => tests.every((fits) => fits(given));
}

/** A silence is found by the very matchers that it has. */
function textOfMatcher({ name, op, value }: LabelMatcher): string {
  return JSON.stringify([name, op, value]);
}

function matcherOf(given: { name: string; value: string; isRegex: boolean; isEqual: boolean }): LabelMatcher {
  const op = given.isRegex ? (given.isEqual ? '=~' : '!~') : given.isEqual ? '=' : '!=';
  return { name: given.name, op, value: given.value };
}

function shownSilence(silence: Silence, nowMs: number): object {
  return {
    id: silence.id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: new Date(silence.updatedAtMs).toISOString(),
    comment: silence.comment,
    createdBy: silence.createdBy,
    startsAt: new Date(silence.startsAtMs).toISOString(),
    endsAt: new Date(silence.endsAtMs).toISOString(),
    matchers: silence.matchers.map(({ name, op, value }) => ({
      name,
      value,
      isRegex: op === '=~' || op === '!~',
      isEqual: op === '=' || op === '=~',
    })),
  };
}

function statusOf({ manager, startedAtMs, version }: AlertmanagerRoutesOptions): object {
  return {
    cluster: { status: 'disabled', peers: [] },
    config: { original: manager.config.text },
    // Not of Alertmanager: what of the file is delivered from here, and what is shown only.
    receivers: receiverStatuses(manager.config),
    uptime: new Date(startedAtMs).toISOString(),
    versionInfo: {
      branch: '',
      buildDate: '',
      buildUser: '',
      goVersion: '',
      revision: '',
      version,
    },
  };
}
