export { startOtlpReceiver } from '../src/otlp/otlp-receiver.fixture.ts';
export type { OtlpReceiver, ReceivedRequest, ReceiverBehaviour } from '../src/otlp/otlp-receiver.fixture.ts';
export type {
  DecodedAttributes,
  DecodedLog,
  DecodedMetric,
  DecodedPoint,
  DecodedSpan,
  DecodedValue,
} from '../src/otlp/otlp-decode.fixture.ts';
