/**
 * What was thrown, in words. Anything may be thrown, also what throws when it is looked at or made a text.
 *
 * @returns the message of an error, else the value as a text
 */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'it threw what is no text';
  }
}
