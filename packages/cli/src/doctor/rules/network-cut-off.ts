import { networkRule, optionOf } from './network.ts';

export const networkCutOff = networkRule({
  code: 'network-cut-off',
  when: 'A connection is ended without an answer, or by something that is not HTTP, such as the port for gRPC',
  failures: ['cut-off', 'no-http'],
  seen: 'answers with something that is not HTTP, or ends the connection',
  fix: ({ part, url }) =>
    part === 'otlp' || new URL(url).port === '4317'
      ? 'take the port for OTLP over HTTP, which is 4318; 4317 is that for gRPC'
      : `correct the port in ${optionOf(part)}, and write https:// where the server speaks TLS`,
});
