import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('isInnocent', () => {
  it.each(['*', '******', '•', '•••', '...', '.....', '…', 'xxxx', 'xxxxxxx', 'XXXX', 'XXXXXXX'])(
    'is true of the mask %s, and of nothing that begins or ends as one',
    (mask) => {
      expect(text(`password='${mask}' x`)).toBe(`password='${mask}' x`);
      expect(text(`password='${mask}9' x`)).toBe("password='[REDACTED]' x");
      expect(text(`password='9${mask}' x`)).toBe("password='[REDACTED]' x");
    },
  );

  it.each(['xxx', 'XXX', '..', 'xxXX'])('is false of %s, which is short of a mask', (value) => {
    expect(text(`password='${value}' x`)).toBe("password='[REDACTED]' x");
  });

  it.each([
    ...['$1', '$123', '?', '%s', '%o', '%d', '%j', '${X}', '${a.b'],
    ...[':password', '@password', '$password', '$DB_PASSWORD'],
  ])('is true of %s, where a value will be put', (reference) => {
    expect(text(`password = ${reference} x`)).toBe(`password = ${reference} x`);
  });

  it.each(['$1234', '%x', ':user', '@Password', '$db_PASSWORD', '$PASSWORD1', 'a$1'])(
    'is false of %s, which is no such place',
    (value) => {
      expect(text(`password = ${value} x`)).not.toBe(`password = ${value} x`);
    },
  );

  it.each([
    ...['pin=1', 'pin=42', 'pan=42', 'token: 7', 'session=12', 'auth=1', 'PIN=42'],
    ...[
      'PWD=/home',
      'PWD=/home/app',
      'OLDPWD=/home/app/',
      'pwd=/a.b/c-d/e',
      '--password PASSWORD',
      '-token TOKEN',
    ],
    ...['password=<DB password>', 'token: [object Object]'],
    ...[
      'token: (none)',
      'token: [hidden]',
      'token: <empty>',
      'token: (none',
      'password: Invalid',
      'token is: null',
    ],
  ])('is true in %j', (input) => {
    expect(text(`${input} next`)).toBe(`${input} next`);
  });

  it.each(['password: <password>', 'token=<your-token>'])('is true in a usage text: %s', (input) => {
    expect(text(input)).toBe(input);
  });

  it.each([
    ['pin=123', 'pin=[REDACTED]'],
    ['pin="42"', 'pin="[REDACTED]"'],
    ['password=42', 'password=[REDACTED]'],
    ['pwd=home', 'pwd=[REDACTED]'],
    ['PWD=/', 'PWD=[REDACTED]'],
    ['PWD=/a b', 'PWD=/a b'],
    ['PASSWORD=PASSWORD', 'PASSWORD=[REDACTED]'],
    ['token: invalidated', 'token: [REDACTED]'],
  ])('and not in %j', (input, output) => {
    expect(text(`${input} next`)).toBe(`${output} next`);
  });
});

describe('isCount', () => {
  it.each([
    ['tokens: 512', true],
    [`tokens: ${'9'.repeat(16)}`, true],
    [`tokens: ${'7'.repeat(17)}`, false],
    ['tokens: 5a', false],
    ['tokens: -5', false],
    ['token: 512', false],
  ])('of %j is %s', (input, isLeft) => {
    expect(text(`${input} next`) === `${input} next`).toBe(isLeft);
  });
});
