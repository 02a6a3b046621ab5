/**
 * Runs every benchmark and writes what they print to `bench-results/<package>-<bench>.md`, from where figures may be
 * quoted. `pnpm bench [name]` runs those whose path holds the name.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const filter = process.argv[2] ?? '';
const benches = readdirSync(`${root}packages`)
  .flatMap((name) =>
    readdirSync(`${root}packages/${name}`, { recursive: true, encoding: 'utf8' }).map(
      (file) => `${name}/${file}`,
    ),
  )
  .filter((path) => /^[^/]+\/bench\/[^/]+\.bench\.ts$/.test(path) && path.includes(filter));

mkdirSync(`${root}bench-results`, { recursive: true });
let failed = 0;
for (const path of benches) {
  process.stdout.write(`\n## ${path}\n\n`);
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--conditions=@sightline/source', `${root}packages/${path}`],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  process.stdout.write(stdout);
  if (status === 0)
    writeFileSync(`${root}bench-results/${path.replace('/bench/', '-').replace('.bench.ts', '.md')}`, stdout);
  else failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
