import * as z from 'zod';

/** A secret: itself, or the file in which Alertmanager finds it. The file is the better way: it stays out of the configuration. */
const secret = z.union([
  z.strictObject({ value: z.string().min(1).max(4096) }),
  z.strictObject({ file: z.string().min(1).max(4096).startsWith('/', 'an absolute path') }),
]);
export type Secret = z.output<typeof secret>;

export const receiversSchema = z.strictObject({
  /** Slack, by an incoming webhook; the channel is its own where none is named. */
  slack: z.strictObject({ url: secret, channel: z.string().min(1).max(80).optional() }).optional(),
  /** PagerDuty, by the integration key of Events API v2. */
  pagerduty: z.strictObject({ routingKey: secret }).optional(),
  /** Opsgenie, by an API key. */
  opsgenie: z.strictObject({ apiKey: secret, apiUrl: z.url().optional() }).optional(),
  /** E-mail. */
  email: z
    .strictObject({
      to: z.string().min(3).max(1024),
      from: z.string().min(3).max(320),
      smarthost: z.string().regex(/^[^\s:]+:\d{1,5}$/, 'host:port'),
      username: z.string().min(1).max(320).optional(),
      password: secret.optional(),
    })
    .optional(),
  /** Microsoft Teams, by the webhook of a workflow. Needs Alertmanager 0.28. */
  teams: z.strictObject({ url: secret }).optional(),
  /** Discord, by a webhook of a channel. A file needs Alertmanager 0.28. */
  discord: z.strictObject({ url: secret }).optional(),
  /** Telegram, by a bot. A file needs Alertmanager 0.26. */
  telegram: z.strictObject({ botToken: secret, chatId: z.int() }).optional(),
  /** Any server that takes the JSON of Alertmanager. */
  webhook: z.strictObject({ url: secret }).optional(),
});

/** Who can be told, each only when configured. */
export type Receivers = Readonly<z.output<typeof receiversSchema>>;
/** What a caller writes. */
export type ReceiversOptions = z.input<typeof receiversSchema>;
export type ReceiverKind = keyof Receivers;

const TITLE = '{{ template "sightline.title" . }}';
const TEXT = '{{ template "sightline.text" . }}';
const MARKDOWN = '{{ template "sightline.markdown" . }}';
const LINK = '{{ template "sightline.link" . }}';
/** Every receiver is told of the end as well. */
const ends = { send_resolved: true } as const;

function given({ key, fileKey }: { key: string; fileKey: string }, from: Secret): Record<string, string> {
  return 'file' in from ? { [fileKey]: from.file } : { [key]: from.value };
}

/** The part of a receiver of Alertmanager that each kind makes. */
const integrations: {
  readonly [Kind in ReceiverKind]: (options: NonNullable<Receivers[Kind]>) => Record<string, unknown>;
} = {
  slack: ({ url, channel }) => ({
    slack_configs: [
      {
        ...ends,
        ...given({ key: 'api_url', fileKey: 'api_url_file' }, url),
        ...(channel === undefined ? {} : { channel }),
        color: '{{ template "sightline.color" . }}',
        title: TITLE,
        title_link: LINK,
        text: '{{ template "sightline.slack" . }}',
        fallback: TITLE,
      },
    ],
  }),
  pagerduty: ({ routingKey }) => ({
    pagerduty_configs: [
      {
        ...ends,
        ...given({ key: 'routing_key', fileKey: 'routing_key_file' }, routingKey),
        severity: '{{ if eq .CommonLabels.severity "critical" }}critical{{ else }}warning{{ end }}',
        description: TITLE,
        client: 'Sightline',
        client_url: LINK,
        details: { text: TEXT },
      },
    ],
  }),
  opsgenie: ({ apiKey, apiUrl }) => ({
    opsgenie_configs: [
      {
        ...ends,
        ...given({ key: 'api_key', fileKey: 'api_key_file' }, apiKey),
        ...(apiUrl === undefined ? {} : { api_url: apiUrl }),
        message: TITLE,
        description: TEXT,
        priority: '{{ if eq .CommonLabels.severity "critical" }}P1{{ else }}P3{{ end }}',
      },
    ],
  }),
  email: ({ to, from, smarthost, username, password }) => ({
    email_configs: [
      {
        ...ends,
        to,
        from,
        smarthost,
        ...(username === undefined ? {} : { auth_username: username }),
        ...(password === undefined
          ? {}
          : given({ key: 'auth_password', fileKey: 'auth_password_file' }, password)),
        headers: { subject: TITLE },
        html: '{{ template "sightline.html" . }}',
        text: TEXT,
      },
    ],
  }),
  teams: ({ url }) => ({
    msteamsv2_configs: [
      {
        ...ends,
        ...given({ key: 'webhook_url', fileKey: 'webhook_url_file' }, url),
        title: TITLE,
        text: MARKDOWN,
      },
    ],
  }),
  discord: ({ url }) => ({
    discord_configs: [
      {
        ...ends,
        ...given({ key: 'webhook_url', fileKey: 'webhook_url_file' }, url),
        title: TITLE,
        message: MARKDOWN,
      },
    ],
  }),
  telegram: ({ botToken, chatId }) => ({
    telegram_configs: [
      {
        ...ends,
        ...given({ key: 'bot_token', fileKey: 'bot_token_file' }, botToken),
        chat_id: chatId,
        parse_mode: 'HTML',
        message: '{{ template "sightline.telegram" . }}',
      },
    ],
  }),
  webhook: ({ url }) => ({
    webhook_configs: [{ ...ends, ...given({ key: 'url', fileKey: 'url_file' }, url) }],
  }),
};

function fromFile(from: Secret | undefined): boolean {
  return from !== undefined && 'file' in from;
}

/** The oldest Alertmanager that takes what a receiver makes, where it is not 0.25. */
export function leastAlertmanager(receivers: Receivers): string {
  if (receivers.teams || fromFile(receivers.discord?.url)) return '0.28.0';
  return fromFile(receivers.telegram?.botToken) || fromFile(receivers.webhook?.url) ? '0.26.0' : '0.25.0';
}

/** All that is configured, as the keys of one receiver. */
export function receiverParts(receivers: Receivers): Record<string, unknown> {
  const parts = (Object.keys(integrations) as ReceiverKind[]).map((kind) => {
    // The options of a kind and what takes them come under the same key.
    const make = integrations[kind] as (options: unknown) => Record<string, unknown>;
    return receivers[kind] === undefined ? {} : make(receivers[kind]);
  });
  return Object.assign({}, ...parts) as Record<string, unknown>;
}
