import { networkRule, optionOf } from './network.ts';

export const networkTls = networkRule({
  code: 'network-tls',
  when: 'The certificate of a server is not trusted, or one side speaks TLS and the other does not',
  failures: ['tls'],
  seen: 'cannot be talked to over TLS',
  fix({ part, answer }) {
    const detail = answer.kind === 'failed' ? answer.detail : '';
    if (/SSL|EPROTO/.test(detail))
      return `write http:// in ${optionOf(part)}: the server there speaks no TLS`;
    if (/EXPIRED/.test(detail)) return 'renew the certificate of the server';
    if (/ALTNAME/.test(detail)) {
      return `take a name that is in the certificate into ${optionOf(part)}, or add this one to the certificate`;
    }
    return part === 'otlp'
      ? 'name the file of the authority in OTEL_EXPORTER_OTLP_CERTIFICATE'
      : 'name the file of the authority in NODE_EXTRA_CA_CERTS';
  },
});
