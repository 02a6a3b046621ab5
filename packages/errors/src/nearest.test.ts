import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['level', 'host', 'port', 'timeoutMs', 'maxBufferBytes'];

  it.each([
    ['levl', 'level'],
    ['elvel', 'level'],
    ['LEVEL', 'level'],
    ['hots', 'host'],
    ['timeout', 'timeoutMs'],
    ['timeoutSeconds', 'timeoutMs'],
    ['max_buffer', 'maxBufferBytes'],
    ['maxBuferBytes', 'maxBufferBytes'],
    ['colour', undefined],
    ['x', undefined],
    ['', undefined],
    ['l'.repeat(65), undefined],
  ])('finds for %j %j', (written, expected) => {
    expect(nearest(written, known)).toBe(expected);
  });

  it('takes the name with the fewest edits when several are close enough', () => {
    expect(nearest('maxQueued', ['maxQueueds1', 'maxQueue', 'maxQ'])).toBe('maxQueue');
  });

  it('does not take one short name for another', () => {
    expect(nearest('host', ['port'])).toBeUndefined();
  });
});
