import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('urlCredentialsRule', () => {
  it.each(['ssh', 'git+ssh', 'sftp', 'ftp', 'rsync', 'mailto', 'sip', 'xmpp', 'SSH'])(
    'leaves the user of %s, who is an address, and takes his password',
    (scheme) => {
      expect(text(`see ${scheme}://git@host/x`)).toBe(`see ${scheme}://git@host/x`);
      expect(text(`see ${scheme}://git:abc@host/x`)).toBe(`see ${scheme}://git:REDACTED@host/x`);
      expect(text(`see x${scheme}://git@host/x`)).toBe(`see x${scheme}://REDACTED@host/x`);
    },
  );

  it.each([
    ['app:abc@tcp(db:3306)/x', 'app:[REDACTED]@tcp(db:3306)/x'],
    ['app:a@b@unix(/run/db)/x', 'app:[REDACTED]@unix(/run/db)/x'],
    ['app@tcp(db:3306)/x', 'app@tcp(db:3306)/x'],
    ['app:@tcp(db:3306)/x', 'app:@tcp(db:3306)/x'],
    ['https://abc:@host', 'https://REDACTED@host'],
    ['https://abc:x-oauth-basic@host', 'https://REDACTED@host'],
    ['https://abc:x-oauth@host', 'https://abc:REDACTED@host'],
    ['https://a:b@c@host/d@e', 'https://a:REDACTED@host/d@e'],
    ['https://a:b@host?c@d', 'https://a:REDACTED@host?c@d'],
    ['postgres://a:b#c@host/x', 'postgres://a:REDACTED@host/x'],
    ['postgres://a:1/c@host/x', 'postgres://a:1/c@host/x'],
    ['postgres://a:/c@host/x', 'postgres://a:REDACTED@host/x'],
    ['postgres://a:1b/c@host/x', 'postgres://a:REDACTED@host/x'],
    ['https:\\/\\/abc@host', 'https:\\/\\/REDACTED@host'],
    ['jdbc:oracle:oci:scott/tiger@db', 'jdbc:oracle:oci:scott/REDACTED@db'],
    ['see oracle:thin:scott/tiger x@db', 'see oracle:thin:scott/tiger x@db'],
    ['https%3a%2f%2fa%3ab%40host', 'https%3a%2f%2fa%3aREDACTED%40host'],
    ['https%3A%2F%2Fa%3Ab%2540host', 'https%3A%2F%2Fa%3Ab%2540host'],
    ['https%253A%252F%252Fabc%2540host', 'https%253A%252F%252FREDACTED%2540host'],
    ['https%3A%2F%2F%40host', 'https%3A%2F%2F%40host'],
  ])('makes %j into %j', (input, output) => {
    expect(text(`see ${input} next`)).toBe(`see ${output} next`);
  });

  it.each([
    'https://@host',
    'https://host:80/a@b',
    'https://host/a:b@c',
    'https://[::1]:80x/a@b',
    'https://host:8080',
    'https://host a:b@c',
    "'https://host' a:b@c",
    'https://host:x/a b@c',
  ])('leaves %j as it is', (input) => {
    expect(text(`see ${input} next`)).toBe(`see ${input} next`);
  });

  it.each([
    { far: 256, isFound: true },
    { far: 257, isFound: false },
  ])('looks $far characters behind a bare slash for the end of a password: $isFound', ({ far, isFound }) => {
    const input = `db://app:p/${'s'.repeat(far - 2)}@host`;
    expect(text(input)).toBe(isFound ? 'db://app:REDACTED@host' : input);
  });

  it.each([
    ['HTTP_PROXY=app:hunter2@proxy:3128', 'HTTP_PROXY=app:[REDACTED]@proxy:3128'],
    ['to app:hunter2@db.example.com:5432 failed', 'to app:[REDACTED]@db.example.com:5432 failed'],
    ['"app:a:b@c@10.0.0.1:27017/db"', '"app:[REDACTED]@10.0.0.1:27017/db"'],
    ['ada@example.com:hunter2@smtp.example.com:2525', 'ada@example.com:[REDACTED]@smtp.example.com:2525'],
    [':hunter2@redis:6379', ':[REDACTED]@redis:6379'],
    ['a:hunter2@one:5672,b:hunter2@two:5672', 'a:[REDACTED]@one:5672,b:[REDACTED]@two:5672'],
    ['ada@one:5672,b:hunter2@two:5672', 'ada@one:5672,b:[REDACTED]@two:5672'],
  ])('finds a login without a scheme by its port: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'ada@db:5432',
    'ada@example.com, see db:5432',
    'sip:ada@host:5060 from:ada@host:2525',
    'ssh://git@host:2222/x',
    'ssh:\\/\\/git@host:2222/x',
    '1@kafka-0:9093,2@kafka-1:9093',
    'image:1.2@sha256:1234567890abcdef',
    'npm:@scope/pkg@1.2.3:1234',
    'app:@db:5432',
    'app:x@db:54321a',
    '{"a":"b@c","d":12345}',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });

  it('takes a scheme of 32 characters for what it is', () => {
    const long = `${'x'.repeat(28)}+ssh`;
    expect(text(`${long}://git@host`)).toBe(`${long}://REDACTED@host`);
  });
});
