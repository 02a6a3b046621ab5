/** What stands for label values past the bound of a label. */
const OTHER = '_OTHER';

/** The value as a whole number, with all its digits: what `increase` computes is none, and a million is no `1e+06`. */
const WHOLE = 'printf "%.0f" $value';

/** The s of a plural, unless the value is 1 as it is written. */
const PLURAL = `{{ if ne (${WHOLE}) "1" }}s{{ end }}`;

/**
 * The value with what it counts, for a template: `3 instances`, `1 instance`.
 *
 * @param one what is counted, in the singular; its plural has an s
 */
export function counted(one: string): string {
  return `{{ ${WHOLE} }} ${one}${PLURAL}`;
}

/**
 * The value of a label as people call it, for a template.
 *
 * @param none what is said where there is no value
 * @param instead what is said in place of values: `{ _OTHER: 'other hosts' }`
 */
function called(label: string, none: string, instead: Readonly<Record<string, string>> = {}): string {
  const others = Object.entries(instead).map(([value, words]) => `if eq . "${value}" }}${words}{{ else`);
  const value = others.length === 0 ? '{{ . }}' : `{{ ${others.join(' ')} }}{{ . }}{{ end }}`;
  return `{{ with $labels.${label} }}${value}{{ else }}${none}{{ end }}`;
}

/** The route: what no route matched has none, and past the bound all are one. */
export const theRoute = called('http_route', 'paths without a route', {
  [OTHER]: 'routes past the bound (_OTHER)',
});

/** The host that is called. */
export const theHost = called('server_address', 'hosts without a name', {
  [OTHER]: 'hosts without a name (_OTHER)',
});

/** What `theHost` stands for where it is no name, for the end of a description. */
export const whatHost =
  `{{ if eq $labels.server_address "${OTHER}" }} _OTHER is whatever is called by its IP address, and hosts past the bound;` +
  ' traces name them.{{ end }}';

/** The version of the service, at the beginning of a sentence. */
export const theVersion = called('service_version', 'The new version');

/** Where log lines go. */
export const theDestination = called('destination', 'their destination', {
  loki: 'Loki',
  other: 'a destination of its own',
  otlp: 'the OTLP endpoint',
});

/** Why lines, spans and points were given up on, and observations; for the place behind "because". */
export const theReason = called('reason', 'nobody knows why', {
  conflict: 'the metric was refused',
  deadline: 'the process ended before they were delivered',
  failed: 'what was to deliver them failed',
  full: 'their queue was full',
  labels: 'their labels were wrong',
  not_held: 'their trace had been let go of',
  rejected: 'the other side refused them',
  timeout: 'what was to deliver them hung',
  too_large: 'they were too large',
  value: 'their value was no number',
});

/** What a signal is made of, counted. */
export const theItems =
  `{{ ${WHOLE} }} {{ if eq $labels.signal "traces" }}span{{ else if eq $labels.signal "logs" }}log record` +
  `{{ else }}data point{{ end }}${PLURAL}`;

/** A name that somebody chose, as it is: two braces in it begin no template. */
export function literal(text: string): string {
  return text.replaceAll('{{', '{{"{{"}}');
}
