import { describe, expect, it } from 'vitest';
import { createSilences, silenceState, sortedSilences } from './silences.ts';

const HOUR_MS = 3_600_000;
/** A Monday, the 23rd, 12:00 UTC. */
const START_MS = Date.UTC(2026, 10, 23, 12);

describe('createSilences', () => {
  const given = {
    matchers: [{ name: 'a', op: '=' as const, value: 'b' }],
    startsAtMs: START_MS,
    endsAtMs: START_MS + HOUR_MS,
    createdBy: 'me',
    comment: 'c',
  };

  it.each([
    ['no matcher', { matchers: [] }, 'must not match the empty string'],
    [
      'all alerts',
      { matchers: [{ name: 'a', op: '=~' as const, value: '.*' }] },
      'must not match the empty string',
    ],
    ['an end before its start', { endsAtMs: START_MS - 1 }, 'start time must be before end time'],
    ['an end in the past', { startsAtMs: 0, endsAtMs: 1 }, "can't be in the past"],
    ['an id that there is not', { id: 'x' }, 'silence not found'],
    ...[
      [{ name: 'a', op: '!~' as const, value: '(' }],
      [
        { name: 'a', op: '=' as const, value: 'b' },
        { name: 'b', op: '=~' as const, value: '(' },
      ],
    ].map((matchers): [string, object, string] => [
      `no regular expression as matcher ${matchers.length - 1}`,
      { matchers },
      `invalid label matcher ${matchers.length - 1}: error parsing regexp`,
    ]),
  ])('refuses one with %s', (_name, more, problem) => {
    expect(() => createSilences().set({ ...given, ...more }, START_MS)).toThrow(problem);
  });

  it('takes one of everything but what it names', () => {
    const silences = createSilences();
    const matchers = [{ name: 'a', op: '!=' as const, value: 'b' }];
    const id = silences.set({ ...given, matchers }, START_MS);
    expect(silences.covering({ a: 'b' }, START_MS)).toEqual([]);
    expect(silences.covering({ c: 'd' }, START_MS)).toEqual([id]);
  });

  it('keeps the id of one that goes on longer, and of one that has not begun', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    const nowMs = START_MS + 1000;
    expect(silences.set({ ...given, id, endsAtMs: START_MS + 2 * HOUR_MS }, nowMs)).toBe(id);
    expect(silences.get(id)).toMatchObject({ startsAtMs: START_MS, endsAtMs: START_MS + 2 * HOUR_MS });
    const later = silences.set({ ...given, startsAtMs: nowMs + 10, endsAtMs: nowMs + 20 }, nowMs);
    expect(silences.set({ ...given, id: later, startsAtMs: nowMs + 15 }, nowMs)).toBe(later);
    expect(silences.covering({ a: 'b' }, nowMs)).toEqual([id]);
  });

  it('takes two starts within a second as the same, as clients send them back', () => {
    const silences = createSilences();
    const id = silences.set({ ...given, startsAtMs: START_MS + 900 }, START_MS + 900);
    expect(silences.set({ ...given, id, startsAtMs: START_MS }, START_MS + 5000)).toBe(id);
    expect(silences.set({ ...given, id, startsAtMs: START_MS + 1000 }, START_MS + 5000)).not.toBe(id);
  });

  it('leaves one that is over as it was when it is ended again', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    silences.expire(id, START_MS + 10);
    expect(silences.expire(id, START_MS + 20)).toBe(true);
    expect(silences.get(id)).toMatchObject({ endsAtMs: START_MS + 10, updatedAtMs: START_MS + 10 });
  });

  it('forgets one of an earlier process that can cover nothing, and says so', () => {
    const forgotten: string[] = [];
    const problems: string[] = [];
    const base = { ...given, updatedAtMs: START_MS };
    const silences = createSilences(
      {
        all: () => [
          { ...base, id: 'bad', matchers: [{ name: 'a', op: '=~', value: '(' }] },
          { ...base, id: 'good' },
        ],
        keep: () => undefined,
        forget: (ids) => void forgotten.push(...ids),
      },
      (problem) => problems.push(problem),
    );
    expect(silences.covering({ a: 'b' }, START_MS)).toEqual(['good']);
    expect(forgotten).toEqual(['bad']);
    expect(problems).toEqual([
      expect.stringMatching(/^silence bad is forgotten: invalid silence: invalid label matcher 0: /),
    ]);
  });

  it('makes another of one whose matchers change, and ends the one before', () => {
    const silences = createSilences();
    const id = silences.set(given, START_MS);
    const matchers = [{ name: 'a', op: '=' as const, value: 'c' }];
    const other = silences.set({ ...given, id, matchers }, START_MS + 5);
    expect(other).not.toBe(id);
    expect(silenceState(silences.get(id)!, START_MS + 5)).toBe('expired');
    // It began now, and covers nothing that was before.
    expect(silences.get(other)).toMatchObject({ startsAtMs: START_MS + 5 });
    const third = silences.set({ ...given, id, endsAtMs: START_MS + 3 * HOUR_MS }, START_MS + 6);
    expect(silences.get(id)?.endsAtMs).toBe(START_MS + 5);
    expect(third).not.toBe(id);
  });

  it('ends one that has not begun, forgets it after days, and holds no more than it can', () => {
    const silences = createSilences();
    const id = silences.set({ ...given, startsAtMs: START_MS + 10 }, START_MS);
    expect(silences.expire('x', START_MS)).toBe(false);
    expect(silences.expire(id, START_MS)).toBe(true);
    expect(silences.get(id)).toMatchObject({ startsAtMs: START_MS, endsAtMs: START_MS });
    const muchLaterMs = START_MS + 121 * HOUR_MS;
    const all = { ...given, startsAtMs: muchLaterMs, endsAtMs: muchLaterMs + HOUR_MS };
    for (let count = 0; count < 10_000; count++) silences.set(all, muchLaterMs);
    expect(silences.get(id)).toBeUndefined();
    expect(() => silences.set(all, muchLaterMs)).toThrow('there are 10000 silences already');
  });
});

describe('sortedSilences', () => {
  it('has what ends next first, then what begins next, then what has ended last', () => {
    const times = [
      [-3, -2],
      [2, 9],
      [-9, 5],
      [-5, -1],
      [1, 4],
      [-1, 3],
    ] as const;
    const silences = times.map(([from, to]) => ({
      id: `${from} to ${to}`,
      matchers: [],
      startsAtMs: START_MS + from,
      endsAtMs: START_MS + to,
      createdBy: '',
      comment: '',
      updatedAtMs: 0,
    }));
    expect(sortedSilences(silences, START_MS).map(({ id }) => id)).toEqual([
      '-1 to 3',
      '-9 to 5',
      '1 to 4',
      '2 to 9',
      '-5 to -1',
      '-3 to -2',
    ]);
  });
});
