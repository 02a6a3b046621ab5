import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * For the end of whatever writes figures: renews every generated file, so that no table shows the figures of before. It is a
 * process of its own, as tables are made from the sources and what measures may run what was built.
 */
export function renewGenerated(): void {
  const script = fileURLToPath(new URL('generate.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--conditions=@sightline/source', script], {
    // What a benchmark prints is kept as what it found.
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  if (status === 0) return;
  process.stderr.write(
    'The generated files were not renewed: run pnpm generate before anything is committed\n',
  );
  process.exitCode = 1;
}
