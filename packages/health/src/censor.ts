/** What of a redactor of `@sightline/redact` is used here. */
export interface HealthRedactor {
  text(text: string): string;
  value(value: unknown): unknown;
}

/** Texts and details without secrets; never throws. */
export interface Censor {
  text(text: string): string;
  details(details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined;
}

/** What stands for what could not be censored. */
const WITHHELD = 'withheld: it could not be censored';

/** @param redactor made when something is censored first: many services never have a reason to */
export function createCensor(redactor: () => HealthRedactor): Censor {
  let made: HealthRedactor | undefined;
  return {
    text(text) {
      try {
        return (made ??= redactor()).text(text);
      } catch {
        return WITHHELD;
      }
    },
    details(details) {
      try {
        const censored = (made ??= redactor()).value(details);
        return typeof censored === 'object' && censored !== null
          ? (censored as Readonly<Record<string, unknown>>)
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
