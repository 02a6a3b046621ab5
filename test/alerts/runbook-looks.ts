import { dashboardUids, dashboards } from '@sightline/dashboards';
import type { Incident } from '../../examples/shop/src/incidents.ts';
import { type Look, incidentLooks } from '../dashboards/incident-looks.ts';
import { allPanels } from '../dashboards/panel-queries.ts';

/** The runbook that has the looks of an incident of the shop, that of the alert that names it best; and what goes on. */
const runbooks: Readonly<Record<Exclude<Incident['kind'], 'none'>, readonly [file: string, what: string]>> = {
  slow: ['dependency-slow.md', 'every charge of payments takes longer'],
  failing: ['error-ratio-high.md', 'a share of the charges of payments fails'],
  flapping: ['breaker-flapping.md', 'payments are down and up again'],
  hoarding: ['pool-exhausted.md', 'a report takes every connection to the database'],
  leaking: ['memory-growing.md', 'payments keep a buffer of each charge'],
  storming: ['rate-limit-violations.md', 'one visitor hammers at the door'],
  flushing: ['cache-hit-ratio-collapsed.md', "the catalogue's cache is emptied again and again"],
};

/** Where a panel leads to, by the titles of its links. */
function waysOn({ board, question }: Look): readonly string[] {
  const panel = allPanels.find((each) => each.board === board && each.panel.title === question)?.panel;
  if (panel === undefined) throw new Error(`${board} has no panel "${question}"`);
  const hasExemplars = panel.queries.some((query) => query.language === 'promql' && query.exemplars === true);
  return [
    ...(hasExemplars ? ['the trace behind a dot'] : []),
    ...[...(panel.links ?? []), ...(panel.valueLinks ?? [])].map(({ title }) => `“${title}”`),
  ];
}

function lookText(look: Look, index: number): string {
  const boards: Readonly<Record<string, { readonly title: string }>> = dashboards();
  const uids: Readonly<Record<string, string>> = dashboardUids;
  const ways = waysOn(look);
  const leads = ways.length === 0 ? '' : ` It leads on to ${ways.join(', ')}.`;
  return (
    `${index + 1}. ${boards[look.board]?.title} of ${look.service}` +
    ` (\`/d/${uids[look.board]}?var-service=${look.service}\`), “${look.question}”: ${look.shows}.${leads}`
  );
}

/** The section of each runbook that has one, by the name of its file. */
export const lookSections: ReadonlyMap<string, string> = new Map(
  incidentLooks.flatMap(({ incident, looks }) => {
    if (incident.kind === 'none') return [];
    const [file, what] = runbooks[incident.kind];
    const section = `## Three looks\n\nSeen in the demo shop while ${what}:\n\n${looks.map(lookText).join('\n')}\n`;
    return [[file, section] as const];
  }),
);

/** A runbook with its section as it has to be, before what is done about it. */
export function withLooks(name: string, text: string): string {
  const section = lookSections.get(name);
  const without = text.replace(/^## Three looks\n[\s\S]*?(?=^## )/m, '');
  return section === undefined ? without : without.replace(/^## Mitigate$/m, `${section}\n## Mitigate`);
}
