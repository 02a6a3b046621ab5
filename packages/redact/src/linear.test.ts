import { describe, expect, it, vi } from 'vitest';
import { KEY_ANCHORS } from './key-words.ts';
import { createRedactor } from './redactor.ts';
import { TOKEN_RULES } from './rules/tokens.ts';

/*
 * Each text here makes a scanner that goes over the same characters again for every anchor take time in the square
 * of its length: minutes at this one, far past the test's limit. Linear work takes milliseconds.
 */
const LENGTH = 150_000;
vi.setConfig({ testTimeout: 20_000 });
const redactor = createRedactor({ email: true, ipAddress: true });

function fill(unit: string, length = LENGTH): string {
  return unit.repeat(Math.ceil(length / unit.length));
}

describe('Redactor.text on 150,000 hostile characters', () => {
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
    ...[
      ')=(',
      '(token)=(',
      'values (',
      '(token) values (',
      '(token) values (?) ',
      'duplicate entry ',
      "for key 'token' ",
    ],
    ...[
      'with value "',
      '"token" with value "',
      'failing row contains (',
      'identified by ',
      "identified with a by '",
    ],
    ...[
      'set password for ',
      ' -u',
      'curl -u ',
      'curl -u a:b ',
      'mysql -p',
      '; login -p a',
      'auth plain ',
      'private-lines: ',
    ],
    ...[
      'form-data; name=',
      'form-data; name="token"\n\n',
      'form-data; name="token"\n\n--',
      'name="token" ',
      'name:token,',
    ],
    ...[
      '<a value="b" name="token">',
      '{"value":"b","name":"token"',
      '{"name":"token","value',
      '"kty"',
      '"d":"AAAAAAAAAAAAAAAA',
    ],
    ...[
      '"d":"AAAAAAAAAAAAAAAA"',
      'token: |\n',
      'token: |\n ',
      'tokens:\n- a\n',
      'token:\n"',
      'token="""',
      "token='",
      "token=''",
    ],
    ...[
      "token='a''",
      "token=a'b",
      'token=,',
      'token=a,',
      'token=a;',
      'token=a&',
      'token=%',
      'token=<',
      'token=<ref *',
      'token=<Buffer ',
    ],
    ...[
      'token IN (',
      "token IN ('",
      'token like ',
      'token[',
      'token[1',
      'token: A(1) [',
      'token = a || "',
      'IBAN: DE89 ',
      'phrase: a ',
    ],
    ...['token: {abc ', 'token: [a ', 'PWD={a}}b', 'token.com:443/', ':@tcp(', 'ACDb', '8q~', '-us1', 're_'],
    ...[
      'token: <b>',
      '<token> ',
      '<token></x>',
      'token[a]',
      'token%253D',
      'token%2525',
      '%5C',
      '%5C%22',
      '%5C%22token%5C%22%3A%5C%22',
      '\\u0022',
      '\\u003d',
      '&#x22;',
      '\u001b[',
      '\u001b[1',
    ],
    ...[
      '%3a%2f%2f',
      '%3a%2f%2fa%3a',
      '%3a%2f%2fa%40',
      'oracle:thin:',
      'oracle:thin:a/',
      ':\\/\\/a:',
      '---- BEGIN ',
      '-----BEGIN%20',
    ],
    ...[
      '4111  1111  ',
      '4111.1111.',
      '4111%201111%20',
      'password password ',
      'set a_token ',
      'login a password ',
      'ewogewog',
      '$2b$',
    ],
    // Names whose values count in a URL only, and elements with names of no secret.
    ...['code=', 'code:', 'sig=', 'hmac=', 'signature: ', 'a=code=', '<code>a', '<token_type>a'],
    ...['&lt;token_type&gt;a', '<token_type a>b', 'identified with a by x', 'set password for a = b'],
    ...[':1111', '@h:1111', 'a:b@h:1111', ':a@h:1111,', ':1,@h:1111'],
    ...[
      'for value "',
      '"token" got invalid value "a" at "',
      'invalid value "a" supplied to /a: ',
      'at path: token ',
    ],
    ...[
      "value: 'a' for column ",
      "'token' key value is (",
      'token must (was "',
      '["token"] actual "',
      'actual "a"\n at ["',
    ],
    ...['["token","', "[['token','a' ", "{['token',", ',["pin",1'],
  ])('ends when %j is repeated', (unit) => {
    const text = fill(unit);
    expect(redactor.text(text).length).toBeLessThanOrEqual(text.length * 4);
    expect(redactor.text(`token${text.slice(0, LENGTH / 10)}`).length).toBeGreaterThan(0);
  });

  it('ends for every anchor, repeated, glued to letters, and in front of quotes and brackets', () => {
    const prefixes = TOKEN_RULES.flatMap((rule) => rule.prefixes);
    for (const anchor of new Set([...KEY_ANCHORS, ...prefixes])) {
      for (const unit of [anchor, `${anchor}a`, `"${anchor}":"`, `${anchor}\\"`, `${anchor}{`]) {
        expect(redactor.text(fill(unit, 4_000)).length).toBeGreaterThan(0);
      }
    }
  }, 60_000);

  it('looks behind any number of brackets and elements that stand within one another', () => {
    for (const unit of ['(<b>', '(&lt;b&gt;']) {
      const text = `password: ${fill(unit)}hunter2`;
      expect(redactor.text(text)).toBe(text.replace('hunter2', '[REDACTED]'));
    }
  });

  it('ends in URLs and JSON literals as well', () => {
    for (const unit of ['?a=code=', '?code=', '&sig=', '?a=%25', '&token=%2525', '?&', '#?', '%', 'a=b&']) {
      expect(redactor.url(fill(unit)).length).toBeGreaterThan(0);
      expect(redactor.quote(fill(unit)).length).toBeGreaterThan(0);
    }
  });
});
