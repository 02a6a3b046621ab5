import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A second small server, which services of these tests call. */
export interface Upstream {
  readonly url: string;
  /** The headers of each request to a path, by the path without its query. */
  headersOf(path: string): readonly IncomingHttpHeaders[];
  close(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    requests.push({ path: (request.url ?? '').split('?')[0] ?? '', headers: request.headers });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headersOf: (path) => requests.filter((each) => each.path === path).map(({ headers }) => headers),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
