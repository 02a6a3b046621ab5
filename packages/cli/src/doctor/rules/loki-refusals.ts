import type { Facts } from '../facts.ts';
import { totalsBy } from '../exposition.ts';
import { defineRule, type Found, type Rule } from '../finding.ts';
import { textAt, valueAt } from '../json-at.ts';
import { answerText, isOk, jsonIn } from '../probe.ts';

/** Reasons, as Loki counts them and as it and the service say them. */
interface Refusal {
  readonly code: string;
  readonly when: string;
  /** Of `loki_discarded_samples_total`. */
  readonly reasons: RegExp;
  readonly said: RegExp;
  readonly seen: string;
  readonly fix: string;
}

const METRIC = 'loki_discarded_samples_total';

/** What the doctor's own line was answered, and what the service last was, each where it was refused. */
function refusalsSaid({ loki, app }: Facts): readonly string[] {
  const status = jsonIn(app.statusAfter);
  const lastError = textAt(status, 'telemetry', 'exports', 'logs', 'lastError');
  const own = loki?.push;
  return [
    ...(own?.kind === 'answer' && !isOk(own) ? [answerText(own)] : []),
    ...(lastError === undefined ? [] : [`the service: ${lastError}`]),
  ];
}

/** A rule about lines that Loki refuses: one that is refused now is a fault, lines of earlier are a note. */
export function lokiRefusal({ code, when, reasons, said, seen, fix }: Refusal): Rule {
  return defineRule({
    code,
    when,
    check(facts): readonly Found[] {
      const { loki } = facts;
      if (loki === undefined) return [];
      const now = refusalsSaid(facts).find((text) => said.test(text));
      if (now !== undefined) return [{ part: 'loki', seen: `Loki refuses lines ${seen}: ${now}`, fix }];
      const before = totalsBy(loki.before, METRIC, 'reason');
      const counted = [...totalsBy(loki.after, METRIC, 'reason')].filter(
        ([reason, total]) => reasons.test(reason) && total > 0,
      );
      const total = counted.reduce((sum, [, each]) => sum + each, 0);
      const more = counted.reduce((sum, [reason, each]) => sum + each - (before.get(reason) ?? 0), 0);
      if (total === 0) return [];
      return [
        {
          part: 'loki',
          severity: more > 0 ? 'fault' : 'note',
          seen: `Loki refused ${total} lines ${seen} since its start${more > 0 ? `, ${more} while this ran` : ', none while this ran'}`,
          fix,
        },
      ];
    },
  });
}

/** Whether the service pushes its lines itself, and to where. */
export function pushesTo({ app }: Pick<Facts, 'app'>): string | undefined {
  const logs = valueAt(jsonIn(app.status), 'config', 'logs');
  return valueAt(logs, 'push') === true ? textAt(logs, 'otlp', 'endpoint') : undefined;
}
