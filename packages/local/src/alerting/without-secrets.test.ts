import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

describe('withoutSecrets', () => {
  it('shows a file without what lets its reader in, and the rest as it is', () => {
    const text = `# who is told
route: { receiver: team, group_by: [alertname] }
global: { smtp_smarthost: mail.example:25, smtp_auth_password: hidden1, slack_api_url_file: /run/slack }
receivers:
  - name: team
    webhook_configs:
      - url: https://hooks.example/hidden2 # ours
        send_resolved: true
        http_config: { authorization: { type: Bearer, credentials: hidden3 } }
    slack_configs: [{ api_url: "https://slack.example/hidden4", channel: "#team", icon_url: http://x.example/i.png }]
    pagerduty_configs: [{ routing_key: hidden5 }]
    telegram_configs: [{ bot_token: 'hidden6', chat_id: 7, parse_mode: HTML }]
`;
    const shown = withoutSecrets(text);
    expect(shown).not.toMatch(/hidden/);
    expect(shown.match(/<secret>/g)).toHaveLength(7);
    for (const kept of ['# who is told', '# ours', '/run/slack', '#team', 'i.png', 'mail.example:25', 'HTML'])
      expect(shown).toContain(kept);
  });
});
