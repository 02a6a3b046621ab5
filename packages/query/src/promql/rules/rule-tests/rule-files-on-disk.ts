import { access, readFile, readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { RuleFileText } from './run-rule-tests.ts';

/** A pattern of Go's filepath.Match for one name: `*`, `?`, `[a-z]`, `[^a]`. */
function nameTest(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[\^?(?:\\.|[^\]\\])+\]|\\.|[*?]|[^*?[\\]+|./g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.startsWith('[') && part.length > 1) return part;
    const text = part.startsWith('\\') ? part.slice(1) : part;
    return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch {
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Paths that fit a pattern, in the order of their names; a path without a pattern as it is. */
async function pathsOf(pattern: string): Promise<readonly string[]> {
  if (!/[*?[\\]/.test(pattern)) return (await exists(pattern)) ? [pattern] : [];
  const folder = dirname(pattern);
  const folders = await pathsOf(folder);
  const test = nameTest(pattern.slice(folder.length).replace(/^\//, ''));
  const found = await Promise.all(
    folders.map(async (each) => (await namesIn(each)).filter(test).map((name) => join(each, name))),
  );
  return found.flat();
}

/** Reads the files that the patterns of a file of tests stand for. */
export function rulesOnDisk(testFile: string): (pattern: string) => Promise<readonly RuleFileText[]> {
  const folder = dirname(resolve(testFile));
  return async (pattern) => {
    const paths = await pathsOf(isAbsolute(pattern) ? pattern : join(folder, pattern));
    return Promise.all(paths.map(async (path) => ({ path, content: await readFile(path, 'utf8') })));
  };
}
