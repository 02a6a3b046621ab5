import { parseByteSize } from '../values/byte-size.ts';
import { parseGoDuration } from '../values/duration.ts';
import { parseGoFloat } from '../values/go-float.ts';

/** What the values of a field are, in the words of Loki. */
export type FieldType = 'int' | 'float' | 'boolean' | 'duration' | 'bytes' | 'string';

const goBooleans: ReadonlySet<string> = new Set('1 t T TRUE true True 0 f F FALSE false False'.split(' '));
const INT64_DIGITS = 18;

/** The first that a value can be read as. */
export function fieldTypeOf(value: string): FieldType {
  if (/^[+-]?\d+$/.test(value) && fitsInt64(value)) return 'int';
  if ('value' in parseGoFloat(value)) return 'float';
  if (goBooleans.has(value)) return 'boolean';
  if ('value' in parseGoDuration(value)) return 'duration';
  return 'value' in parseByteSize(value) ? 'bytes' : 'string';
}

function fitsInt64(digits: string): boolean {
  return (
    digits.length <= INT64_DIGITS ||
    BigInt.asIntN(64, BigInt(digits.replace('+', ''))) === BigInt(digits.replace('+', ''))
  );
}
