import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor({ email: true, ipAddress: true });
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

describe('a secret whose text was cut off', () => {
  it.each([
    ['Key (token)=(abc', 'Key (token)=([REDACTED]'],
    ['Failing row contains (1, bob, abc', 'Failing row contains ([REDACTED]'],
    ['form-data; name="password"\r\n\r\nabc', 'form-data; name="password"\r\n\r\n[REDACTED]'],
    ['<property name="password">abc', '<property name="password">[REDACTED]'],
    ['-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIV', '[REDACTED]'],
    ['Private-Lines: 2\nabc', 'Private-Lines:[REDACTED]'],
    [`{"kty":"EC","d":"${KEY}`, '{"kty":"EC","d":"[REDACTED]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIi', '[REDACTED]'],
  ])('is censored to the end: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });
});

describe('a secret at the edge of its form', () => {
  it.each([
    [`{"d":"${KEY}","kty":"EC"}`, '{"d":"[REDACTED]","kty":"EC"}'],
    ['Private-Lines: 2\nabc\nPrivate-MAC: 1', 'Private-Lines:[REDACTED]Private-MAC: 1'],
    ['form-data; name=password\n\nabc\n--x', 'form-data; name=password\n\n[REDACTED]\n--x'],
    ["IDENTIFIED BY PASSWORD 'abc'", "IDENTIFIED BY PASSWORD '[REDACTED]'"],
    [`insert into t (token) values ('${'x'.repeat(5000)}')`, 'insert into t (token) values [REDACTED]'],
    [
      "insert into t (id, token) values (1, 'a'), (2, 'b') x",
      'insert into t (id, token) values [REDACTED] x',
    ],
    ['https%3A%2F%2Ftoken%40host', 'https%3A%2F%2FREDACTED%40host'],
    ['https%253A%252F%252Fu%253Apw%2540host', 'https%253A%252F%252Fu%253AREDACTED%2540host'],
    ['smbclient -U bob%abc', 'smbclient -U bob%[REDACTED]'],
    ['4111%201111%201111%201111 4111  1111  1111  1111', '[REDACTED] [REDACTED]'],
    ['4111+1111+1111+1111', '[REDACTED]'],
    ['%414111111111111111', '%41[REDACTED]'],
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.', '[REDACTED]'],
    ['eyJhbGciOiJkaXIifQ..abcdefghij.abcdefghij.abcdefghij', '[REDACTED]'],
    ["password IN ('abc', 'd')", 'password IN [REDACTED]'],
    ['token%255B%255D=abc', 'token%255B%255D=[REDACTED]'],
    ['token\\u003dabc', 'token\\u003d[REDACTED]'],
    ['1.2.3.4. a@b.co.', '[REDACTED]. [REDACTED].'],
  ])('is censored: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    "Duplicate entry 'abc",
    'Key (id)=(abc) exists',
    'form-data; filename="a"',
    'form-data; name="password"',
    'form-data; name="password"\r\n\r\n\r\n--x',
    '-----begin x',
    `{"d":"${KEY}' x`,
    `{"d":"${KEY}"}`,
    '{"d":"short"}',
    'identified x',
    'IDENTIFIED WITH x',
    'SET PASSWORD FOR bob = 5',
    'set password for bob',
    'jdbc:oracle:thin:@host',
    'jdbc:oracle:thin:scott/tiger',
    'https%3A%2F%2Fuser%3A%40host',
    'https%3A%2F%2Fhost%2F%40me',
    'smbclient -U bob',
    'curl --userx',
    'curl -u -x',
    'mysql -p abc',
    'x10.1.2.3',
    '1:'.repeat(40),
    '@example.com a@b.1',
    'EYJhbGci',
    'Unexpected token: abc',
    "'--token', x",
    "'--token' x",
    'token%3Babc',
  ])('is not seen where the form breaks off: %j', (input) => {
    expect(text(input)).toBe(input);
  });
});
