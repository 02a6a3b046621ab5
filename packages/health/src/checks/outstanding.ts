/**
 * Keeps at most one call of `start` under way: who asks meanwhile waits for the same one. So a dependency that hangs
 * holds one call, not one more with each run of its check.
 */
export function createOutstanding<T>(start: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;

  return function outstanding() {
    if (underWay !== undefined) return underWay;
    const call = (async () => start())();
    const ended = (): void => {
      if (underWay === call) underWay = undefined;
    };
    underWay = call;
    call.then(ended, ended);
    return call;
  };
}
