/**
 * Builds what `tsc -b` does not: the bundle of what starts with a service, and the web app.
 *
 * Neither is built again while all that goes into them is as it was then, and what came out of it is there as it was.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'test/dist/built');

/** More than is read by either: a file too many costs a build, one too few would keep an old one. */
const inputs = [
  'packages/*/{package,tsconfig}.json',
  'packages/*/{src,ui}/**/*',
  'test/{build,bundle}.ts',
  'test/supply-chain/*.ts',
  'tsconfig.base.json',
  // Of what is installed, which need not be what was asked for.
  'node_modules/.pnpm/lock.yaml',
];
const outputs = ['packages/bootstrap/bundle/**/*', 'packages/local/dist/ui/**/*'];

/** @returns a digest of the names and contents of all files */
function digestOf(globs: readonly string[], salt = ''): string {
  const hash = createHash('sha256').update(salt);
  const files = globSync(globs, { cwd: root }).filter((file) => statSync(join(root, file)).isFile());
  for (const file of files.toSorted()) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Both builders ask for these two. */
const runtime = `${process.version} ${process.env['NODE_ENV'] ?? ''}`;
const before = digestOf(inputs, runtime);
const built = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
if (built === `${before} ${digestOf(outputs)}`) {
  process.stdout.write('The bundle and the web app are built from what is here\n');
} else {
  rmSync(stamp, { force: true });
  await import('./bundle.ts');
  await import('../packages/local/ui/build.ts');
  // Of what changed meanwhile, nobody knows whether it is in it.
  if (digestOf(inputs, runtime) === before) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, `${before} ${digestOf(outputs)}`);
  }
}
