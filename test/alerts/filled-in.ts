import { expandAlertTemplate } from '@sightline/query/promql/rules';

/** A label or an annotation of an alert as Prometheus fills it in. */
export function filledIn(
  text: string,
  sample: { readonly labels: Readonly<Record<string, string>>; readonly value: number },
): Promise<string> {
  return expandAlertTemplate(text, {
    alert: 'Any',
    sample,
    externalLabels: {},
    externalUrl: '',
    serverUrl: undefined,
    timeMs: 0,
    query: async () => [],
  });
}
