import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor();

const characters = (set: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...Array.from(set)), minLength, maxLength });
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALNUM = LOWER + LOWER.toUpperCase() + DIGITS;

function withCheckDigit(digits: string): string {
  const payload = Array.from(digits).toReversed();
  const sum = payload.reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** Secrets that are known by their look, wherever they stand. */
const tellingSecret = fc.oneof(
  characters(ALNUM, 36).map((body) => `ghp_${body}`),
  characters(`${ALNUM}_-`, 20, 26).map((body) => `glpat-${body}`),
  characters(LOWER.toUpperCase() + DIGITS, 16).map((body) => `AKIA${body}`),
  characters(ALNUM, 24).map((body) => `sk_live_${body}`),
  characters(ALNUM, 36).map((body) => `npm_${body}`),
  characters(DIGITS, 12).map((body) => `xoxb-${body}-abcdefghij`),
  characters(`${ALNUM}_-`, 35).map((body) => `AIza${body}`),
  fc
    .tuple(
      fc.dictionary(characters(LOWER, 3), characters(ALNUM, 5), { minKeys: 1, maxKeys: 3 }),
      characters(`${ALNUM}_-`, 43),
    )
    .map(([claims, signature]) => {
      const part = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');
      return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${signature}`;
    }),
  characters(`${ALNUM}+/`, 64, 200).map(
    (body) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`,
  ),
  characters(DIGITS, 14).map((body) => withCheckDigit(`4${body}`)),
  characters(`${ALNUM}./`, 53).map((body) => `$2b$10$${body}`),
  characters(`${ALNUM}_-`, 30).map((body) => `hooks.slack.com/services/${body}`),
  characters(`${ALNUM}_-`, 35).map((body) => `sk-ant-${body}`),
);
/** Secrets that only their name gives away: no character that would end a bare value. */
const plainSecret = characters(`${ALNUM}-_.~!*+/^#@$=`, 12, 40).map((body) => `Q7${body}zX`);
/** Secrets with any printable character, for places that quote. */
const wildSecret = fc.string({ minLength: 6, maxLength: 40 }).map((body) => `Q7${body}zX`);

const secretName = fc
  .constantFrom(
    ...[
      'password',
      'userPassword',
      'api_key',
      'X-API-Key',
      'accessToken',
      'client_secret',
      'sessionId',
      'private-key',
    ],
    ...['AUTH_TOKEN', 'Secret', 'cvv', 'pin', 'ssn', 'set-cookie', 'credentials', 'passphrase', 'iban'],
  )
  .chain((name) => fc.constantFrom(name, name.toUpperCase(), name.toLowerCase()));
/** Letters that no secret's name is made of, so that no word is one by chance. */
const INNOCENT_LETTERS = 'abfghijlmoqruxyz';
/** Words that no rule knows. */
const innocentText = fc
  .array(
    fc.oneof(
      characters(INNOCENT_LETTERS, 1, 8),
      fc.integer({ max: 9_999_999, min: -9_999_999 }).map(String),
      fc.constantFrom('→', 'é', '👍', '(', ')', '.', '/'),
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '));
const innocentName = characters(INNOCENT_LETTERS, 2, 8);

const json = (value: unknown): string => JSON.stringify(value);
/** What stands between the quotes of a JSON string. */
const inner = (value: unknown): string => json(value).slice(1, -1);
const sqlQuoted = (secret: string): string => secret.replaceAll("'", "''");
const percent = encodeURIComponent;

/** A URL with the value in it; not with a pair, whose name is not looked for behind the escapes of a URL in a text. */
function inUrl(value: unknown): unknown {
  const data = json({ plain: value });
  return data.includes('name') ? [value] : { url: `/x?data=${percent(data)}` };
}

/** Ways of writing a secret and its name into a text, with how the secret looks there. */
const WAYS: readonly ((name: string, secret: string) => readonly [text: string, secret: string])[] = [
  (name, secret) => [
    `{ ${name.replaceAll('-', '_')}: ${inspect(secret)}, b: 1 }`,
    inspect(secret).slice(1, -1),
  ],
  (name, secret) => [inspect({ a: { [name]: secret } }), inspect(secret).slice(1, -1)],
  (name, secret) => [inspect(new Map([[name, secret]])), inspect(secret).slice(1, -1)],
  (name, secret) => [json({ a: json({ b: json({ [name]: secret }) }) }), inner(inner(inner(secret)))],
  (name, secret) => [json({ name, value: secret }), inner(secret)],
  (name, secret) => [json({ value: secret, name }), inner(secret)],
  (name, secret) => [json([`--${name}`, secret]), inner(secret)],
  (name, secret) => [
    json({ [name]: secret }).replaceAll('"', '&quot;'),
    inner(secret).replaceAll('"', '&quot;'),
  ],
  (name, secret) => [`/x?d=${percent(json({ [name]: secret }))}&e=1`, percent(inner(secret))],
  (name, secret) => [`/x?d=${percent(percent(json({ [name]: secret })))}`, percent(percent(inner(secret)))],
  (name, secret) => [`/x?d=${percent(json({ a: json({ [name]: secret }) }))}`, percent(inner(inner(secret)))],
  (name, secret) => [`UPDATE t SET ${name} = '${sqlQuoted(secret)}' WHERE id = 1`, sqlQuoted(secret)],
  (name, secret) => [`WHERE ${name} IN ('${sqlQuoted(secret)}', 'x')`, sqlQuoted(secret)],
  (name, secret) => [`INSERT INTO t (id, ${name}) VALUES (1, '${sqlQuoted(secret)}')`, sqlQuoted(secret)],
  (name, secret) => [`${name}: '${sqlQuoted(secret)}'\nnext: 1`, sqlQuoted(secret)],
  (name, secret) => [`form-data; name="${name}"\r\n\r\n${secret}\r\n--x--`, secret],
  (name, secret) => [`a:\n  ${name}: |\n    ${secret}\n  b: 1`, secret],
];

describe('no output contains the secret', () => {
  it('however a name and its secret are written into a text', () => {
    fc.assert(
      fc.property(
        innocentText,
        fc.constantFrom(...WAYS),
        secretName,
        wildSecret,
        innocentText,
        (before, way, name, secret, after) => {
          const [text, written] = way(name, secret);
          const output = redactor.text(`${before} ${text} ${after}`);
          expect(output).not.toContain(written);
          expect(redactor.quote(`${before} ${text} ${after}`)).toBe(json(output));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('however a telling secret stands in a text', () => {
    fc.assert(
      fc.property(fc.string(), tellingSecret, fc.string(), (before, secret, after) => {
        // A digit or a dash next to a card number makes it another number.
        fc.pre(!/\d/.test(secret[0] ?? '') || (!/[\d. -]$/.test(before) && !/^[\d -]/.test(after)));
        expect(redactor.text(`${before}${secret}${after}`)).not.toContain(secret);
      }),
      { numRuns: 1000 },
    );
  });

  it('however a named secret is written into a text', () => {
    const written = fc.oneof(
      fc.tuple(secretName, plainSecret).map(([name, secret]) => [`${name}=${secret}`, secret]),
      fc.tuple(secretName, plainSecret).map(([name, secret]) => [`${name}: ${secret}`, secret]),
      fc.tuple(secretName, plainSecret).map(([name, secret]) => [`--${name} ${secret}`, secret]),
      fc
        .tuple(
          secretName,
          plainSecret,
          fc.constantFrom(
            ['<', '>'],
            ['&lt;', '&gt;'],
            ['\\u003c', '\\u003e'],
            ['<b>', '</b>'],
            ['</td><td>', '</td>'],
          ),
        )
        .map(([name, secret, [open, close]]) => [`${name}: ${open}${secret}${close} x`, secret]),
      fc
        .tuple(secretName, plainSecret)
        .map(([name, secret]) => [`?${name}=${encodeURIComponent(secret)}&x=1`, encodeURIComponent(secret)]),
      fc
        .tuple(secretName, wildSecret)
        .map(([name, secret]) => [
          JSON.stringify({ a: 1, [name]: secret, b: 2 }),
          JSON.stringify(secret).slice(1, -1),
        ]),
      fc
        .tuple(secretName, wildSecret)
        .map(([name, secret]) => [
          JSON.stringify({ a: { [name]: [secret, { x: secret }] } }, null, 2),
          JSON.stringify(secret).slice(1, -1),
        ]),
      fc.tuple(secretName, wildSecret).map(([name, secret]) => {
        const twice = (data: unknown) => JSON.stringify(JSON.stringify(data));
        return [twice({ [name]: secret }), twice(secret).slice(3, -3)];
      }),
      fc
        .tuple(characters(ALNUM, 4), plainSecret)
        .map(([user, secret]) => [
          `amqp://${user}:${encodeURIComponent(secret)}@host:1/x`,
          encodeURIComponent(secret),
        ]),
      fc.tuple(characters(ALNUM, 4), wildSecret).map(([user, secret]) => {
        const credential = Buffer.from(`${user}:${secret}`).toString('base64');
        return [`Basic ${credential}`, credential];
      }),
      plainSecret
        .map((secret) => secret.replaceAll(/[^A-Za-z0-9._~+/-]/g, '0'))
        .map((secret) => [`Bearer ${secret}`, secret]),
    );
    fc.assert(
      fc.property(innocentText, written, innocentText, (before, [text, secret], after) => {
        expect(redactor.text(`${before} ${text} ${after}`)).not.toContain(secret);
      }),
      { numRuns: 2000 },
    );
  });

  it('wherever it stands in whatever shape', () => {
    const { shape } = fc.letrec((tie) => ({
      shape: fc.oneof(
        { depthSize: 'small' },
        tellingSecret.map((secret) => ({ value: secret as unknown, secret })),
        fc
          .tuple(secretName, wildSecret)
          .map(([name, secret]) => ({ value: { [name]: secret } as unknown, secret })),
        fc
          .tuple(secretName, wildSecret)
          .map(([name, secret]) => ({ value: new Map([[name, secret]]) as unknown, secret })),
        fc
          .tuple(secretName, wildSecret)
          .map(([name, secret]) => ({ value: { name, value: secret } as unknown, secret })),
        tie('nested'),
      ),
      nested: fc
        .tuple(
          tie('shape') as fc.Arbitrary<{ value: unknown; secret: string }>,
          fc.constantFrom<(value: unknown) => unknown>(
            (value) => [1, value],
            (value) => ({ plain: value }),
            (value) => Object.assign(Object.create(null), { plain: value }),
            (value) => new Set([value]),
            (value) =>
              new Map<unknown, unknown>([
                [value, 1],
                [2, value],
              ]),
            (value) => Object.assign(new Error('failed'), { detail: value }),
            (value) => new Error('failed', { cause: value }),
            (value) => new AggregateError([value], 'failed'),
            (value) => new TypeError(typeof value === 'string' ? `failed: ${value}` : JSON.stringify(value)),
            (value) => JSON.stringify(value),
            (value) => `body: ${JSON.stringify({ plain: value })}`,
            (value) => ({ toJSON: () => value }),
            (value) => [['plain', value]],
            (value) => Object.assign(['a'], { 1: value }),
            (value) => Object.assign(Object.create({ inherited: 1 }) as object, { plain: value }),
            (value) => Object.assign(new Error('failed'), { errors: [value], config: { data: value } }),
            (value) => inspect({ plain: value }, { depth: 20, breakLength: 40 }),
            (value) => `event: ${JSON.stringify({ plain: value }, null, 2)}`,
            inUrl,
            (value) => [value, { plain: [value] }, null],
          ),
        )
        .map(([{ value, secret }, wrap]) => ({ value: wrap(value), secret })),
    }));
    fc.assert(
      fc.property(shape as fc.Arbitrary<{ value: unknown; secret: string }>, ({ value, secret }) => {
        const output = JSON.stringify(redactor.value(value)) ?? '';
        expect(redactor.json(value) ?? '').toBe(output);
        expect(output).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(output).not.toContain(secret);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is not secret survives', () => {
  it('byte for byte in text around a secret', () => {
    fc.assert(
      fc.property(innocentText, secretName, plainSecret, innocentText, (before, name, secret, after) => {
        expect(redactor.text(`${before} {"${name}":"${secret}"} ${after}`)).toBe(
          `${before} {"${name}":"[REDACTED]"} ${after}`,
        );
      }),
    );
  });

  it('byte for byte behind a name in brackets, and behind a secret in them', () => {
    fc.assert(
      fc.property(innocentText, secretName, plainSecret, innocentText, (before, name, secret, after) => {
        const placeholder = `${before} ${name}: <${name.toLowerCase()}> ${after}`;
        expect(redactor.text(placeholder)).toBe(placeholder);
        expect(redactor.text(`${before} ${name}: <${secret}> ${after}`)).toBe(
          `${before} ${name}: [REDACTED] ${after}`,
        );
      }),
    );
  });

  it('byte for byte in values of every JSON shape', () => {
    const innocent = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        innocentText,
        fc.integer(),
        fc.double(),
        fc.boolean(),
        fc.constantFrom(null, undefined, -0, Number.NaN),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(innocentName, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(innocent, (value) => {
        // A whole double can be a card number by chance.
        fc.pre(!/\d{13}/.test(JSON.stringify(value) ?? ''));
        expect(redactor.value(value)).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('the very same string when a text holds no anchor', () => {
    fc.assert(
      fc.property(innocentText, (text) => {
        expect(redactor.text(text)).toBe(text);
      }),
    );
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
          withBoxedValues: true,
        }),
        (value) => {
          expect(() => JSON.stringify(redactor.value(value))).not.toThrow();
        },
      ),
    );
  });
});
