/** What of a redactor of `@sightline/redact` is used here. */
export interface MetricsRedactor {
  isSecretKey(key: string): boolean;
  /** The text without the secrets in it; the very same text when there is none. */
  text(text: string): string;
}

/** Keeps secrets off the page. What is asked again is remembered: a source hands over all of its series each time. */
export interface Censor {
  /** A name or a help text. */
  text(text: string): string;
  /** The value of a label without secrets; the very same when there is none. */
  labelValue(label: string, value: string): string;
}

/** Most values, and labels, that are remembered. */
const MAX_REMEMBERED = 10_000;

/** What stands for all of a value. */
const CENSORED = '[REDACTED]';

/** @param redactor without one nothing is censored */
export function createCensor(redactor: MetricsRedactor | undefined): Censor {
  if (redactor === undefined) return { text: (given) => given, labelValue: (_label, value) => value };
  const clean = new Set<string>();
  const secretLabels = new Map<string, boolean>();

  function text(given: string): string {
    if (clean.has(given)) return given;
    const censored = redactor!.text(given);
    if (censored === given) {
      if (clean.size >= MAX_REMEMBERED) clean.clear();
      clean.add(given);
    }
    return censored;
  }

  function isSecret(label: string): boolean {
    const known = secretLabels.get(label);
    if (known !== undefined) return known;
    const secret = redactor!.isSecretKey(label);
    if (secretLabels.size >= MAX_REMEMBERED) secretLabels.clear();
    secretLabels.set(label, secret);
    return secret;
  }

  return {
    text,
    labelValue: (label, value) => (value === '' ? value : isSecret(label) ? CENSORED : text(value)),
  };
}
