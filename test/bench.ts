/**
 * Runs every benchmark, of the packages and of `test/load`, and writes what they print to
 * `bench-results/<package>-<bench>.md`, from where figures may be quoted. `pnpm bench [name] [option…]` runs those whose path
 * holds the name, with the options.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renewGenerated } from './renew-generated.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [filter = '', ...options] = process.argv.slice(2);
const benches = globSync(['packages/*/bench/*.bench.ts', 'test/load/*.bench.ts'], { cwd: root })
  .filter((path) => path.includes(filter))
  .toSorted();

mkdirSync(`${root}bench-results`, { recursive: true });
let failed = 0;
for (const path of benches) {
  process.stdout.write(`\n## ${path}\n\n`);
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--conditions=@sightline/source', `${root}${path}`, ...options],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  process.stdout.write(stdout);
  if (status === 0) writeFileSync(`${root}bench-results/${resultName(path)}`, stdout);
  else failed++;
}
renewGenerated();
if (failed > 0) process.exitCode = 1;

/** `packages/logger/bench/line.bench.ts` is `logger-line.md`. */
function resultName(path: string): string {
  return path
    .replace(/^(?:packages|test)\//, '')
    .replace('/bench/', '-')
    .replace('/', '-')
    .replace('.bench.ts', '.md');
}
