import { parseOptions } from '@sightline/errors';
import {
  type AlertmanagerOptions,
  type ResolvedAlertmanagerOptions,
  alertmanagerOptionsSchema,
} from './alertmanager-options.ts';
import { durationText, literalPattern } from '../promql.ts';
import { type Receivers, type Secret, receiverParts } from './receivers.ts';

/** A node of the routing tree, as far as this package makes one. */
export interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly active_time_intervals?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
}

/** The configuration of Alertmanager, to be written as YAML. */
export interface AlertmanagerConfig {
  readonly route: Route;
  readonly receivers: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
  readonly inhibit_rules: readonly InhibitRule[];
  readonly time_intervals?: readonly unknown[];
  readonly templates: readonly string[];
}

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** Nobody is told; the alert is in the user interface all the same. */
const NOBODY = 'nobody';
const EVERYONE = 'everyone';
const WATCHDOG = 'dead-mans-switch';
const WORKING_HOURS = 'working-hours';
/** What the switch on the other side waits for, and how often: a minute, so that five without one are an outage. */
const WATCHDOG_SECONDS = 60;
const sameService = ['deployment_environment_name', 'service'] as const;

/**
 * Alerts that say why others fire. The first of each is told, the others are held back while it lasts, for the same
 * service in the same environment.
 */
const inhibitions: readonly InhibitRule[] = [
  // Whoever is gone can neither be slow nor fail: the rest is a symptom, or old.
  {
    source_matchers: ['alertname = ServiceAbsent'],
    target_matchers: ['alertname !~ "ServiceAbsent|Watchdog"'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = ErrorRatioHigh'],
    target_matchers: ['alertname =~ "RouteErrorRatioHigh|ErrorLogSpike|NewErrorFingerprint"'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = LatencyHigh'],
    target_matchers: ['alertname = RouteLatencyHigh'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = CrashLooping'],
    target_matchers: ['alertname =~ "Restarting|ScrapeFailing|NotReady"'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = BreakerOpen'],
    target_matchers: ['alertname =~ "DependencyFailing|DependencySlow"'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = BreakerOpen'],
    target_matchers: ['alertname = HealthCheckDegraded', 'check =~ "circuit_breaker:.*"'],
    equal: sameService,
  },
  {
    source_matchers: ['alertname = HeapNearLimit'],
    target_matchers: ['alertname =~ "HeapGrowing|GcTimeHigh|MemoryGrowing"'],
    equal: [...sameService, 'instance'],
  },
  // What grows is the heap.
  {
    source_matchers: ['alertname = HeapGrowing'],
    target_matchers: ['alertname = MemoryGrowing'],
    equal: [...sameService, 'instance'],
  },
  {
    source_matchers: ['alertname = EventLoopBlocked'],
    target_matchers: ['alertname =~ "EventLoopDelayHigh|EventLoopSaturated"'],
    equal: [...sameService, 'instance'],
  },
  // The same alert, worse: of one SLO, of one check.
  {
    source_matchers: ['severity = critical', 'alertname = ErrorBudgetBurn'],
    target_matchers: ['severity = warning', 'alertname = ErrorBudgetBurn'],
    equal: [...sameService, 'slo'],
  },
  {
    source_matchers: ['alertname = HealthCheckDown'],
    target_matchers: ['alertname = HealthCheckDegraded'],
    equal: [...sameService, 'check'],
  },
];

/**
 * The configuration of Alertmanager: routing, grouping, inhibition, and only the receivers that are configured.
 *
 * @param options who is told, of what, when; without any, alerts are shown and nobody is told
 * @returns the configuration; `alertmanagerFile` writes it
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong
 */
export function alertmanagerConfig(options?: AlertmanagerOptions): AlertmanagerConfig {
  const resolved = parseOptions('alertmanagerConfig', alertmanagerOptionsSchema, options);
  const { receivers, teams, deadMansSwitch, workingHours, templates } = resolved;
  const known = Object.entries(teams).filter(([, team]) => hasAny(team.receivers));
  return {
    templates,
    route: rootRoute(
      resolved,
      known.map(([team]) => team),
    ),
    receivers: [
      { name: NOBODY },
      ...(hasAny(receivers) ? [{ name: EVERYONE, ...receiverParts(receivers) }] : []),
      ...known.map(([team, each]) =>
        Object.assign({ name: receiverOf(team) }, receiverParts(each.receivers)),
      ),
      ...(deadMansSwitch ? [{ name: WATCHDOG, ...switchParts(deadMansSwitch.url) }] : []),
    ],
    inhibit_rules: inhibitions,
    ...(workingHours && {
      time_intervals: [
        {
          name: WORKING_HOURS,
          time_intervals: [
            {
              weekdays: weekdaysOf(workingHours.days),
              times: timesOf(workingHours),
              location: workingHours.timeZone,
            },
          ],
        },
      ],
    }),
  };
}

/** In the order of Alertmanager, in which no range may go past its end. */
const WEEK = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

function weekdaysOf(days: string): readonly string[] {
  const [from = '', to = from] = days.split(':');
  const [start, end] = [from, to].map((day) => WEEK.findIndex((each) => each === day)) as [number, number];
  return start <= end ? [days] : [...WEEK.slice(start), ...WEEK.slice(0, end + 1)];
}

/** No range of Alertmanager's goes past midnight either. */
function timesOf({ from, to }: { readonly from: string; readonly to: string }) {
  if (from < to) return [{ start_time: from, end_time: to }];
  const evening = { start_time: from, end_time: '24:00' };
  return to === '00:00' ? [evening] : [{ start_time: '00:00', end_time: to }, evening];
}

function hasAny(receivers: Receivers): boolean {
  return Object.values(receivers).some((each) => each !== undefined);
}

function receiverOf(team: string): string {
  return `team-${team}`;
}

/** The switch is told only that all is well: the end of the Watchdog is for it to notice. */
function switchParts(url: Secret): Record<string, unknown> {
  const target = 'file' in url ? { url_file: url.file } : { url: url.value };
  return { webhook_configs: [{ send_resolved: false, ...target }] };
}

function rootRoute(options: ResolvedAlertmanagerOptions, teams: readonly string[]): Route {
  const { receivers, quietEnvironments, deadMansSwitch } = options;
  const quiet = quietEnvironments.join('|');
  return {
    receiver: hasAny(receivers) ? EVERYONE : NOBODY,
    // One notification for what goes wrong together: a service and an environment, not every route and instance.
    group_by: ['alertname', ...sameService],
    group_wait: wait(options.groupWaitSeconds),
    group_interval: durationText(options.groupIntervalSeconds),
    repeat_interval: durationText(options.repeatIntervalSeconds),
    routes: [
      {
        matchers: ['alertname = Watchdog'],
        receiver: deadMansSwitch ? WATCHDOG : NOBODY,
        group_wait: '0s',
        group_interval: durationText(WATCHDOG_SECONDS),
        repeat_interval: durationText(WATCHDOG_SECONDS),
      },
      { matchers: ['severity =~ "info|none"'], receiver: NOBODY },
      ...(quiet === ''
        ? []
        : [{ matchers: [`deployment_environment_name =~ "${quiet}"`], receiver: NOBODY }]),
      ...teams.flatMap((team) => teamRoutes(team, options)),
      ...bySeverity(options),
    ],
  };
}

/** By the label of the target, or by the service: either is enough. */
function teamRoutes(team: string, options: ResolvedAlertmanagerOptions): readonly Route[] {
  const services = (options.teams[team]?.services ?? []).map(literalPattern);
  const own = { receiver: receiverOf(team), routes: bySeverity(options) };
  return [
    { matchers: [`team = ${JSON.stringify(team)}`], ...own },
    ...(services.length > 0
      ? [{ matchers: [`service =~ ${JSON.stringify(services.join('|'))}`], ...own }]
      : []),
  ];
}

/** Alertmanager takes no fractions; waiting for nothing is `0s`. */
function wait(seconds: number): string {
  return seconds === 0 ? '0s' : durationText(seconds);
}

/** Critical at once and again within the hour; warnings in working hours, and not again before the next day. */
function bySeverity({
  groupWaitSeconds,
  repeatIntervalSeconds,
  workingHours,
}: ResolvedAlertmanagerOptions): readonly Route[] {
  return [
    {
      matchers: ['severity = critical'],
      group_wait: wait(Math.min(groupWaitSeconds, 10)),
      repeat_interval: durationText(Math.min(repeatIntervalSeconds, 3600)),
    },
    {
      matchers: ['severity = warning'],
      repeat_interval: durationText(Math.max(repeatIntervalSeconds, 86_400)),
      ...(workingHours ? { active_time_intervals: [WORKING_HOURS] } : {}),
    },
  ];
}
