import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError } from '../server/http-error.ts';
import type { Route } from '../server/route.ts';

/** A file name without its ending: nothing else becomes a part of a path. */
const NAME = /^[\w-]+$/;
const MAX_BYTES = 262_144;

/**
 * The runbooks of alerts, as they lie in a folder: `error-ratio-high.md` is `error-ratio-high`.
 *
 * They are read anew each time, so that one can be written while it is looked at.
 *
 * @param folder undefined where none was named: every name is unknown then
 */
export function runbookRoutes(folder: string | undefined): readonly Route[] {
  return [
    {
      methods: ['GET'],
      path: '/sightline/api/v1/runbooks',
      async handle() {
        const files = folder === undefined ? [] : await readdir(folder);
        const names = files
          .filter((file) => file.endsWith('.md'))
          .map((file) => file.slice(0, -'.md'.length));
        return { json: names.filter((name) => NAME.test(name)).toSorted() };
      },
    },
    {
      methods: ['GET'],
      path: '/sightline/api/v1/runbooks/:name',
      async handle({ params }) {
        const name = params['name']!;
        if (folder === undefined || !NAME.test(name)) throw new HttpError(404, 'there is no such runbook');
        const text = await readFile(join(folder, `${name}.md`), 'utf8').catch(
          (error: NodeJS.ErrnoException) => {
            throw new HttpError(404, error.code === 'ENOENT' ? 'there is no such runbook' : error.message);
          },
        );
        return {
          text: text.slice(0, MAX_BYTES),
          headers: { 'content-type': 'text/markdown; charset=utf-8' },
        };
      },
    },
  ];
}
