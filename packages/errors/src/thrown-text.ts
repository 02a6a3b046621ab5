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

/** What was thrown, as an error: itself where it is one, else one that says it and has it as its cause. Never throws. */
export function thrownError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that does not want to be looked at.
  }
  return new Error(thrownText(thrown), { cause: thrown });
}
