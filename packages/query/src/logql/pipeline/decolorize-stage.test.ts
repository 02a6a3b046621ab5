import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decolorizeStage } from './decolorize-stage.ts';
import type { LineLabels } from './line-labels.ts';

/** As Loki has it, whose engine does not backtrack. */
const ansi =
  // oxlint-disable-next-line no-control-regex -- these are the signs to find
  /[\u001b\u009b][[\]()#;?]*(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)\u0007|(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])/g;

describe('decolorizeStage', () => {
  it('takes out what the expression of Loki takes out', () => {
    const { step } = decolorizeStage();
    const sign = fc.constantFrom(
      '\u001b',
      '\u009b',
      '[',
      ']',
      ';',
      '?',
      '1',
      '23456',
      'm',
      'z',
      'Q',
      '\u0007',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 14 }), (signs) => {
        const line = signs.join('');
        expect(step(line, undefined as unknown as LineLabels, 0n)).toBe(line.replaceAll(ansi, ''));
      }),
      { numRuns: 2000 },
    );
  });
});
