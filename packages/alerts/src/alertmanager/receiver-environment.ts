import { SightlineError } from '@sightline/errors';
import type { ReceiversOptions } from './receivers.ts';

/** One variable: what it sets, and whether it is a secret, which may stand in the file that `<name>_FILE` names. */
export interface ReceiverVariable {
  readonly help: string;
  readonly secret?: true;
}

/** Every variable that configures a receiver. */
export const receiverVariables = {
  ALERT_SLACK_URL: { help: 'The incoming webhook of Slack.', secret: true },
  ALERT_SLACK_CHANNEL: { help: 'The channel, when it is not that of the webhook.' },
  ALERT_PAGERDUTY_ROUTING_KEY: { help: 'The integration key of PagerDuty, Events API v2.', secret: true },
  ALERT_OPSGENIE_API_KEY: { help: 'The API key of Opsgenie.', secret: true },
  ALERT_OPSGENIE_API_URL: { help: 'The API of Opsgenie, when it is not the one in the US.' },
  ALERT_EMAIL_TO: { help: 'Who gets e-mail; several with commas between them.' },
  ALERT_EMAIL_FROM: { help: 'The sender of e-mail.' },
  ALERT_EMAIL_SMARTHOST: { help: 'The mail server, `host:port`.' },
  ALERT_EMAIL_USERNAME: { help: 'The name at the mail server.' },
  ALERT_EMAIL_PASSWORD: { help: 'The password at the mail server.', secret: true },
  ALERT_TEAMS_URL: { help: 'The webhook of a workflow in Microsoft Teams.', secret: true },
  ALERT_DISCORD_URL: { help: 'The webhook of a channel in Discord.', secret: true },
  ALERT_TELEGRAM_BOT_TOKEN: { help: 'The token of a bot in Telegram.', secret: true },
  ALERT_TELEGRAM_CHAT_ID: { help: 'The chat in Telegram, a whole number.' },
  ALERT_WEBHOOK_URL: { help: 'A server that takes the JSON of Alertmanager.', secret: true },
  ALERT_DEAD_MANS_SWITCH_URL: { help: 'Where the Watchdog reports every minute.', secret: true },
} as const satisfies Readonly<Record<string, ReceiverVariable>>;
type ReceiverVariableName = keyof typeof receiverVariables;

type Environment = Readonly<Record<string, string | undefined>>;
/** A secret as options take it; the first of both ways that is set. */
type GivenSecret = { value: string } | { file: string };

/** What of the options of `alertmanagerConfig` the environment says. */
export interface FromEnvironment {
  readonly receivers: ReceiversOptions;
  readonly deadMansSwitch?: { readonly url: GivenSecret };
}

/**
 * Reads who is to be told from the environment; an empty variable is one that is not set.
 *
 * @param env usually `process.env`
 * @returns options for `alertmanagerConfig`, only of what is configured
 * @throws {SightlineError} `SIGHTLINE_RECEIVER`, naming every variable that is missing, double or misspelt
 */
export function receiversFromEnvironment(env: Environment): FromEnvironment {
  const problems = environmentProblems(env);
  const text = (name: ReceiverVariableName): string | undefined => env[name] || undefined;
  const secret = (name: ReceiverVariableName): GivenSecret | undefined => {
    const file = env[`${name}_FILE`] || undefined;
    const value = text(name);
    if (file !== undefined) return { file };
    return value === undefined ? undefined : { value };
  };
  const need = <Value>(
    of: ReceiverVariableName,
    name: ReceiverVariableName,
    value: Value | undefined,
  ): Value => {
    if (value === undefined) problems.push(`${of} is set and ${name} is not`);
    return value as Value;
  };
  const slack = secret('ALERT_SLACK_URL');
  const routingKey = secret('ALERT_PAGERDUTY_ROUTING_KEY');
  const opsgenie = secret('ALERT_OPSGENIE_API_KEY');
  const teams = secret('ALERT_TEAMS_URL');
  const discord = secret('ALERT_DISCORD_URL');
  const telegram = secret('ALERT_TELEGRAM_BOT_TOKEN');
  const webhook = secret('ALERT_WEBHOOK_URL');
  const watchdog = secret('ALERT_DEAD_MANS_SWITCH_URL');
  const email = text('ALERT_EMAIL_TO');
  const receivers = {
    ...(slack && { slack: { url: slack, ...optional('channel', text('ALERT_SLACK_CHANNEL')) } }),
    ...(routingKey && { pagerduty: { routingKey } }),
    ...(opsgenie && {
      opsgenie: { apiKey: opsgenie, ...optional('apiUrl', text('ALERT_OPSGENIE_API_URL')) },
    }),
    ...(email !== undefined && {
      email: {
        to: email,
        from: need('ALERT_EMAIL_TO', 'ALERT_EMAIL_FROM', text('ALERT_EMAIL_FROM')),
        smarthost: need('ALERT_EMAIL_TO', 'ALERT_EMAIL_SMARTHOST', text('ALERT_EMAIL_SMARTHOST')),
        ...optional('username', text('ALERT_EMAIL_USERNAME')),
        ...optional('password', secret('ALERT_EMAIL_PASSWORD')),
      },
    }),
    ...(teams && { teams: { url: teams } }),
    ...(discord && { discord: { url: discord } }),
    ...(telegram && {
      telegram: {
        botToken: telegram,
        chatId: Number(
          need('ALERT_TELEGRAM_BOT_TOKEN', 'ALERT_TELEGRAM_CHAT_ID', text('ALERT_TELEGRAM_CHAT_ID')),
        ),
      },
    }),
    ...(webhook && { webhook: { url: webhook } }),
  };
  if (problems.length > 0) {
    throw new SightlineError('SIGHTLINE_RECEIVER', {
      problem: problems.join('; '),
      expected:
        'every variable that a receiver needs, spelt as documented, and a secret either itself or as a file',
      fix: 'set what is missing, or take the other variables of that receiver away',
    });
  }
  return { receivers, ...(watchdog && { deadMansSwitch: { url: watchdog } }) };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

/** Misspelt names of the family, and secrets that are given twice. */
function environmentProblems(env: Environment): string[] {
  const known = Object.entries(receiverVariables) as [ReceiverVariableName, ReceiverVariable][];
  const names = new Set<string>(
    known.flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name])),
  );
  const misspelt = Object.keys(env).filter((name) => name.startsWith('ALERT_') && !names.has(name));
  const double = known.filter(([name]) => env[name] && env[`${name}_FILE`]).map(([name]) => name);
  return [
    ...misspelt.map((name) => `${name} is no variable of a receiver`),
    ...double.map((name) => `${name} and ${name}_FILE are both set`),
  ];
}
