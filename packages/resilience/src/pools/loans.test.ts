import { describe, expect, it } from 'vitest';
import { acquireSite } from './acquire-site.ts';
import { createLoans, type Overdue } from './loans.ts';
import { watchPool } from './pool-counts.fixture.ts';

function lending() {
  const told: Overdue[] = [];
  return { told, loans: createLoans(1000, (overdue) => told.push(overdue)) };
}

describe('createLoans', () => {
  it('tells each overdue thing once, also when that is found only as it comes back', () => {
    const { loans, told } = lending();
    const [one, other] = [{}, {}];
    loans.lent(one, 0, 'here');
    loans.lent(other, 500, undefined);
    expect([loans.overdueCount(1000), loans.overdueCount(1001), loans.overdueCount(1400)]).toEqual([0, 1, 1]);
    expect(told).toEqual([{ heldMs: 1001, site: 'here' }]);
    expect([loans.returned(one, 1400), loans.returned(other, 2000)]).toEqual([1400, 1500]);
    expect(told.slice(1)).toEqual([{ heldMs: 1500, site: undefined }]);
    expect(loans.overdueCount(9000)).toBe(0);
  });

  it('knows nothing of what was not lent, nor of what is no object', () => {
    const { loans } = lending();
    loans.lent(7, 0, undefined);
    loans.lent(null, 0, undefined);
    expect([loans.returned({}, 1), loans.returned(7, 1), loans.returned(null, 1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(loans.overdueCount(5000)).toBe(0);
  });

  it('takes what is lent again for come back, though nobody saw it', () => {
    const { loans, told } = lending();
    const one = {};
    loans.lent(one, 0, undefined);
    loans.lent(one, 900, undefined);
    expect(loans.overdueCount(1500)).toBe(0);
    expect(loans.returned(one, 1500)).toBe(600);
    expect(loans.overdueCount(9000)).toBe(0);
    expect(told).toEqual([]);
  });
});

describe('acquireSite', () => {
  const hook = (): string | undefined => acquireSite(hook);

  it('names the nearest frames of the app', () => {
    expect(hook()).toContain('loans.test.ts');
  });

  it('names those of packages where there are no others, and nothing where no frames are kept', () => {
    const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
    const limit = Error.stackTraceLimit;
    try {
      Error.prepareStackTrace = () => 'Error\n    at run (/app/node_modules/pool/index.js:1:2)';
      expect(hook()).toBe('run (/app/node_modules/pool/index.js:1:2)');
      Error.prepareStackTrace = () => undefined;
      expect(hook()).toBeUndefined();
      if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
      else Object.defineProperty(Error, 'prepareStackTrace', prepare);
      Error.stackTraceLimit = 0;
      expect(hook()).toBeUndefined();
    } finally {
      Error.stackTraceLimit = limit;
      if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    }
  });
});

/** A pool like that of a library, which answers as the test says. */
function oddPool(answer: () => unknown) {
  const ignored = { drain() {}, destroy() {}, release() {}, on() {}, off() {} };
  return { available: 1, borrowed: 2, pending: 3, max: 4, acquire: answer, ...ignored };
}

describe('genericPool', () => {
  it('shows what a pool holds, and leaves an answer that is no promise as it is', () => {
    const pool = oddPool(() => 'at once');
    const { resilience, counts } = watchPool(pool);
    expect(pool.acquire()).toBe('at once');
    expect(counts()).toMatchObject({ waits: 0, errors: 0 });
    expect(resilience.status().watched).toMatchObject([
      { name: 'p', used: 2, idle: 1, waiting: 3, limit: 4 },
    ]);
  });

  it('counts who got nothing for a reason that is no error as an error, and passes that on', async () => {
    const pool = oddPool(() => Promise.reject('words'));
    const { counts } = watchPool(pool);
    await expect(pool.acquire()).rejects.toBe('words');
    expect(counts()).toMatchObject({ timeouts: 0, errors: 1 });
  });
});
