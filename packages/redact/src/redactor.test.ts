import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor();
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r';
const GITHUB = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----';

describe('Redactor.text', () => {
  it.each([
    ['password=hunter2, user=bob', 'password=[REDACTED], user=bob'],
    ['Password: "two words" next', 'Password: "[REDACTED]" next'],
    ["{ password: 'it\\'s', user: 'bob' }", "{ password: '[REDACTED]', user: 'bob' }"],
    ['{"password":"a\\"b","user":"bob"}', '{"password":"[REDACTED]","user":"bob"}'],
    ['{\\"apiKey\\":\\"a\\\\\\"b\\",\\"n\\":1}', '{\\"apiKey\\":\\"[REDACTED]\\",\\"n\\":1}'],
    ['{"token":{"a":["b}"]},"n":1}', '{"token":[REDACTED],"n":1}'],
    ['{"pin":1234,"n":1}', '{"pin":[REDACTED],"n":1}'],
    ['{"password":"cut off', '{"password":"[REDACTED]'],
    ['%22pin%22%3A%221234%22%2C', '%22pin%22%3A%22[REDACTED]%22%2C'],
    ['{&quot;token&quot;:&quot;abc&quot;}', '{&quot;token&quot;:&quot;[REDACTED]&quot;}'],
    ['user[password]=abc&x=1', 'user[password]=[REDACTED]&x=1'],
    ['mysql --password hunter2 --host db', 'mysql --password [REDACTED] --host db'],
    ['<password>abc</password>', '<password>[REDACTED]</password>'],
    ['the api key: abc123 was refused', 'the api key: [REDACTED] was refused'],
    ['session id: abc123', 'session id: [REDACTED]'],
    ['Server=x;Password=ab;Timeout=3', 'Server=x;Password=[REDACTED];Timeout=3'],
    ['Authorization: Bearer abc failed', 'Authorization: [REDACTED] failed'],
    ['curl -H "Authorization: Digest u=1, r=2" x', 'curl -H "Authorization: [REDACTED]" x'],
    ['Cookie: a=b; c=d\nHost: x', 'Cookie: [REDACTED]\nHost: x'],
    ['sent Bearer abcdefghij', 'sent Bearer [REDACTED]'],
    [`Basic ${btoa('user:pass')}`, 'Basic [REDACTED]'],
    [`Basic   ${btoa('user:pass')}`, 'Basic   [REDACTED]'],
    [`got ${JWT}.`, 'got [REDACTED].'],
    [`x${GITHUB}`, 'x[REDACTED]'],
    [`before ${PEM} after`, 'before [REDACTED] after'],
    [PEM.slice(0, 40), '[REDACTED]'],
    ['AKIAIOSFODNN7EXAMPLE', '[REDACTED]'],
    [`{"password_${GITHUB}":"abc"}`, '{"password_[REDACTED]":"[REDACTED]"}'],
    [`name="pin" title="${GITHUB}" value="abc"`, 'name="pin" title="[REDACTED]" value="[REDACTED]"'],
    ['ACcAKIAIOSFODNN7EXAMPLE', 'ACc[REDACTED]'],
    ['%224111111111111111%22', '%22[REDACTED]%22'],
    ['card 4111 1111 1111 1111 ok', 'card [REDACTED] ok'],
    ['1700000000 3782-822463-10005', '1700000000 [REDACTED]'],
    ['postgres://app:s3cret@db:5432/x', 'postgres://app:REDACTED@db:5432/x'],
    ['postgres://app:p/ss?w@db/x', 'postgres://app:REDACTED@db/x'],
    ['redis://:s3cret@cache', 'redis://:REDACTED@cache'],
    ['https://s3cret@example.com/x', 'https://REDACTED@example.com/x'],
    ['https://s3cret:x-oauth-basic@github.com/', 'https://REDACTED@github.com/'],
    ['GET /cb?access_token=abc&x=1', 'GET /cb?access_token=REDACTED&x=1'],
    ['https://a.blob/b?sv=1&sig=abcdefg%3D&se=2', 'https://a.blob/b?sv=1&sig=REDACTED&se=2'],
    [
      'https://cdn/v?hdnts=exp=1~acl=/*~hmac=0a1b2c3d4e next',
      'https://cdn/v?hdnts=exp=1~acl=/*~hmac=REDACTED next',
    ],
    ['next=%2Fcb%3Ftoken%3Dabc%26x%3D1', 'next=%2Fcb%3Ftoken%3D[REDACTED]%26x%3D1'],
    ['https://hooks.slack.com/services/T00000000/B0000/XXXX', 'https://[REDACTED]'],
  ])('makes %j into %j', (input, output) => {
    expect(redactor.text(input)).toBe(output);
  });

  it.each([
    '',
    'request completed',
    'basic understanding of the bearer token scheme',
    'Unexpected token < in JSON at position 0',
    'max_tokens=512 tokenCount: 5 cookieConsent: true password: null token: undefined',
    'order 1732135456789012 took 0.4111111111111111 s',
    '4111111111111112',
    'ssh://git@github.com/x and http://localhost:3000/@me',
    'GET /api/v1/orders/6f1c3f6e-8a51-4f1e-9c3e-2a3f8f5d1b11?page=2&sort=created',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'bob@example.com from 10.1.2.3',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'task-management-system-with-a-long-name-0123456789abcdef',
    'npm_config_registry=x npm_lifecycle_event=test',
    '{"password":"","user":"bob","passwordResetUrl":"/reset"}',
    '日本語 und Übergröße 👍 \ud800',
  ])('leaves %j as it is', (input) => {
    expect(redactor.text(input)).toBe(input);
  });

  it('answers the same when its own answer is censored again', () => {
    const once = redactor.text(`password=abc ${JWT} https://u:p@h/?token=1 Cookie: a=b`);
    expect(redactor.text(once)).toBe(once);
  });

  it('keeps 1,048,576 characters, says how many are left out, and censors a secret that is cut by the limit', () => {
    const limit = 1_048_576;
    const input = `${'x '.repeat((limit - 8) / 2)}${GITHUB} tail`;
    const output = redactor.text(input);
    expect(output).toMatch(/\[REDACT?E?D?\]?\[truncated: \d+ more\]$/);
    expect(output).not.toContain('ghp_');
    expect(output.length).toBeLessThan(limit + 40);
  });

  it('cuts a URL and a quoted text at the same length', () => {
    const small = createRedactor({ maxStringLength: 64 });
    const long = `/${'x'.repeat(80)}`;
    expect(small.url(long)).toBe(`${long.slice(0, 64)}[truncated: 17 more]`);
    expect(small.quote(long)).toBe(JSON.stringify(small.text(long)));
  });

  it('censors e-mail and IP addresses when asked to', () => {
    const strict = createRedactor({ email: true, ipAddress: true });
    expect(strict.text('bob@example.com. from 10.1.2.3:80, ::1 and 2001:db8::7 at 12:30:45')).toBe(
      '[REDACTED]. from [REDACTED]:80, [REDACTED] and [REDACTED] at 12:30:45',
    );
    expect(strict.text('v1.2.3 is not an address, nor is a@b')).toBe('v1.2.3 is not an address, nor is a@b');
    const longest = 'abcd:ef01:2345:6789:abcd:ef01:255.255.255.255';
    expect(strict.text(`from ${longest}, ${longest}.`)).toBe('from [REDACTED], [REDACTED].');
  });
});

describe('Redactor.quote', () => {
  it('is what JSON makes of every character of the first 512', () => {
    const texts = Array.from({ length: 512 }, (_, code) => `a${String.fromCharCode(code)}b`);
    expect(texts.map((text) => redactor.quote(text))).toEqual(texts.map((text) => JSON.stringify(text)));
  });

  it.each([
    'plain',
    'with "quotes" and \\',
    'line\nbreak',
    'é 👍 \ud800',
    'password=x"y',
    'token="x',
    '"value":"x","name":"pin"',
  ])('is the JSON literal of text(%j)', (input) => {
    expect(redactor.quote(input)).toBe(JSON.stringify(redactor.text(input)));
  });
});

describe('Redactor.url', () => {
  it.each([
    [
      '/cb?redirect=https%3A%2F%2Fx%3Ftoken%3Dabc&ok=1',
      '/cb?redirect=https%3A%2F%2Fx%3Ftoken%3DREDACTED&ok=1',
    ],
    ['/x?user%5Bpassword%5D=1&%70assword=2', '/x?user%5Bpassword%5D=REDACTED&%70assword=REDACTED'],
    ['/x#access_token=abc&state=1', '/x#access_token=REDACTED&state=1'],
    [`/reset/${JWT}/now`, '/reset/[REDACTED]/now'],
    ['/x?tokens=5&hasToken=true&q=a+b%20c', '/x?tokens=5&hasToken=true&q=a+b%20c'],
    ['https://u:p@h:80/x?%E0%A4%A=1', 'https://u:REDACTED@h:80/x?%E0%A4%A=1'],
    ['', ''],
    ['//user:p%40w@host/x', '//user:REDACTED@host/x'],
    ['/x?sig=abc%41', '/x?sig=abc%41'],
    ['/x?sig=abcdefgh%41', '/x?sig=REDACTED'],
    ['/x?a=b;token=%41c', '/x?a=b;token=REDACTED'],
    ['/a+b?q=%41#token=%41bc', '/a+b?q=%41#token=REDACTED'],
    ['?=%41', '?=%41'],
  ])('makes %j into %j', (input, output) => {
    expect(redactor.url(input)).toBe(output);
  });
});

describe('Redactor.headers', () => {
  it('censors secret names in an object, in any case, and looks into the other values', () => {
    expect(
      redactor.headers({
        AUTHORIZATION: 'x',
        'set-cookie': ['a=b'],
        referer: '/?token=abc',
        accept: '*/*',
        age: 3,
      }),
    ).toEqual({
      AUTHORIZATION: '[REDACTED]',
      'set-cookie': '[REDACTED]',
      referer: '/?token=REDACTED',
      accept: '*/*',
      age: 3,
    });
  });

  it('keeps the order and length of the raw form', () => {
    expect(redactor.headers(['Host', 'x', 'X-API-Key', 'abc', 'Host', 'password'])).toEqual([
      ...['Host', 'x', 'X-API-Key', '[REDACTED]', 'Host', 'password'],
    ]);
  });

  it('takes pairs and Headers', () => {
    expect(
      redactor.headers([
        ['Cookie', 'a=b'],
        ['Host', 'x'],
      ]),
    ).toEqual([
      ['Cookie', '[REDACTED]'],
      ['Host', 'x'],
    ]);
    expect(redactor.headers(new Headers({ cookie: 'a=b', host: 'x' }))).toEqual({
      cookie: '[REDACTED]',
      host: 'x',
    });
  });
});

describe('createRedactor', () => {
  it('takes names, exceptions, a marker and rules of both kinds through the door of the built-in ones', () => {
    const custom = createRedactor({
      keys: ['badgeNumber'],
      allowKeys: ['session'],
      marker: '***',
      rules: [
        { name: 'employee', prefixes: ['EMP-'], body: 'digits', minLength: 4 },
        {
          name: 'plate',
          anchors: ['plate '],
          find: (window, at) => ({ from: at + 6, to: at + 13 > window.length ? window.length : at + 13 }),
        },
      ],
    });
    expect(custom.text('EMP-12345 EMP-1 plate AB-1234 badge_number=7')).toBe(
      '*** EMP-1 plate *** badge_number=***',
    );
    expect(custom.value({ session: 'open', oldBadgeNumber: 7 })).toEqual({
      session: 'open',
      oldBadgeNumber: '***',
    });
    expect(custom.counts()).toMatchObject({ employee: 1, plate: 1, assignment: 1, key: 1 });
  });

  it('survives a rule that throws or answers nonsense, and counts how often', () => {
    const broken = createRedactor({
      rules: [
        {
          name: 'throws',
          anchors: ['xx'],
          find: () => {
            throw new Error('no');
          },
        },
        { name: 'lies', anchors: ['yy'], find: () => ({ from: 5, to: 1e9 }) },
      ],
    });
    expect(broken.failures()).toEqual({ throws: 0, lies: 0 });
    expect(broken.text('xx yy xx')).toBe('xx yy xx');
    expect(broken.failures()).toEqual({ throws: 2, lies: 1 });
    expect(broken.counts()).toEqual({});
  });

  it('names every wrong option at once', () => {
    const options = { keys: 'password', maxDepth: 0, rules: [{ name: 'Bad Name', prefixes: [] }], colour: 1 };
    expect(() => createRedactor(options as never)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/keys[\s\S]*maxDepth[\s\S]*colour/),
      }),
    );
  });

  it('says so when the literals do not fit', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) =>
      `q${index.toString(36).replaceAll(/\d/g, 'z')}xw`.repeat(3),
    );
    expect(() => createRedactor({ keys })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_REDACT_RULE' }),
    );
  });
});

describe('a secret in which the name of another one seems to end', () => {
  it.each([['/b?sig=qs7DENatAvAcSOq6ke0jPwda3kx4cdVxAJGYDEM9QcZ%3D next', '/b?sig=REDACTED [REDACTED]']])(
    'is censored to its end: %s',
    (text, censored) => {
      expect(createRedactor().text(text)).toBe(censored);
      expect(createRedactor().quote(text)).toBe(JSON.stringify(censored));
    },
  );
});

describe('a long secret', () => {
  it('hides no other one right behind it', () => {
    const long = `github_pat_${'a1'.repeat(200)}`;
    expect(createRedactor().text(`${long}-----BEGIN PRIVATE KEY-----\nabc`)).toBe('[REDACTED][REDACTED]');
  });
});

describe('a long secret behind characters that JSON escapes', () => {
  it.each(['password\t=\t', 'password = '])('is quoted as JSON would: %j', (before) => {
    const secret = 'x9'.repeat(200);
    expect(createRedactor().quote(before + secret)).toBe(JSON.stringify(`${before}[REDACTED]`));
  });
});

describe('a URL within the parameter of another', () => {
  it.each([
    [
      '/go?to=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0001%2FB0001%2FfzHiK6VaIfCUXINk',
      '/go?to=https%3A%2F%2F[REDACTED]',
    ],
    [
      '/go?to=https%3A%2F%2Fa.example%2Fb%3Fsp%3Dr%26sig%3DAmlrtckYFqty1l3B%253D next',
      '/go?to=https%3A%2F%2Fa.example%2Fb%3Fsp%3Dr%26sig%3D[REDACTED] next',
    ],
    ['/go?to=%2Fb%3Fsig%3DAmlrtckYFqty1l3B', '/go?to=%2Fb%3Fsig%3D[REDACTED]'],
    ['/go?to=%2Fb%3Fcode%3D404', '/go?to=%2Fb%3Fcode%3D404'],
  ])('is censored in text: %s', (text, censored) => {
    expect(createRedactor().text(text)).toBe(censored);
  });
});
