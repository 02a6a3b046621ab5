import { readFile, readdir } from 'node:fs/promises';
import { extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from './route.ts';

/** The built web app. */
export interface AppFiles {
  /**
   * The file at a path; for the address of a page, which the app itself understands, its one document.
   *
   * @param accepted what the request accepts: `Accept` and `Accept-Encoding`
   * @returns undefined where a program asks for something that is not there
   */
  find(path: string, accepted: Accepted): Promise<Answer | undefined>;
}

interface Accepted {
  readonly types: string;
  readonly encodings: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const NOT_BUILT = 'The web app is not built: `pnpm build` does it. The read APIs answer without it.\n';

/** Where the build puts it, seen from the sources and from `dist` alike. */
const BUILT = new URL('../../dist/ui/', import.meta.url);

/** Files of the app, read when the first of them is asked for and then kept. */
export function createAppFiles(folder: URL = BUILT): AppFiles {
  let reading: Promise<ReadonlyMap<string, Buffer>> | undefined;

  return {
    async find(path, { types, encodings }) {
      reading ??= readFolder(fileURLToPath(folder));
      const files = await reading.catch(() => new Map<string, Buffer>());
      // It may be built meanwhile.
      if (files.size === 0) reading = undefined;
      const name = files.has(path) && extname(path) in TYPES ? path : documentFor(path, types);
      if (name === undefined) return undefined;
      if (files.size === 0) return { status: 503, text: NOT_BUILT };
      const packed = /\bgzip\b/.test(encodings) ? files.get(`${name}.gz`) : undefined;
      const bytes = packed ?? files.get(name);
      if (bytes === undefined) return undefined;
      return {
        bytes,
        headers: {
          'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
          vary: 'accept-encoding',
          ...(packed !== undefined && { 'content-encoding': 'gzip' }),
          // What is below `assets` has a digest of its content in its name.
          ...(name.startsWith('/assets/') && { 'cache-control': 'public, max-age=31536000, immutable' }),
        },
      };
    },
  };
}

/** A browser that opens an address wants the document; a program that calls a path that is not there wants a 404. */
function documentFor(path: string, types: string): string | undefined {
  return types.includes('text/html') && extname(path.split('/').at(-1) ?? '') !== '.js'
    ? '/index.html'
    : undefined;
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`);
  return new Map(
    await Promise.all(
      files.map(
        async (file) => [`/${relative(folder, file).replaceAll(sep, '/')}`, await readFile(file)] as const,
      ),
    ),
  );
}
