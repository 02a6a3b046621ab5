export { startOtlpReceiver } from '../src/otlp/otlp-receiver.fixture.ts';
export type { OtlpReceiver } from '../src/otlp/otlp-receiver.fixture.ts';
