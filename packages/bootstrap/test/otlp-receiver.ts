import type * as fixture from '../src/otlp/otlp-receiver.fixture.ts';

export type { OtlpReceiver, ReceivedRequest, ReceiverBehaviour } from '../src/otlp/otlp-receiver.fixture.ts';
export type {
  DecodedAttributes,
  DecodedLog,
  DecodedMetric,
  DecodedPoint,
  DecodedSpan,
  DecodedValue,
} from '../src/otlp/otlp-decode.fixture.ts';

// Loaded by its address: an import of another project's source cannot be rewritten.
const source = new URL('../src/otlp/otlp-receiver.fixture.ts', import.meta.url).href;
const loaded = (await import(source)) as typeof fixture;

export const { startOtlpReceiver } = loaded;
