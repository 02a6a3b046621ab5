import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runtimes } from '../exit/run-child.ts';

const program = fileURLToPath(new URL('links.mjs', import.meta.url));

// Node.js 22 leaves links in a path as they are while its last `stat` was of a pipe or a socket; with pnpm, where all
// packages are links, the first `require` after a destination was made then failed.
describe.each(runtimes)('stdout on $node', ({ path }) => {
  it('leaves the resolution of links in require as it was, with a socket for standard output', async () => {
    const child = spawn(path, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toBe('/real/second.cjs');
  });

  it('leaves it as it was with a pipe, too', async () => {
    const child = spawn('sh', ['-c', '"$0" "$1" | cat', path, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await text(child.stdout)).toBe('/real/second.cjs');
  });
});
