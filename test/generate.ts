/**
 * Renews every file that is generated, see `generated.ts`: `pnpm generate`. Prints those that were not as they have to be.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentNow, generatedFiles, root } from './generated.ts';

const files = generatedFiles();
const old = files.filter(({ file, content }) => contentNow(file) !== content);
for (const { file, content } of old) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
  process.stdout.write(`renewed ${file}\n`);
}
process.stdout.write(`${old.length} of ${files.length} generated files renewed\n`);
