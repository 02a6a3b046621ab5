import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

describe('withoutSecrets', () => {
  it('shows a file without what lets its reader in, and the rest as it is', () => {
    const text = `# who is told, with hidden0
x-hook: &hook https://hooks.slack.example/hidden1
route: { receiver: team, group_by: [alertname] }
global: { smtp_smarthost: mail.example:25, smtp_auth_password: hidden2, slack_api_url_file: /run/slack }
receivers:
  - name: team
    webhook_configs:
      - url: https://hooks.example/hidden3 # ours, hidden4
        send_resolved: true
        http_config:
          authorization: { type: Bearer, credentials: hidden5 }
          proxy_connect_header: { X-Any: [hidden6, hidden7] }
          http_headers: { X-Any: { secrets: [hidden8], values: [shown] }, X-Api-Key: { values: [hidden9] } }
    slack_configs: [{ api_url: *hook, channel: "#team", icon_url: http://x.example/i.png }]
    email_configs: [{ to: a@b.example, headers: { Authorization: hidden10, Subject: News } }]
    discord_configs: [{ WEBHOOK_URL: hidden11, title: 'https://u:hidden12@host.example/' }]
    pagerduty_configs: [{ routing_key: hidden13 }]
    telegram_configs: [{ bot_token: 'hidden14', chat_id: 7, parse_mode: HTML }]
`;
    const shown = withoutSecrets(text);
    expect(shown).not.toMatch(/hidden/);
    for (const kept of [
      '/run/slack',
      '#team',
      'i.png',
      'mail.example:25',
      'HTML',
      'shown',
      'News',
      'a@b.example',
    ])
      expect(shown).toContain(kept);
    expect(parse(shown)).toMatchObject({
      'x-hook': '<secret>',
      receivers: [
        {
          name: 'team',
          webhook_configs: [{ url: '<secret>', send_resolved: true }],
          slack_configs: [{ api_url: '<secret>' }],
          telegram_configs: [{ bot_token: '<secret>', chat_id: '<secret>', parse_mode: 'HTML' }],
        },
      ],
    });
  });

  it('leaves short words alone, and goes into nothing without an end', () => {
    expect(parse(withoutSecrets('password: team\nreceiver: team\nnone: null'))).toEqual({
      password: '<secret>',
      receiver: 'team',
      none: null,
    });
    expect(withoutSecrets('a: &a { b: *a }')).toContain('<secret>');
  });
});
