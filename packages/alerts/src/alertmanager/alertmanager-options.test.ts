import { describe, expect, it } from 'vitest';
import { alertmanagerOptionsSchema } from './alertmanager-options.ts';

function isTaken(options: unknown): boolean {
  return alertmanagerOptionsSchema.safeParse(options).success;
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

describe('alertmanagerOptionsSchema', () => {
  it('has a default for everything', () => {
    expect(alertmanagerOptionsSchema.parse({ workingHours: {}, teams: { web: { receivers: {} } } })).toEqual({
      receivers: {},
      teams: { web: { services: [], receivers: {} } },
      quietEnvironments: [],
      workingHours: { days: 'monday:friday', from: '09:00', to: '18:00', timeZone: 'UTC' },
      templates: ['templates/*.tmpl'],
      groupWaitSeconds: 30,
      groupIntervalSeconds: 300,
      repeatIntervalSeconds: 14_400,
    });
  });

  it.each([
    { key: 'groupWaitSeconds', least: 0, most: 3600 },
    { key: 'groupIntervalSeconds', least: 1, most: 86_400 },
    { key: 'repeatIntervalSeconds', least: 60, most: 604_800 },
  ])('takes $least to $most for $key', ({ key, least, most }) => {
    const values = [least - 1, least, most, most + 1];
    expect(values.map((value) => isTaken({ [key]: value }))).toEqual([false, true, true, false]);
  });

  it.each([
    ['a', true],
    ['Web_2-b', true],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    ['', false],
    ['2web', false],
    ['-web', false],
    ['web team', false],
    ['web!', false],
  ])('takes %j for the name of a team and of an environment: %s', (name, taken) => {
    expect(isTaken({ teams: { [name]: { receivers: {} } } })).toBe(taken);
    expect(isTaken({ quietEnvironments: [name] })).toBe(taken);
  });

  it.each([...DAYS, ...DAYS.map((day) => `monday:${day}`)])('takes %s for working days', (days) => {
    expect(isTaken({ workingHours: { days } })).toBe(true);
  });

  it.each([
    '',
    'day',
    'mon',
    'monday:',
    ':monday',
    'monday:day',
    'amonday',
    'mondays',
    'monday:friday,sunday',
  ])('does not take %j for working days', (days) => {
    expect(isTaken({ workingHours: { days } })).toBe(false);
  });

  it.each([
    ['UTC', true],
    ['Local', true],
    ['Europe/Berlin', true],
    ['Etc/GMT+1', true],
    ['', false],
    ['Europe/Berlim', false],
    ['+01:00', false],
    ['europe/berlin', false],
  ])('takes %j for a time zone: %s', (timeZone, taken) => {
    expect(isTaken({ workingHours: { timeZone } })).toBe(taken);
  });

  it.each([
    ['22:00', '06:00', true],
    ['00:00', '24:00', true],
    ['09:00', '09:00', false],
    ['24:00', '06:00', false],
  ])('takes %s to %s for working hours: %s', (from, to, taken) => {
    expect(isTaken({ workingHours: { from, to } })).toBe(taken);
  });

  it('takes no empty service or template', () => {
    const texts = ['', 'a', 'a'.repeat(2)];
    expect(texts.map((text) => isTaken({ templates: [text] }))).toEqual([false, true, true]);
    expect(texts.map((text) => isTaken({ teams: { web: { services: [text], receivers: {} } } }))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('takes for the switch a URL, or the absolute path of a file', () => {
    const urls = [{ value: 'https://a.test/' }, { value: 'a' }, { file: '/run/a' }, { file: 'run/a/' }];
    expect(urls.map((url) => isTaken({ deadMansSwitch: { url } }))).toEqual([true, false, true, false]);
  });
});
