import { describe, expect, it } from 'vitest';
import { type Receivers, leastAlertmanager, receiverParts, receiversSchema } from './receivers.ts';

const file = { file: '/run/secrets/it' } as const;
const value = { value: 'https://secret.test/it' } as const;

/** All kinds at once, every secret as it is given. */
function everyone(secret: typeof file | typeof value): Receivers {
  return {
    slack: { url: secret, channel: '#alerts' },
    pagerduty: { routingKey: secret },
    opsgenie: { apiKey: secret, apiUrl: 'https://api.eu.opsgenie.com/' },
    email: {
      to: 'a@b.test',
      from: 'c@d.test',
      smarthost: 'mail.test:25',
      username: 'me',
      password: secret,
    },
    teams: { url: secret },
    discord: { url: secret },
    telegram: { botToken: secret, chatId: -42 },
    webhook: { url: secret },
  };
}

/** The only one of a kind, without what it says of texts. */
function partsOf(receivers: Receivers): Record<string, readonly Record<string, unknown>[]> {
  return receiverParts(receivers) as Record<string, readonly Record<string, unknown>[]>;
}

describe('receiverParts', () => {
  it.each([
    { given: value, what: value.value, suffix: '' },
    { given: file, what: file.file, suffix: '_file' },
  ])('hands each kind its secret under the key that Alertmanager knows: $what', ({ given, what, suffix }) => {
    const parts = partsOf(everyone(given));
    const expected = {
      slack_configs: { [`api_url${suffix}`]: what, channel: '#alerts' },
      pagerduty_configs: { [`routing_key${suffix}`]: what },
      opsgenie_configs: { [`api_key${suffix}`]: what, api_url: 'https://api.eu.opsgenie.com/' },
      email_configs: {
        to: 'a@b.test',
        from: 'c@d.test',
        smarthost: 'mail.test:25',
        auth_username: 'me',
        [`auth_password${suffix}`]: what,
      },
      msteamsv2_configs: { [`webhook_url${suffix}`]: what },
      discord_configs: { [`webhook_url${suffix}`]: what },
      telegram_configs: { [`bot_token${suffix}`]: what, chat_id: -42, parse_mode: 'HTML' },
      webhook_configs: { [`url${suffix}`]: what },
    };
    expect(Object.keys(parts)).toEqual(Object.keys(expected));
    for (const [kind, fields] of Object.entries(expected)) {
      expect(parts[kind]).toEqual([expect.objectContaining({ send_resolved: true, ...fields })]);
    }
    const keys = Object.values(parts).flatMap((each) => Object.keys(each[0] ?? {}));
    // None has it under the other key as well.
    expect(keys.filter((key) => /(?:url|key|token|password)(?:_file)?$/.test(key)).toSorted()).toEqual(
      Object.values(expected)
        .flatMap((fields) => Object.keys(fields))
        .filter((key) => /(?:url|key|token|password)(?:_file)?$/.test(key))
        .concat('client_url')
        .toSorted(),
    );
  });

  it('says in each the title, the text and the link, as its server shows them', () => {
    const parts = partsOf(everyone(value));
    const templates = Object.fromEntries(
      Object.entries(parts).map(([kind, [fields]]) => [
        kind,
        Array.from(JSON.stringify(fields).matchAll(/template \\"sightline\.(\w+)\\"/g), ([, name]) => name),
      ]),
    );
    expect(templates).toEqual({
      slack_configs: ['color', 'title', 'link', 'slack', 'title'],
      pagerduty_configs: ['title', 'link', 'text'],
      opsgenie_configs: ['title', 'text'],
      email_configs: ['title', 'html', 'text'],
      msteamsv2_configs: ['title', 'markdown'],
      discord_configs: ['title', 'markdown'],
      telegram_configs: ['telegram'],
      webhook_configs: [],
    });
  });
});

describe('what is critical', () => {
  it('wakes somebody, and a warning does not', () => {
    const parts = partsOf(everyone(value));
    expect(parts['pagerduty_configs']?.[0]?.['severity']).toBe(
      '{{ if eq .CommonLabels.severity "critical" }}critical{{ else }}warning{{ end }}',
    );
    expect(parts['opsgenie_configs']?.[0]?.['priority']).toBe(
      '{{ if eq .CommonLabels.severity "critical" }}P1{{ else }}P3{{ end }}',
    );
  });
});

describe('leastAlertmanager', () => {
  it.each<[string, Receivers]>([
    ['0.25.0', {}],
    ['0.25.0', { discord: { url: value }, webhook: { url: value } }],
    ['0.25.0', { telegram: { botToken: value, chatId: 1 } }],
    ['0.26.0', { telegram: { botToken: file, chatId: 1 } }],
    ['0.26.0', { webhook: { url: file } }],
    ['0.28.0', { discord: { url: file } }],
    ['0.28.0', { teams: { url: value } }],
  ])('is %s for %j', (version, receivers) => {
    expect(leastAlertmanager(receivers)).toBe(version);
  });
});

describe('receiversSchema', () => {
  const email = { to: 'a@b', from: 'c@d', smarthost: 'mail.test:25' };
  const long = (length: number): string => 'x'.repeat(length);
  const isTaken = (receivers: unknown): boolean => receiversSchema.safeParse(receivers).success;

  it.each<[string, number, number, (text: string) => unknown]>([
    ['the value of a secret', 1, 4096, (text) => ({ webhook: { url: { value: text } } })],
    ['the channel of Slack', 1, 80, (channel) => ({ slack: { url: value, channel } })],
    ['whom an e-mail goes to', 3, 1024, (to) => ({ email: { ...email, to } })],
    ['whom an e-mail is from', 3, 320, (from) => ({ email: { ...email, from } })],
    ['the user of a mail server', 1, 320, (username) => ({ email: { ...email, username } })],
  ])('takes for %s a text of %i to %i characters', (_what, shortest, longest, make) => {
    const lengths = [shortest - 1, shortest, longest, longest + 1];
    expect(lengths.map((length) => isTaken(make(long(length))))).toEqual([false, true, true, false]);
  });

  it('takes for the file of a secret an absolute path of at most 4,096 characters', () => {
    const paths = ['/', `/${long(4095)}`, `/${long(4096)}`, 'run/secret', ''];
    expect(paths.map((path) => isTaken({ webhook: { url: { file: path } } }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    ['mail.test:25', true],
    ['[::1]:25', false],
    ['mail.test:00025', true],
    ['mail.test:000025', false],
    ['mail.test:', false],
    ['mail.test', false],
    [':25', false],
    ['mail test:25', false],
    ['mail.test:25 ', false],
  ])('takes %j for a mail server: %s', (smarthost, taken) => {
    expect(isTaken({ email: { ...email, smarthost } })).toBe(taken);
  });
});
