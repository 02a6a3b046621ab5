import { parse } from 'yaml';
import { defineRule } from '../finding.ts';
import { listAt, textAt, valueAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const alertmanagerNoReceiver = defineRule({
  code: 'alertmanager-no-receiver',
  when: 'No route of Alertmanager leads to anybody who is told; a note in the embedded stack',
  check({ alertmanager, isEmbedded }) {
    const original = textAt(jsonIn(alertmanager?.status ?? { kind: 'not-asked' }), 'config', 'original');
    const config = original === undefined ? undefined : yamlOf(original);
    if (config === undefined) return [];
    const telling = new Set(
      listAt(config, 'receivers').flatMap((each) => (tells(each) ? [textAt(each, 'name') ?? ''] : [])),
    );
    const routed = receiversOf(valueAt(config, 'route'));
    if (routed.some((name) => telling.has(name))) return [];
    return [
      {
        part: 'alertmanager',
        severity: isEmbedded ? 'note' : 'fault',
        seen: `the routes of Alertmanager lead to ${routed.join(', ') || 'nothing'}, where nobody is told`,
        fix: 'give a receiver a way to tell (Slack, mail, a webhook): sightline alerts generate --receivers-from-env writes it',
      },
    ];
  },
});

function yamlOf(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `slack_configs: [{…}]` */
function tells(receiver: unknown): boolean {
  return (
    typeof receiver === 'object' &&
    receiver !== null &&
    Object.entries(receiver).some(([key, value]) => key.endsWith('_configs') && listAt(value).length > 0)
  );
}

function receiversOf(route: unknown): readonly string[] {
  const own = textAt(route, 'receiver');
  return [...new Set([...(own === undefined ? [] : [own]), ...listAt(route, 'routes').flatMap(receiversOf)])];
}
