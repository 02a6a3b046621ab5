import { createRedactor } from '@sightline/redact';
import { describe, expect, it } from 'vitest';
import { createAttributeCensor } from './attribute-censor.ts';

const TOKEN = 'ghp_a8Kd72nQ0xZp1a8Kd72nQ0xZp1a8Kd72nQ0x';

describe('createAttributeCensor', () => {
  const censor = createAttributeCensor(createRedactor());

  it('censors a key that is a secret itself', () => {
    expect(censor.key(TOKEN)).toBe('[REDACTED]');
    expect(censor.key('db.system')).toBe('db.system');
    expect(censor.attributes({ [TOKEN]: 1, nested: { [TOKEN]: 2 } })).toEqual({
      '[REDACTED]': 1,
      nested: { '[REDACTED]': 2 },
    });
  });

  it('censors an argument that the one before it calls a secret', () => {
    expect(censor.value('process.command_args', ['psql', '--password', 'hunter2', '-v'])).toEqual([
      'psql',
      '--password',
      '[REDACTED]',
      '-v',
    ]);
  });

  it('leaves the members of a mixed list as they are', () => {
    expect(censor.value('list', [1, null, true, 'a', TOKEN])).toEqual([1, null, true, 'a', '[REDACTED]']);
  });

  it('has a key of any name, and its value under it', () => {
    const given = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    expect(Object.entries(censor.attributes(given))).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('names levels that are too deep to look at, and shows nothing of them', () => {
    let value: unknown = TOKEN;
    for (let level = 0; level < 100; level++) value = [value];
    const text = JSON.stringify(censor.value('deep', value));
    expect(text).toContain('[deeper levels left out]');
    expect(text).not.toContain(TOKEN);
  });

  it('censors under more keys than it remembers', () => {
    const own = createAttributeCensor(createRedactor());
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 2_100; at++) {
        expect(own.value(`key.${at}`, `a ${TOKEN}`)).toBe('a [REDACTED]');
      }
    }
  });

  it.each([
    { query: 'page=2&token=hunter2hunter2', censored: 'page=2&token=REDACTED' },
    { query: 'page=2', censored: 'page=2' },
    { query: '', censored: '' },
    { query: '?token=hunter2hunter2', censored: '?token=REDACTED' },
  ])('has $censored for the query $query', ({ query, censored }) => {
    expect(censor.value('url.query', query)).toBe(censored);
  });

  it.each([
    ['bytes with a secret', Buffer.from(`x ${TOKEN}`), 'x [REDACTED]'],
    ['bytes without one', Buffer.from([0xff, 0]), Buffer.from([0xff, 0])],
  ])('looks into %s', (_what, value, expected) => {
    expect(censor.value('body', value)).toEqual(expected);
  });
});
