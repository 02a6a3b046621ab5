import { totalsBy } from '../exposition.ts';
import { defineRule, type Found } from '../finding.ts';

export const alertmanagerFailing = defineRule({
  code: 'alertmanager-failing',
  when: 'Notifications of one kind fail; a note where the last ones did not',
  check({ alertmanager }) {
    if (alertmanager === undefined) return [];
    const failed = 'alertmanager_notifications_failed_total';
    const before = totalsBy(alertmanager.before, failed, 'integration');
    const sent = totalsBy(alertmanager.after, 'alertmanager_notifications_total', 'integration');
    return [...totalsBy(alertmanager.after, failed, 'integration')].flatMap(
      ([integration, total]): readonly Found[] => {
        if (total === 0) return [];
        const more = total - (before.get(integration) ?? 0);
        const none = (sent.get(integration) ?? 0) <= total;
        return [
          {
            part: 'alertmanager',
            severity: more > 0 || none ? 'fault' : 'note',
            seen: `${total} of ${sent.get(integration) ?? total} notifications by ${integration} failed`,
            fix: 'see the log of Alertmanager; mostly the URL, the token or the way out of its network',
          },
        ];
      },
    );
  },
});
