import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';
import { TOKEN_RULES } from './tokens.ts';

const { text } = createRedactor();

describe('the rules for issued secrets', () => {
  it.each([
    ['AUTH PLAIN AGJvYgBhYmNkZWY=', 'AUTH PLAIN [REDACTED]'],
    ['jdbc:oracle:thin:scott/tiger@//h:1521/x', 'jdbc:oracle:thin:scott/REDACTED@//h:1521/x'],
    ['https:\\/\\/a:abc@h\\/x', 'https:\\/\\/a:REDACTED@h\\/x'],
    ['https%3A%2F%2Fa%3Aabc%40h%2Fx', 'https%3A%2F%2Fa%3AREDACTED%40h%2Fx'],
    ['postgres://a:#abc@h/x', 'postgres://a:REDACTED@h/x'],
    ['-----BEGIN%20PRIVATE%20KEY-----%0AMII%0A-----END%20PRIVATE%20KEY----- next', '[REDACTED] next'],
    [
      '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nabc\n---- END SSH2 ENCRYPTED PRIVATE KEY ---- next',
      '[REDACTED] next',
    ],
    ['Private-Lines: 2\nabc\nPrivate-MAC: 12', 'Private-Lines:[REDACTED]Private-MAC: 12'],
    ['{"kty":"EC","d":"0123456789abcdefghij","x":"abc"}', '{"kty":"EC","d":"[REDACTED]","x":"abc"}'],
    ['4111.1111.1111.1111 and 4111  1111  1111  1111', '[REDACTED] and [REDACTED]'],
    [
      'https://api.telegram.org/bot123456789:AAHabcdefghijklmnopqrstuvwxyz/sendMessage',
      'https://[REDACTED]/sendMessage',
    ],
    ['https://discord.com/api/webhooks/123456789012345678/abcdefghij next', 'https://[REDACTED] next'],
    [
      'https://contoso.webhook.office.com/webhookb2/1b2c@3d4e/IncomingWebhook/0123456789abcdef0123456789abcdef/5f6a next',
      'https://contoso.webhook.office.com/webhookb2/1b2c@3d4e[REDACTED] next',
    ],
    [
      'https://outlook.office.com/webhook/1b2c3d4e5f@3d4e/IncomingWebhook/0123456789abcdef0123456789abcdef/5f6a next',
      'https://[REDACTED]@3d4e[REDACTED] next',
    ],
    [
      'POST https://discord.com/api/v10/interactions/123456789012345678/abcdefghij/callback',
      'POST https://[REDACTED]',
    ],
    [
      'GET /v1beta/models?key=AQ.Ab8RN6J0123456789-abcdefghij_0123456789abcdef',
      'GET /v1beta/models?key=[REDACTED]',
    ],
    [`Dropbox sl.u.${'a1_'.repeat(40)} next`, 'Dropbox [REDACTED] next'],
    ['FlyV1 fm2_lJPECAAAAAAAAB+abc/defghijklmnop== next', 'FlyV1 [REDACTED] next'],
    ['OP_TOKEN ops_eyJzaWduSW5BZGRyZXNz+jp7InVzZXJ/dXRoIjp7fX0= next', 'OP_TOKEN [REDACTED] next'],
    ['hash $2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy next', 'hash [REDACTED] next'],
    ['base64url.bearer.authorization.k8s.io.abcdef next', '[REDACTED] next'],
    ['GET /cb?code=4f9a8b7c6d&state=x', 'GET /cb?code=REDACTED&state=x'],
  ])('censor: %j', (input, output) => {
    expect(text(input)).toBe(output);
  });

  it.each([
    'oracle:thin:@host',
    'auth login failed',
    '-----BEGIN%20CERTIFICATE-----',
    '{"kty":"EC","x":"0123456789abcdefghij"}',
    '{"d":"0123456789abcdefghij"}',
    '%3a%2f%2fhost%2fa%40b',
    'trace 41111111111111110000000000abcdef ok',
    '1234.5678.9012.3456',
    'GET /cb?code=404&state=x',
    'bearer HTTP/1.1',
  ])('leaves %j as it is', (input) => {
    expect(text(input)).toBe(input);
  });
});

describe('TOKEN_RULES', () => {
  const redactor = createRedactor();
  const cases = TOKEN_RULES.flatMap(({ name, prefixes, body, minLength, atWordStart = false }) =>
    prefixes.map((prefix) => {
      const unit = body === 'upperAlphanumeric' ? 'A1' : 'a1';
      return { name, prefix, least: unit.repeat(minLength).slice(0, minLength), atWordStart };
    }),
  );

  /** What the rule has found in a text. */
  function found(name: string, input: string): number {
    const before = redactor.counts()[name] ?? 0;
    redactor.text(input);
    return (redactor.counts()[name] ?? 0) - before;
  }

  it.each(cases)(
    '$name: finds what begins with $prefix, from its least length on',
    ({ name, prefix, least }) => {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(found(name, `see ${prefix}${least} there`)).toBe(1);
      expect(found(name, `see ${prefix}${least.slice(1)} there`)).toBe(0);
    },
  );

  it.each(cases.filter(({ atWordStart }) => atWordStart))(
    '$name: $prefix begins a word, also behind the escape of a URL',
    ({ name, prefix, least }) => {
      const token = prefix + least;
      expect(found(name, `word${token}`)).toBe(0);
      expect(found(name, `%22${token}`)).toBe(1);
      expect(found(name, token)).toBe(1);
    },
  );
});
