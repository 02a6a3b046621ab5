import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alertFiles } from '@sightline/alerts';
import { dashboardFiles } from '@sightline/dashboards';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A folder at the top that is written from code, and what in it is written by hand. */
const generated = [
  { folder: 'alerts', files: alertFiles(), byHand: ['tests', 'runbooks'] },
  { folder: 'dashboards', files: dashboardFiles(), byHand: [] as string[] },
];

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
}

describe.each(generated)('what is generated into $folder/', ({ folder, files, byHand }) => {
  const absolute = join(root, folder);

  it.each(files.map(({ path, content }) => [path, content] as const))(
    'is current, else run this file with -u: %s',
    async (path, content) => {
      await expect(content).toMatchFileSnapshot(join(absolute, path));
    },
  );

  it('is all that stands there, besides what is written by hand', () => {
    const known = new Set(files.map(({ path }) => path));
    const others = existsSync(absolute) ? filesBelow(absolute).map((path) => relative('.', path)) : [];
    expect(others.filter((path) => !known.has(path) && !byHand.includes(path.split('/')[0] ?? ''))).toEqual(
      [],
    );
  });
});
