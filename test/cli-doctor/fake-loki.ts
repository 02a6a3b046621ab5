import { gunzipSync } from 'node:zlib';
import { type Front, startFront } from './front.ts';

export interface LokiFaults {
  /** Answers every push like this. */
  readonly refuses?: { readonly status: number; readonly text: string };
  /** The labels of what comes over OTLP. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Loki as far as the doctor asks it, where there is no real one: readiness, both ways in, queries for an id. */
export async function startFakeLoki(faults: LokiFaults = {}): Promise<Front> {
  const taken: { readonly body: Buffer; readonly labels: Readonly<Record<string, string>> }[] = [];
  return startFront({
    answer(request, response, body) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://loki');
      const json = (value: unknown): boolean => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
        return true;
      };
      if (pathname === '/ready') {
        response.end('ready\n');
        return true;
      }
      if (pathname === '/loki/api/v1/push' || pathname === '/otlp/v1/logs') {
        const { refuses } = faults;
        if (refuses !== undefined) {
          response.writeHead(refuses.status).end(`${refuses.text}\n`);
          return true;
        }
        const labels = pathname.endsWith('push')
          ? { service_name: 'sightline-doctor' }
          : (faults.labels ?? { service_name: 'doctored' });
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        taken.push({ body: plain, labels });
        response.writeHead(204).end();
        return true;
      }
      if (pathname === '/loki/api/v1/labels') {
        const names = new Set(taken.flatMap(({ labels }) => Object.keys(labels)));
        return json({ status: 'success', data: [...names] });
      }
      if (pathname === '/loki/api/v1/status/buildinfo') return json({ version: '3.7.6' });
      if (pathname === '/loki/api/v1/query_range') {
        const id = /"([0-9a-f]{32})"/.exec(searchParams.get('query') ?? '')?.[1] ?? '-';
        const found = taken.filter(
          (each) => each.body.includes(id) || each.body.includes(Buffer.from(id, 'hex')),
        );
        const result = found.map(({ labels }) => ({ stream: labels, values: [['1', 'line']] }));
        return json({ status: 'success', data: { resultType: 'streams', result } });
      }
      if (pathname === '/metrics') {
        response.end('loki_discarded_samples_total{reason="rate_limited",tenant="fake"} 0\n');
        return true;
      }
      return false;
    },
  });
}
