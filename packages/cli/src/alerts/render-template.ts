/** What templates are filled with. */
export interface TemplateData {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Fills the templates of a rule as Prometheus does. A label that is missing is shown by its name in brackets, so that whoever
 * tries a rule sees what stands where; a template that fails is the text of its error.
 */
export async function renderTemplate(text: string, { labels, value }: TemplateData): Promise<string> {
  // Not before it is needed: every command waits for what is imported at the start.
  const { expandAlertTemplate } = await import('@sightline/query/promql/rules');
  const named = Array.from(
    text.matchAll(/\$labels\.(\w+)/g),
    ([, name = '']) => [name, `(${name})`] as const,
  );
  return expandAlertTemplate(text, {
    alert: 'Tried',
    sample: { labels: { ...Object.fromEntries(named), ...labels }, value },
    externalLabels: {},
    externalUrl: '',
    serverUrl: undefined,
    timeMs: Date.now(),
    query: async () => [],
  });
}
