import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSilences } from '../alerting/silences.ts';
import { openJournal } from '../store/journal.ts';
import { createKeeper } from './keeper.ts';
import { keptSilences } from './kept-silences.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-silences-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR_MS = 3_600_000;
const given = {
  matchers: [{ name: 'a', op: '=' as const, value: 'b' }],
  startsAtMs: 1,
  endsAtMs: HOUR_MS,
  createdBy: 'me',
  comment: '',
};

function open(maxBytes = 1e6) {
  const keeper = createKeeper(openJournal({ folder, maxBytes, retentionMs: 1000 }), () => undefined);
  return { keeper, silences: createSilences(keptSilences(keeper)) };
}

describe('keptSilences', () => {
  it('forgets on the disk as well what is over for days', () => {
    const { keeper, silences } = open();
    silences.set(given, 0);
    const later = { ...given, startsAtMs: 200 * HOUR_MS, endsAtMs: 201 * HOUR_MS };
    const id = silences.set(later, 200 * HOUR_MS);
    keeper.close();
    const next = open();
    expect(next.silences.all().map((silence) => silence.id)).toEqual([id]);
    next.keeper.close();
  });

  it('refuses with 503 what the disk does not take, and nothing has changed', () => {
    const { keeper, silences } = open();
    const before = silences.all();
    keeper.close();
    const refused = expect.objectContaining({ status: 503 }) as unknown;
    expect(() => silences.set(given, 0)).toThrow(refused);
    expect(() => silences.expire(before[0]!.id, 200 * HOUR_MS)).toThrow(refused);
    expect(silences.all()).toEqual(before);
  });
});
