import { describe, expect, it } from 'vitest';
import { createPromqlEngine } from '../engine.ts';
import { createMemorySeries } from '../memory-series.ts';

const source = createMemorySeries();
source.append({ __name__: 'v', job: 'api' }, 0, 1);
const engine = createPromqlEngine({ source });
const at = { timeMs: 0 };

/** The label doubles at each level. */
function doubled(levels: number): string {
  let query = 'label_replace(v, "a", "xxxxxxxx", "", "")';
  for (let level = 0; level < levels; level += 1) query = `label_join(${query}, "a", "", "a", "a")`;
  return query;
}

describe('label functions', () => {
  it('make values of 65,536 characters and no longer ones', async () => {
    const result = await engine.instant(doubled(13), at);
    expect(result.type === 'vector' && result.vector[0]?.labels['a']).toHaveLength(65_536);
    const tooLong = { class: 'limit', message: 'the value of a label would be longer than 65536 characters' };
    await expect(engine.instant(doubled(14), at)).rejects.toMatchObject(tooLong);
    await expect(engine.instant(doubled(23), at)).rejects.toMatchObject(tooLong);
    const separator = 'x'.repeat(40_000);
    await expect(
      engine.instant(`label_join(v, "a", "${separator}", "job", "job", "job")`, at),
    ).rejects.toMatchObject(tooLong);
    await expect(
      engine.instant(`label_replace(${doubled(12)}, "a", "${'$1'.repeat(1000)}", "a", "(.*)")`, at),
    ).rejects.toMatchObject(tooLong);
  });

  it('make no more of them in one query than there is room for', async () => {
    const many = createMemorySeries();
    for (let id = 0; id < 2100; id += 1) many.append({ __name__: 'v', id: String(id) }, 0, 1);
    const query = `label_replace(v, "a", "${'x'.repeat(65_000)}", "", "")`;
    await expect(createPromqlEngine({ source: many }).instant(query, at)).rejects.toMatchObject({
      class: 'limit',
      message: 'query would make more than 134217728 characters of labels',
    });
  });
});
