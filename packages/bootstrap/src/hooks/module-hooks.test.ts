/* oxlint-disable no-underscore-dangle -- what resolves names is called `_resolveFilename` */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { Module, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ImportListener } from './import-hook.ts';
import { hookModules } from './module-hooks.ts';

const imported = vi.hoisted(() => ({ listeners: [] as ImportListener[] }));
// The loader would stay in this process.
vi.mock('./import-hook.ts', () => ({
  onImport(_names: unknown, _seenOnly: unknown, listener: ImportListener) {
    imported.listeners.push(listener);
    return () => {};
  },
}));

type Resolve = (this: unknown, specifier: string, ...values: unknown[]) => unknown;

/** As `module-alias` and others do it. */
function alias(name: string, path: string): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const { _resolveFilename: original } = loader;
  loader._resolveFilename = function resolveAlias(specifier, ...values) {
    return Reflect.apply(original, this, [specifier === name ? path : specifier, ...values]);
  };
  onTestFinished(() => {
    loader._resolveFilename = original;
  });
}

describe('hookModules', () => {
  const name = 'router';

  it.each([
    { owner: 'shop', folder: 'src', seen: [] },
    { owner: 'router', folder: 'vendor', seen: ['instrumented'] },
  ])(
    'sees $seen of a module called router that is a file of the package $owner',
    ({ owner, folder, seen }) => {
      const root = realpathSync(mkdtempSync(join(tmpdir(), `sightline-${folder}-`)));
      onTestFinished(() => rmSync(root, { recursive: true }));
      writeFileSync(join(root, 'package.json'), JSON.stringify({ name: owner, version: '2.1.0' }));
      writeFileSync(join(root, 'router.cjs'), 'exports.handle = () => {};');
      alias(name, join(root, 'router.cjs'));
      const onLoad = vi.fn<() => boolean>(() => true);
      const hooks = hookModules([{ name, versions: '>=1.3.0 <3', onLoad }]);
      onTestFinished(() => hooks.stop());
      const { handle } = createRequire(join(root, 'server.js'))(name) as { handle: unknown };
      expect(typeof handle).toBe('function');
      expect(hooks.outcomes.map(({ outcome }) => outcome)).toEqual(seen);
      expect(onLoad).toHaveBeenCalledTimes(seen.length);
    },
  );

  it('prepares nothing for an import that a file of the service answers, where the loader is a thread', () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'sightline-import-')));
    onTestFinished(() => rmSync(root, { recursive: true }));
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'shop' }));
    const beforeLoad = vi.fn<() => void>();
    // Not one that other tests of this process have loaded.
    const unseen = 'unseen-router';
    const hooks = hookModules([{ name: unseen, beforeLoad }]);
    onTestFinished(() => hooks.stop());
    const listener = imported.listeners.at(-1);
    listener?.after(unseen, {}, join(root, 'router.js'));
    expect(beforeLoad).not.toHaveBeenCalled();
    listener?.after(unseen, {}, join(root, 'node_modules', unseen, 'index.js'));
    expect(beforeLoad).toHaveBeenCalledOnce();
    expect(hooks.outcomes).toHaveLength(1);
  });
});
