import type * as decode from '../src/otlp/otlp-decode.fixture.ts';
import type * as receiver from '../src/otlp/otlp-receiver.fixture.ts';

export type OtlpReceiver = receiver.OtlpReceiver;
export type ReceivedRequest = receiver.ReceivedRequest;
export type ReceiverBehaviour = receiver.ReceiverBehaviour;
export type DecodedAttributes = decode.DecodedAttributes;
export type DecodedLog = decode.DecodedLog;
export type DecodedMetric = decode.DecodedMetric;
export type DecodedPoint = decode.DecodedPoint;
export type DecodedSpan = decode.DecodedSpan;
export type DecodedValue = decode.DecodedValue;

// Loaded by its address: an import of another project's source cannot be rewritten.
const source = new URL('../src/otlp/otlp-receiver.fixture.ts', import.meta.url).href;

export const { startOtlpReceiver } = (await import(source)) as typeof receiver;
