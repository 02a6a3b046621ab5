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
});
