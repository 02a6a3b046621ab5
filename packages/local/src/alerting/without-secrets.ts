import { isScalar, parseDocument, visit } from 'yaml';

/** Keys whose value lets its reader in: addresses of webhooks too, for whoever has one may post there. */
const secretKey =
  /^(?:url|.*_url|.*_?key|.*_?secret|.*_?password|.*_?token|credentials|username|chat_id|service_account)$/;
/** Addresses of what is not called, or that is everybody's. */
const openKeys: ReadonlySet<string> = new Set([
  'icon_url',
  'image_url',
  'thumb_url',
  'client_url',
  'runbook_url',
]);

/** The text of an `alertmanager.yml` in which secrets stand as `<secret>`, as Alertmanager itself shows it. */
export function withoutSecrets(text: string): string {
  const document = parseDocument(text);
  visit(document, {
    Pair(_, { key, value }) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!secretKey.test(name) || openKeys.has(name) || !isScalar(value) || value.value === null) return;
      value.value = '<secret>';
    },
  });
  return String(document);
}
