import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentNow, generatedFiles, generatedFolders, root } from './generated.ts';

describe('what is generated', () => {
  it.each(generatedFiles().map(({ file, content }) => [file, content] as const))(
    'is current, else run pnpm generate: %s',
    (file, content) => {
      expect(contentNow(file)).toBe(content);
    },
  );

  it.each(generatedFolders)(
    'is all that stands in $folder/, besides what is written by hand',
    ({ folder, files, byHand }) => {
      const known = new Set(files.map(({ path }) => path));
      const present = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
        statSync(join(root, folder, path)).isFile(),
      );
      expect(
        present.filter((path) => !known.has(path) && !byHand.includes(path.split('/')[0] ?? '')),
      ).toEqual([]);
    },
  );
});
