import { z } from 'zod';
import { type Address, addressOf } from '../server/address.ts';
import { type HttpConfig, httpConfigSchema, plainHttp, readHttpConfig } from './http-config.ts';

/** A webhook of the file. */
export interface WebhookReceiver extends Address {
  readonly redirect: HttpConfig['redirect'];
  readonly sendsResolved: boolean;
  /** Most alerts in one message; 0 is no bound. */
  readonly maxAlerts: number;
}

/** A receiver of the file, as far as it is acted on here. */
export interface Receiver {
  readonly name: string;
  readonly webhooks: readonly WebhookReceiver[];
  /** Kinds that the file has for it and that are not delivered from here: `shownOnly` of its status. */
  readonly otherKinds: readonly string[];
}

const webhook = z.looseObject({
  url: z.string().optional(),
  url_file: z.string().optional(),
  send_resolved: z.boolean().default(true),
  max_alerts: z.int().min(0).default(0),
  http_config: httpConfigSchema.optional(),
  payload: z.unknown().optional(),
});

export const receiverSchema = z.looseObject({
  name: z.string(),
  webhook_configs: z.array(webhook).default([]),
});

interface ReceiverContext {
  /** Its place in the file: `receivers[0]`. */
  readonly path: string;
  /** What `global` has for webhooks that have no `http_config` of their own. */
  readonly http: z.output<typeof httpConfigSchema> | undefined;
  readonly readFile: (path: string) => string | undefined;
  /** Gets what is wrong in it. */
  readonly problems: string[];
}

/** What is delivered of a receiver, and what is not. */
export function readReceiver(written: z.output<typeof receiverSchema>, context: ReceiverContext): Receiver {
  const { path, readFile, problems } = context;
  const unsent = new Set<string>();
  const webhooks = written.webhook_configs.flatMap((each, at): readonly WebhookReceiver[] => {
    const { url, url_file: file, send_resolved, max_alerts, http_config: own = context.http } = each;
    const target = url ?? (file === undefined ? undefined : readFile(file)?.trim());
    if (target === undefined) return [];
    const { headers, redirect, cannot } = own === undefined ? plainHttp : readHttpConfig(own, readFile);
    const reason = whyUnsent(target, each.payload) ?? cannot;
    if (reason !== undefined) {
      unsent.add(`webhook_configs with ${reason}`);
      return [];
    }
    const address = addressOf(target);
    if (address === undefined) {
      // It may be a secret, so it is not shown.
      const key = url === undefined ? 'url_file' : 'url';
      problems.push(`${path}.webhook_configs[${at}].${key}: expected an address such as https://host/path`);
      return [];
    }
    return [
      {
        url: address.url,
        // As in Go, who one is by the address comes first.
        headers: { ...headers, ...address.headers },
        redirect,
        sendsResolved: send_resolved,
        maxAlerts: max_alerts,
      },
    ];
  });
  const otherKinds = Object.keys(written).filter(
    (key) => key.endsWith('_configs') && key !== 'webhook_configs',
  );
  return { name: written.name, webhooks, otherKinds: [...otherKinds, ...unsent] };
}

/** What newer versions of Alertmanager make by templates. */
function whyUnsent(url: string, payload: unknown): string | undefined {
  if (url.includes('{{')) return 'a template as its URL';
  return payload === undefined || payload === null ? undefined : 'a payload of its own';
}
