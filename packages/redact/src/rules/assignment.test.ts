import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';

const { text } = createRedactor();

describe('a secret that its name announces', () => {
  it.each([
    ['config["password"] = "a b"; x', 'config["password"] = "[REDACTED]"; x'],
    ["[Symbol(token)]: 'abc', b: 1", "[Symbol(token)]: '[REDACTED]', b: 1"],
    ['passwords[0]=abc&x=1', 'passwords[0]=[REDACTED]&x=1'],
    ["if (apiKey !== 'abc') x", "if (apiKey !== '[REDACTED]') x"],
    ['PASSWORD ?= abc', 'PASSWORD ?= [REDACTED]'],
    [
      "\u001b[32m'password'\u001b[39m: \u001b[33m'abc'\u001b[39m,",
      "\u001b[32m'password'\u001b[39m: \u001b[33m'[REDACTED]'\u001b[39m,",
    ],
    ['{"password":\n  "abc", "n": 1}', '{"password":\n  "[REDACTED]", "n": 1}'],
    [
      'password                                    = abc',
      'password                                    = [REDACTED]',
    ],
    ['API key provided: abc1. Next', 'API key provided: [REDACTED]. Next'],
    ['login with password: abc', 'login with password: [REDACTED]'],
    ['password is: abc', 'password is: [REDACTED]'],
    ['password value is: abc', 'password value is: [REDACTED]'],
    ['Unexpectedly password: abc', 'Unexpectedly password: [REDACTED]'],
  ])('is censored behind brackets, quotes and operators: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    ["password='it''s abc' next", "password='[REDACTED]' next"],
    ['password = """a "b" c""" x', 'password = """[REDACTED]""" x'],
    ["{'password': b'abc', 'n': 1}", "{'password': b'[REDACTED]', 'n': 1}"],
    ["password=N'abc', x", "password=N'[REDACTED]', x"],
    ["password=it's&x=1", 'password=[REDACTED]&x=1'],
    ['SECRET=a;b&c next', 'SECRET=[REDACTED] next'],
    ['password=abc,user=bob next', 'password=[REDACTED],user=bob next'],
    ['password=abc,x1: bob next', 'password=[REDACTED],x1: bob next'],
    ['password=a,b,c next', 'password=[REDACTED] next'],
    ["const token = env.TOKEN || 'abc';", "const token = [REDACTED]';"],
    ["const password: string = 'abc';", "const password: [REDACTED]';"],
    ['/?token=abcdefgh.ijklmnop', '/?token=REDACTED'],
    ['/?token=abcdefgh.ijklmnop&a=1', '/?token=REDACTED&a=1'],
    ['/?token=abcdefgh next', '/?token=REDACTED next'],
    // No sentence goes on behind a parameter, so that a word is a value.
    ['/?password=incorrect', '/?password=REDACTED'],
    ['password: {abc next\nand {more}', 'password: [REDACTED] next\nand {more}'],
    ['token: [abc failed', 'token: [REDACTED] failed'],
    ['{"msg":"token: [abc","next":1}', '{"msg":"token: [REDACTED]","next":1}'],
    ['password: {abc next} more', 'password: [REDACTED] more'],
    ['token: [abc, def, gh', 'token: [REDACTED]'],
    ['session: {id: abc, na', 'session: [REDACTED]'],
    ['session: {"id":"abc","na', 'session: [REDACTED]'],
    [`token: [${'a'.repeat(5000)}`, 'token: [REDACTED]'],
    ['PWD={a}}b c};UID=sa', 'PWD=[REDACTED];UID=sa'],
    ['{"x":"{token={abc}}"} next', '{"x":"{token=[REDACTED]}"} next'],
    ['password：abc next', 'password：[REDACTED] next'],
    ['password\u00a0:\u00a0abc next', 'password\u00a0:\u00a0[REDACTED] next'],
    ['password\u200b=abc next', 'password\u200b=[REDACTED] next'],
    ['password\u00ad=abc next', 'password\u00ad=[REDACTED] next'],
    ['\u201cpassword\u201d: \u201cabc\u201d next', '\u201cpassword\u201d: [REDACTED] next'],
    ['pass=123456 next', 'pass=[REDACTED] next'],
    ['Path `token` (`abc`) is longer', 'Path `token` (`[REDACTED]`) is longer'],
    ['password={a;b};Timeout=3', 'password=[REDACTED];Timeout=3'],
    ['passwords: [ \'a}b\', "c]d" ] next', 'passwords: [REDACTED] next'],
    ['secret: <Buffer 0a 0b> next', 'secret: [REDACTED] next'],
    ['secret: Uint8Array(2) [ 1, 2 ] next', 'secret: [REDACTED] next'],
    ["session: Session { id: 'a', cookie: { x: '}' } } next", 'session: [REDACTED] next'],
    ["cookies: [Object: null prototype] { sid: 'a' } next", 'cookies: [REDACTED] next'],
    ['IBAN: DE89 3704 0044 0532 0130 00 paid', 'IBAN: [REDACTED] paid'],
    ['IBAN: GB29 NWBK 6016 1331 9268 19 paid', 'IBAN: [REDACTED] paid'],
    ['iban=MT84 MALT 0110 0001 2345 MTLC AST0 01S paid', 'iban=[REDACTED] paid'],
    ['IBAN: DE89 3704 0044 0532 0130 00 PAID 20 EUR', 'IBAN: [REDACTED] PAID 20 EUR'],
    ['IBAN: BE68 5390 0754 7034 PAID TODAY', 'IBAN: [REDACTED] PAID TODAY'],
    ['IBAN: NO93 8601 1117 947 OF 2000', 'IBAN: [REDACTED] OF 2000'],
    ['IBAN: GB29 NWBK, 6016', 'IBAN: [REDACTED] NWBK, 6016'],
    ['ssn: 078 05 1120 OF 2000', 'ssn: [REDACTED] OF 2000'],
    ['aadhaar: 2341 2341 23412', 'aadhaar: [REDACTED] 23412'],
    ['aadhaar: 2341 2341 2346x', 'aadhaar: [REDACTED] 2346x'],
    ['account number: 12 ABCD 34', 'account number: [REDACTED] ABCD 34'],
    [`account number:${' 1234'.repeat(10)}`, 'account number: [REDACTED] 1234'],
    ['seed phrase: one two three\nnext', 'seed phrase: [REDACTED]\nnext'],
    ['Authorization: Token token="abc", email="x"\nHost: h', 'Authorization: [REDACTED]\nHost: h'],
    ['Authorization: Bearer "abc" next', 'Authorization: [REDACTED]" next'],
    [
      "_header: 'GET /\\r\\nAuthorization: Bearer abc\\r\\nHost: h'",
      "_header: 'GET /\\r\\nAuthorization: [REDACTED]\\r\\nHost: h'",
    ],
    ['db:\n  password: |\n    a b\n    c\n  other: x', 'db:\n  password: [REDACTED]\n  other: x'],
    ['passwords:\n  - a\n  - b\nother: x', 'passwords:[REDACTED]\nother: x'],
    ['token={a}bcd next', 'token=[REDACTED] next'],
    ["session: <ref *1> { id: 'a' } next", 'session: [REDACTED] next'],
    ["secret: <ref *1> [ 'a' ] next", 'secret: [REDACTED] next'],
    ['secret: <Buffer 0a', 'secret: [REDACTED]'],
    ["password = PASSWORD('abc') next", "password = [REDACTED]') next"],
    ['token = env.TOKEN || other next', 'token = [REDACTED] || other next'],
    ['token = ("a)b") next', 'token = [REDACTED] next'],
    ["token: [ it's ] next", 'token: [REDACTED] next'],
    ['secret=ab&-c next', 'secret=[REDACTED] next'],
    ['secret=ab;-c next', 'secret=[REDACTED] next'],
    ['token=abcdef12\\', 'token=[REDACTED]\\'],
    ['token="abc\'', 'token="[REDACTED]'],
    ['password=(hunter2', 'password=[REDACTED]'],
    ['"cookie: a=b\\nHost: h"', '"cookie: [REDACTED]\\nHost: h"'],
    ['db:\r\n  password: |\r\n    a b\r\n    c\r\n  o: x', 'db:\r\n  password: [REDACTED]\n  o: x'],
    ['password: |2\n   a b\nother: x', 'password: [REDACTED]\nother: x'],
    [`${' '.repeat(300)}password: |\n a b\nother: x`, `${' '.repeat(300)}password: [REDACTED]\nother: x`],
  ])('is censored written as a string, a block or an instance: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    [
      '%257B%2522password%2522%253A%2522abc%2522%252C',
      '%257B%2522password%2522%253A%2522[REDACTED]%2522%252C',
    ],
    [
      '%5C%22password%5C%22%3A%5C%22a%5C%5C%5C%22b%5C%22%2C',
      '%5C%22password%5C%22%3A%5C%22[REDACTED]%5C%22%2C',
    ],
    ['next=%252Fz%253Ftoken%253Dabc%2526x', 'next=%252Fz%253Ftoken%253D[REDACTED]%2526x'],
    ['{\\u0022token\\u0022:\\u0022abc\\u0022}', '{\\u0022token\\u0022:\\u0022[REDACTED]\\u0022}'],
    ['{&#x22;token&#x22;:&#x22;abc&#x22;}', '{&#x22;token&#x22;:&#x22;[REDACTED]&#x22;}'],
    ['?a=1&amp;token=abc&amp;b=2', '?a=1&amp;token=[REDACTED]&amp;b=2'],
    ['?a=1\\u0026token=abc\\u0026b=2', '?a=1\\u0026token=[REDACTED]\\u0026b=2'],
    ['"A_TOKEN=abc\\nPORT=80"', '"A_TOKEN=[REDACTED]\\nPORT=80"'],
    ['secret=abc&#39; next', 'secret=[REDACTED]&#39; next'],
    ['token=abc&lt;x', 'token=[REDACTED]&lt;x'],
    ['bearer%20abcdefghijklmnop12', 'bearer%20[REDACTED]'],
    ['basic%20dXNlcjpwYXNz', 'basic%20[REDACTED]'],
    ['/x#token=abcdefgh', '/x#token=REDACTED'],
    ['\u001b[1;32mpin=1234', '\u001b[1;32mpin=[REDACTED]'],
  ])('is censored in escapes of URLs, JSON and HTML: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    ['<password kind="x">abc</password>', '<password kind="x">[REDACTED]</password>'],
    ['<wsse:Password Type="x">abc</wsse:Password>', '<wsse:Password Type="x">[REDACTED]</wsse:Password>'],
    ['&lt;token&gt;abc&lt;/token&gt;', '&lt;token&gt;[REDACTED]&lt;/token&gt;'],
    ['<add key="DbPassword" value="abc" />', '<add key="DbPassword" value="[REDACTED]" />'],
    ['<property name="password">abc</property>', '<property name="password">[REDACTED]</property>'],
    [
      '<input type="hidden" name="csrf_token" id="t" value="abc">',
      '<input type="hidden" name="csrf_token" id="t" value="[REDACTED]">',
    ],
    ['<input value="abc" name="csrf_token">', '<input value="[REDACTED]" name="csrf_token">'],
    [
      '- name: DB_PASSWORD\n  value: abc\n- name: HOME\n  value: /root',
      '- name: DB_PASSWORD\n  value: [REDACTED]\n- name: HOME\n  value: /root',
    ],
    [
      '{\n  "name": "DB_PASSWORD",\n  "value": "abc"\n}',
      '{\n  "name": "DB_PASSWORD",\n  "value": "[REDACTED]"\n}',
    ],
    [
      '{"type":"field","value":"abc","path":"password"}',
      '{"type":"field","value":"[REDACTED]","path":"password"}',
    ],
    [
      '{\\"value\\":\\"abc\\",\\"name\\":\\"password\\"}',
      '{\\"value\\":\\"[REDACTED]\\",\\"name\\":\\"password\\"}',
    ],
    ['["--password","abc","--host","h"]', '["--password","[REDACTED]","--host","h"]'],
  ])('is censored in markup and in pairs of name and value: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    ['[["password","abc"]]', '[["password","[REDACTED]"]]'],
    ['[["user","bob"],["api_key","a\\"b"],["n",1]]', '[["user","bob"],["api_key","[REDACTED]"],["n",1]]'],
    ["[ [ 'password', 'abc' ], [ 'user', 'bob' ] ]", "[ [ 'password', '[REDACTED]' ], [ 'user', 'bob' ] ]"],
    ["[Map Entries] { [ 'token', 'abc' ] }", "[Map Entries] { [ 'token', '[REDACTED]' ] }"],
    ['"[[\\"password\\",\\"abc\\"]]"', '"[[\\"password\\",\\"[REDACTED]\\"]]"'],
    ['[\n  [\n    "password",\n    "abc"\n  ]\n]', '[\n  [\n    "password",\n    "[REDACTED]"\n  ]\n]'],
    [
      '"[\\n [\\n  \\"token\\",\\n  \\"abc\\"\\n ]\\n]"',
      '"[\\n [\\n  \\"token\\",\\n  \\"[REDACTED]\\"\\n ]\\n]"',
    ],
    ['[["cvv",1234]]', '[["cvv",[REDACTED]]]'],
    ['[["password","ab', '[["password","[REDACTED]'],
  ])('is censored in a list of pairs: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    '[["tokens",512]]',
    '[["token",null]]',
    '[["token"]]',
    '[["token","a","b"]]',
    '["token","a"]',
    '[["token",a]]',
    '[["user","token"]]',
    '[["a token","b"]]',
    '[["token\',"b"]]',
  ])('is not seen in %j, which is no pair of a name and a secret', (input) => {
    expect(text(input)).toBe(input);
  });

  it.each([
    ['ENV API_KEY abc', 'ENV API_KEY [REDACTED]'],
    ['machine h login bob password abc', 'machine h login bob password [REDACTED]'],
    ['wrong password "abc" for bob', 'wrong password "[REDACTED]" for bob'],
    ["Invalid token 'a1b2c3d4e5' at 3", "Invalid token '[REDACTED]' at 3"],
    ['contraseña: abc', 'contraseña: [REDACTED]'],
  ])('is censored in plain words: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    '[32pin=1234',
    '/?tokenCount=abcdefgh&a=1',
    '/?tokens=12345678',
    '/?hasToken=yes-it-has next',
    'password: |',
    'password: | x',
    'passwords:\nother: x',
    '<password kind="x"/> abc',
    'a <password kind="x',
    '<username>abc</username>',
    'Usage: login <token>',
    'token=<token>',
    'pin=42',
    'basic%3DdXNlcjpwYXNz',
    'password=[object Object]',
    '?sig=abc',
    'sig=abcdefghij',
  ])('is not seen where there is none: %j', (input) => {
    expect(text(input)).toBe(input);
  });
});
