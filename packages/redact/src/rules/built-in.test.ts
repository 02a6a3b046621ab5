import { describe, expect, it } from 'vitest';
import { compileAutomaton } from '../automaton.ts';
import { createCounters } from '../counters.ts';
import { createKeyClassifier } from '../keys.ts';
import { textRules } from './built-in.ts';

describe('textRules', () => {
  it('need a table of two bytes an entry, which is the quicker one', () => {
    const rules = textRules(
      { rules: [], email: false, ipAddress: false },
      createKeyClassifier([], []),
      [],
      createCounters(),
    );
    expect(compileAutomaton(rules.map(({ anchors }) => anchors)).transitions.BYTES_PER_ELEMENT).toBe(2);
  });
});
