// Puts the files of the stack beside what is published: a user of the package has no repository around it.
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** What people keep there, what runs write there, and what only the repository has a use for. */
const left = /\/compose\/(?:secrets\/(?!\.gitkeep$)|backups|index)|\/alerts\/tests|\.env$/;

rmSync(here('stack'), { recursive: true, force: true });
for (const folder of ['compose', 'alerts', 'dashboards']) {
  cpSync(here(`../../${folder}`), here(`stack/${folder}`), {
    recursive: true,
    filter: (path) => !left.test(path),
  });
}
