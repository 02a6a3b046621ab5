import { describe, expect, it } from 'vitest';
import { createLedger } from './ledger.ts';

function ledgerOf(size: number) {
  const counts = { size: 0, age: 0, deleted: 0 };
  const series = (reason: keyof typeof counts) => ({
    add: (amount: number) => void (counts[reason] += amount),
  });
  return {
    counts,
    ledger: createLedger(size, { size: series('size'), age: series('age'), deleted: series('deleted') }),
  };
}

describe('createLedger', () => {
  it('finds what is missing, and counts it once', () => {
    const { counts, ledger } = ledgerOf(5);
    ledger.added(1);
    ledger.settle(4, 'size');
    ledger.settle(4, 'age');
    ledger.settle(1, 'age');
    expect(counts).toEqual({ size: 2, age: 3, deleted: 0 });
  });

  it('counts what the code took out as deleted, and not as missing', () => {
    const { counts, ledger } = ledgerOf(3);
    ledger.deleted(2);
    ledger.deleted(0);
    ledger.settle(1, 'size');
    expect(counts).toEqual({ size: 0, age: 0, deleted: 2 });
  });

  it('forgives as many as it was told to, and no more', () => {
    const { counts, ledger } = ledgerOf(3);
    ledger.forgive(1);
    ledger.settle(1, 'age');
    ledger.settle(0, 'age');
    expect(counts.age).toBe(2);
  });

  it('starts anew with what is there', () => {
    const { counts, ledger } = ledgerOf(3);
    ledger.forgive(5);
    ledger.reset(10);
    ledger.settle(9, 'size');
    expect(counts).toEqual({ size: 1, age: 0, deleted: 0 });
  });
});
