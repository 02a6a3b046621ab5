import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Told } from '../alerting/told-log.ts';
import { openJournal } from '../store/journal.ts';
import { createKeeper } from './keeper.ts';
import { keptTold } from './kept-told.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-told-'));
afterAll(() => rmSync(folder, { recursive: true }));

function open() {
  const problems: string[] = [];
  const journal = openJournal({ folder, maxBytes: 1e6, retentionMs: 1000 });
  const keeper = createKeeper(journal, (problem) => problems.push(problem));
  return { keeper, file: keptTold(keeper), problems };
}

const told: Told = {
  id: 'all {}:{}',
  firing: new Set(['a', 'b']),
  resolved: new Set(['c']),
  timeMs: 1,
  toAllMs: 1,
  alerts: [
    {
      labels: { alertname: 'A' },
      annotations: {},
      startsAtMs: 1,
      endsAtMs: 2,
      endsByTimeout: false,
      generatorUrl: '',
      updatedAtMs: 1,
    },
  ],
};

describe('keptTold', () => {
  it('gives back what was told, as it was, until it is forgotten', () => {
    const first = open();
    first.file.keep(told);
    first.file.keep({ ...told, id: 'other' });
    first.keeper.close();
    const second = open();
    expect(second.file.all()).toEqual([told, { ...told, id: 'other' }]);
    second.file.forget([told.id]);
    expect(second.file.all().map(({ id }) => id)).toEqual(['other']);
    second.keeper.close();
  });

  it('goes on when the disk takes nothing', () => {
    const { file, keeper, problems } = open();
    keeper.close();
    file.keep(told);
    expect(problems).toHaveLength(1);
  });
});
