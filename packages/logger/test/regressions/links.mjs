// Resolves a module behind a link, right after a destination has looked at what standard output is.
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stdout } from '@sightline/logger';

const folder = mkdtempSync(join(tmpdir(), 'sightline-links-'));
try {
  mkdirSync(join(folder, 'real'));
  for (const name of ['first', 'second']) writeFileSync(join(folder, 'real', `${name}.cjs`), '');
  symlinkSync('real', join(folder, 'linked'));
  const { resolve } = createRequire(join(folder, 'main.cjs'));
  // The folders above are known from here on, as they are to a program that has required anything before.
  resolve('./real/first.cjs');
  stdout();
  process.stdout.write(resolve('./linked/second.cjs').replace(folder, ''));
} finally {
  rmSync(folder, { recursive: true });
}
