import * as z from 'zod';
import { receiversSchema } from './receivers.ts';

const name = z.string().regex(/^[A-Za-z][\w-]{0,62}$/, 'letters, digits, _ and -');
const clock = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time such as 09:00');
const days = z
  .string()
  .regex(
    /^(?:mon|tues|wednes|thurs|fri|satur|sun)day(?::(?:mon|tues|wednes|thurs|fri|satur|sun)day)?$/,
    'days such as monday:friday',
  );

/** As Go finds it: by its name in the tz database. An offset such as `+01:00` has no name there. */
function isTimeZone(zone: string): boolean {
  if (zone === 'Local') return true;
  if (!/^[A-Z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const alertmanagerOptionsSchema = z.strictObject({
  /** Who is told, of everything that no team or environment takes. None: alerts are only shown. */
  receivers: receiversSchema.prefault({}),
  /** Teams, by the label `team` of their targets, or by the services they own. Each is told by its own receivers. */
  teams: z
    .record(
      name,
      z.strictObject({ services: z.array(z.string().min(1)).default([]), receivers: receiversSchema }),
    )
    .default({}),
  /** Environments whose alerts nobody is woken for: shown, never sent on. */
  quietEnvironments: z.array(name).default([]),
  /**
   * When warnings are sent on; critical alerts always are. By default at any time. Hours may go past midnight, `22:00` to
   * `06:00`, and days past the end of the week; what is after midnight belongs to the day that begins there.
   */
  workingHours: z
    .strictObject({
      days: days.default('monday:friday'),
      from: clock.default('09:00'),
      to: clock.default('18:00'),
      timeZone: z
        .string()
        .max(64)
        .refine(isTimeZone, { error: 'a time zone such as Europe/Berlin' })
        .default('UTC'),
    })
    .refine(({ from, to }) => from !== to && from !== '24:00', {
      path: ['from'],
      error: 'another time than `to`, and none that is the end of the day',
    })
    .optional(),
  /** What expects the Watchdog, and raises an alarm of its own when it stops coming. */
  deadMansSwitch: z
    .strictObject({
      url: z.union([
        z.strictObject({ value: z.url() }),
        z.strictObject({ file: z.string().startsWith('/') }),
      ]),
    })
    .optional(),
  /** The files of templates, as Alertmanager finds them. */
  templates: z.array(z.string().min(1)).default(['templates/*.tmpl']),
  /** How long alerts are gathered before the first notification of a group [s]. */
  groupWaitSeconds: z.number().min(0).max(3600).default(30),
  /** How long until new alerts of a group are told of [s]. */
  groupIntervalSeconds: z.number().min(1).max(86_400).default(300),
  /** How long until an alert that goes on is told of again [s]. */
  repeatIntervalSeconds: z.number().min(60).max(604_800).default(14_400),
});

/** What a caller writes. */
export type AlertmanagerOptions = z.input<typeof alertmanagerOptionsSchema>;
/** What our code reads: every key present. */
export type ResolvedAlertmanagerOptions = z.output<typeof alertmanagerOptionsSchema>;
