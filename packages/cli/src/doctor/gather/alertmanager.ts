import type { AlertmanagerFacts } from '../facts.ts';
import { textAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';
import { type Ask, pageOf } from './server.ts';

/** What Alertmanager tells of itself. */
export async function alertmanagerFacts(ask: Ask, url: string): Promise<AlertmanagerFacts> {
  const [ready, before, status] = await Promise.all([ask('/-/ready'), pageOf(ask), ask('/api/v2/status')]);
  return {
    url,
    ready,
    version: textAt(jsonIn(status), 'versionInfo', 'version'),
    before,
    after: before,
    status,
  };
}
