/** Time that one request may take from everybody else before it lets them work [ms]. */
const SLICE_MS = 8;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 16;

/**
 * Takes steps until there are none left, with turns of the event loop between them: however much one request brings,
 * others are answered meanwhile.
 *
 * @returns what the last step returned
 */
export async function inTurns<Result>(steps: Iterator<undefined, Result>): Promise<Result> {
  let startMs = performance.now();
  for (let taken = 1; ; taken++) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (taken % STEPS_PER_LOOK !== 0 || performance.now() - startMs < SLICE_MS) continue;
    // oxlint-disable-next-line no-await-in-loop -- that is what it is for
    await new Promise(setImmediate);
    startMs = performance.now();
  }
}
