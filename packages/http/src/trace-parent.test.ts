import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTraceParent } from './trace-parent.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const IDS = `${TRACE_ID}-${SPAN_ID}`;

describe('parseTraceParent', () => {
  it.each([
    { header: `00-${IDS}-01`, traceFlags: 1 },
    { header: `00-${IDS}-00`, traceFlags: 0 },
    { header: `00-${IDS}-03`, traceFlags: 3 },
    { header: `00-${IDS}-ff`, traceFlags: 3 },
    { header: `01-${IDS}-01`, traceFlags: 1 },
    { header: `cc-${IDS}-01-what-the-future-brings`, traceFlags: 1 },
  ])('reads $header', ({ header, traceFlags }) => {
    expect(parseTraceParent(header)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags });
  });

  it.each([
    '',
    '00',
    `00-${IDS}`,
    `00-${IDS}-1`,
    `00-${IDS}-01-more`,
    `00-${IDS}-01-`,
    `cc-${IDS}-01.more`,
    `ff-${IDS}-01`,
    `0-${IDS}-01`,
    `0g-${IDS}-01`,
    `00-${IDS}-0x`,
    `00_${IDS}-01`,
    `00-${IDS.toUpperCase()}-01`,
    `00-${'0'.repeat(32)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    ` 00-${IDS}-01`,
  ])('refuses "%s"', (header) => {
    expect(parseTraceParent(header)).toBeUndefined();
  });

  it('takes what the format allows and nothing else', () => {
    const format = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;
    const hex = (length: number) =>
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789abcdefgA-')),
        minLength: length,
        maxLength: length,
      });
    const header = fc
      .tuple(
        fc.constantFrom('00', '01', 'ff', '0g'),
        hex(32),
        hex(16),
        hex(2),
        fc.constantFrom('', '-x', 'x'),
      )
      .map(([version, traceId, spanId, flags, rest]) => `${version}-${traceId}-${spanId}-${flags}${rest}`);
    fc.assert(
      fc.property(header, (text) => {
        const isAllowed = format.test(text) && (!text.startsWith('00') || text.length === 55);
        expect(parseTraceParent(text) !== undefined).toBe(isAllowed);
      }),
    );
  });
});
