import { describe, expect, it } from 'vitest';
import { KEY_ANCHORS } from './key-words.ts';
import { createRedactor } from './redactor.ts';
import { TOKEN_RULES } from './rules/tokens.ts';

/*
 * Each text here makes a scanner that goes over the same characters again for every anchor take time in the square
 * of its length: hours at a million characters, far past the test's limit. Linear work takes milliseconds.
 */
const LENGTH = 1_000_000;
const redactor = createRedactor({ email: true, ipAddress: true });

function fill(unit: string, length = LENGTH): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

describe('Redactor.text on a million hostile characters', () => {
  it.each([
    ...[
      'key',
      'keykey.',
      'token',
      'token ',
      'token: ',
      'token="',
      'token=\\"',
      'token=\\\\\\"',
      '"token":{',
      '"token":["',
    ],
    ...['eyJ', 'eyJAAAAAAA', 'eyJAAAAAAA.', 'eyJAAAAAAA..', 'eyJAAAAAAA.A', '.eyJAAAAAAA'],
    ...['4', '4 ', '41111111', '4111 ', '4111-1111 ', '1.1', '1.', '1:', '::', 'a:', 'f:0'],
    ...['://', 'a://b', '://a:', '://a:b', '://a:b/', '://@', '://a:b@', '://a:/@', '@', 'a@', '@a.', 'a@a'],
    ...[
      'Bearer ',
      'bearer a ',
      'Basic ',
      'Basic QUFB ',
      'bearer%20',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
    ],
    ...[
      '-----BEGIN A PRIVATE KEY',
      'sk-',
      'ghp_',
      'ghp_a',
      'AKIAAKIA',
      '\\',
      '\\"',
      '%22',
      '%',
      '&quot;',
      '<token>',
    ],
    ...[
      'cookie: a=b; ',
      'Authorization: Digest ',
      'Authorization: Bearer ',
      '--token ',
      'api key ',
      '&sig=',
      ' ',
      '"',
    ],
  ])('ends when %j is repeated', (unit) => {
    const text = fill(unit);
    expect(redactor.text(text).length).toBeLessThanOrEqual(text.length * 4);
    expect(redactor.text(`token${text.slice(0, LENGTH / 10)}`).length).toBeGreaterThan(0);
  });

  it('ends for every anchor, repeated, glued to letters, and in front of quotes and brackets', () => {
    const prefixes = TOKEN_RULES.flatMap((rule) => rule.prefixes);
    for (const anchor of new Set([...KEY_ANCHORS, ...prefixes])) {
      for (const unit of [anchor, `${anchor}a`, `"${anchor}":"`, `${anchor}\\"`, `${anchor}{`]) {
        expect(redactor.text(fill(unit, 10_000)).length).toBeGreaterThan(0);
      }
    }
  });

  it('ends in URLs and JSON literals as well', () => {
    for (const unit of ['?a=%25', '&token=%2525', '?&', '#?', '%', 'a=b&']) {
      expect(redactor.url(fill(unit)).length).toBeGreaterThan(0);
      expect(redactor.quote(fill(unit)).length).toBeGreaterThan(0);
    }
  });
});
