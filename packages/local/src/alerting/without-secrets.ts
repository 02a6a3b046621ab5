import { parse, stringify } from 'yaml';
import { withoutCredentials } from '../server/address.ts';

/** Keys whose value lets its reader in, in any case: addresses of webhooks too, for whoever has one may post there. */
const secretKey =
  /^(?:url|.*_url|.*[_-]?keys?|.*[_-]?secrets?|.*[_-]?passwords?|.*[_-]?tokens?|credentials|username|chat_id|service_account|(?:proxy-)?authorization|cookie|proxy_connect_header)$/i;
/** Addresses of what is not called, or that is everybody's. */
const openKeys: ReadonlySet<string> = new Set([
  'icon_url',
  'image_url',
  'thumb_url',
  'client_url',
  'runbook_url',
]);
const SECRET = '<secret>';
/** A secret that is no longer may be any word of the file. */
const MIN_LENGTH = 8;
/** Levels that are shown: an alias may stand for what it is part of. */
const MAX_DEPTH = 50;

/**
 * The text of an `alertmanager.yml` in which secrets stand as `<secret>`, as Alertmanager itself shows it. It is written anew
 * from its values: comments are left out, and of aliases stands what they stand for.
 */
export function withoutSecrets(text: string): string {
  const secrets = new Set<string>();
  const censored = censor(parse(text), false, secrets, 0);
  return stringify(withoutTexts(censored, secrets), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** @param secrets gets the texts that were taken out */
function censor(value: unknown, isSecret: boolean, secrets: Set<string>, depth: number): unknown {
  if (value === null || value === undefined) return value;
  if (depth > MAX_DEPTH) return SECRET;
  if (Array.isArray(value)) return value.map((each) => censor(each, isSecret, secrets, depth + 1));
  if (typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        censor(each, isSecret || (secretKey.test(key) && !openKeys.has(key)), secrets, depth + 1),
      ]),
    );
  }
  if (!isSecret) return value;
  const secret = typeof value === 'string' ? value : JSON.stringify(value);
  if (secret.length >= MIN_LENGTH) secrets.add(secret);
  return SECRET;
}

/** What is a secret at one place is none to show at another, where an anchor stands for example. */
function withoutTexts(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return secrets.has(value) ? SECRET : withoutCredentials(value);
  if (Array.isArray(value)) return value.map((each) => withoutTexts(each, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutTexts(each, secrets)]));
}
