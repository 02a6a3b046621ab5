import { describe, expect, it } from 'vitest';
import { describeEndpoints } from './endpoints.ts';

const otlp = { url: 'http://localhost:4318/v1/traces', protocol: 'http/protobuf' };
const same = (url: string): string => url;

describe('describeEndpoints', () => {
  it('says where everything goes', () => {
    const told = describeEndpoints(
      { traces: otlp, stdout: true, admin: { host: '0.0.0.0', port: 9464 } },
      same,
    );
    expect(told).toEqual([
      'traces → http://localhost:4318 (http/protobuf)',
      'logs → stdout',
      'metrics and health on :9464',
    ]);
  });

  it('says what goes nowhere', () => {
    expect(describeEndpoints({ stdout: false }, same)).toEqual([
      'traces → nowhere',
      'logs → nowhere',
      'no admin port',
    ]);
  });

  it('says where lines go besides', () => {
    expect(describeEndpoints({ stdout: true, logs: otlp, lines: ['loki', 'file'] }, same)).toContain(
      'logs → stdout and http://localhost:4318/v1/traces (http/protobuf) and loki and file'.replace(
        '/v1/traces',
        '',
      ),
    );
  });

  it('says that spans are printed, and that there is no page of metrics', () => {
    const told = describeEndpoints(
      { console: true, stdout: true, page: false, admin: { host: '::', port: 9464 } },
      same,
    );
    expect(told).toEqual(['traces → console', 'logs → stdout', 'health on :9464']);
  });

  it.each([
    { host: '::1', where: '[::1]:9464' },
    { host: '10.0.0.7', where: '10.0.0.7:9464' },
    { host: '0.0.0.0', where: ':9464' },
  ])('says where the page is on $host', ({ host, where }) => {
    expect(describeEndpoints({ stdout: true, admin: { host, port: 9464 } }, same).at(-1)).toBe(
      `metrics and health on ${where}`,
    );
  });

  it('says whose page the metrics of a thread or a worker are on', () => {
    expect(describeEndpoints({ stdout: true, pageOwner: 'main' }, same)).toContain(
      'metrics on the page of the main process',
    );
    expect(describeEndpoints({ stdout: true, pageOwner: 'nobody' }, same)).toContain('metrics on no page');
  });

  it('says what is pushed, and the host of an address that is not for all', () => {
    const push = { url: 'https://collector/otlp/v1/metrics', protocol: 'http/json' };
    const told = describeEndpoints(
      {
        metrics: push,
        logs: { ...push, url: 'https://collector/' },
        stdout: true,
        admin: { host: '::1', port: 1 },
      },
      same,
    );
    expect(told).toEqual([
      'traces → nowhere',
      'logs → stdout and https://collector (http/json)',
      'metrics and health on [::1]:1',
      'metrics → https://collector/otlp (http/json)',
    ]);
  });

  it('shows no secret of a URL', () => {
    const [traces] = describeEndpoints(
      { traces: { ...otlp, url: 'http://user:hunter2@localhost:4318/v1/traces' }, stdout: true },
      (url) => url.replace('user:hunter2', '***'),
    );
    expect(traces).toBe('traces → http://***@localhost:4318 (http/protobuf)');
  });
});
