import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError } from '../server/http-error.ts';
import type { Route } from '../server/route.ts';

/** What the list tells of a dashboard; with a problem where its file is none. */
interface Listing {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly problem?: string;
}

interface Kept {
  readonly stamp: string;
  readonly listing: Listing;
  readonly json: unknown;
}

/** A larger one is nobody's dashboard. */
const MAX_FILE_BYTES = 8_388_608;
const MAX_FILES = 2000;

/**
 * The dashboards of a folder as Grafana exports them, `*.json` each. A file is read again when it has changed, so that what
 * somebody saves is seen with the next look.
 */
export function dashboardRoutes(folder: string | undefined): readonly Route[] {
  const kept = new Map<string, Kept>();

  async function readOne(file: string): Promise<Kept | undefined> {
    const path = join(folder ?? '', file);
    const { mtimeMs, size } = await stat(path);
    const stamp = `${mtimeMs} ${size}`;
    const known = kept.get(file);
    if (known?.stamp === stamp) return known;
    const read = { stamp, ...(await readDashboard(path, file, size)) };
    kept.set(file, read);
    return read;
  }

  async function all(): Promise<readonly Kept[]> {
    if (folder === undefined) return [];
    let names: readonly string[];
    try {
      names = await readdir(folder);
    } catch (error) {
      throw new HttpError(500, `the dashboards cannot be read: ${(error as Error).message}`);
    }
    const files = names.filter((name) => name.endsWith('.json')).toSorted();
    for (const file of kept.keys()) if (!files.includes(file)) kept.delete(file);
    // A file may go while it is looked at.
    const read = await Promise.all(
      files.slice(0, MAX_FILES).map((file) => readOne(file).catch(() => undefined)),
    );
    return read.filter((each) => each !== undefined);
  }

  return [
    {
      methods: ['GET'],
      path: '/sightline/api/v1/dashboards',
      handle: async () => ({ json: (await all()).map(({ listing }) => listing) }),
    },
    {
      methods: ['GET'],
      path: '/sightline/api/v1/dashboards/:uid',
      async handle({ params }) {
        const found = (await all()).find(({ listing }) => listing.uid === params['uid']);
        if (found === undefined) throw new HttpError(404, 'there is no such dashboard');
        if (found.listing.problem !== undefined) throw new HttpError(422, found.listing.problem);
        return { json: found.json };
      },
    },
  ];
}

async function readDashboard(
  path: string,
  file: string,
  sizeBytes: number,
): Promise<{ readonly listing: Listing; readonly json: unknown }> {
  const name = file.replace(/\.json$/, '');
  const failed = (problem: string): { readonly listing: Listing; readonly json: unknown } => ({
    listing: { uid: name, title: file, description: '', tags: [], problem },
    json: undefined,
  });
  if (sizeBytes > MAX_FILE_BYTES) return failed(`${file} is larger than ${MAX_FILE_BYTES} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return failed(`${file} cannot be read: ${(error as Error).message}`);
  }
  const outer = recordOf(json);
  const raw = 'dashboard' in outer ? recordOf(outer['dashboard']) : outer;
  // Of the second schema is a resource, as Kubernetes has them: its name is the uid.
  const { title, description, tags } = 'spec' in raw ? recordOf(raw['spec']) : raw;
  const uid = 'spec' in raw ? recordOf(raw['metadata'])['name'] : raw['uid'];
  if (typeof title !== 'string') return failed(`${file} is no dashboard: it has no title`);
  return {
    listing: {
      // Grafana gives one when it is imported; until then the file's name is as good.
      uid: typeof uid === 'string' && uid !== '' ? uid : name,
      title,
      description: typeof description === 'string' ? description : '',
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    },
    json,
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
