/**
 * Puts what starts with a service into few files: `packages/bootstrap/bundle`, from the sources. A preload is paid for at every start, and a
 * hundred modules cost more than the work that they do.
 *
 * Sightline's own packages and what is small of others are inside. What a process must have once stays outside: the API of
 * OpenTelemetry, pino, and whatever hooks into modules.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Plugin, build } from 'rolldown';
import { bundledNotices } from './supply-chain/bundled-notices.ts';

const folder = fileURLToPath(new URL('../packages/bootstrap/', import.meta.url));
const inside =
  /^(?:@sightline\/|zod(?:\/|$)|@opentelemetry\/(?:core|resources|context-async-hooks|semantic-conventions)(?:\/|$))/;

const http = createRequire(import.meta.url)('node:http') as object;
const HTTP = '\0node:http';

/**
 * `import` of `node:http` reads all of its exports, and with them loads `fetch`: some 15 ms. Taking the module as
 * `require` does, without what is behind a getter, leaves that to whoever calls it.
 */
const httpAsRequired: Plugin = {
  name: 'http-as-required',
  resolveId: (id) => (id === 'node:http' ? HTTP : undefined),
  load(id) {
    if (id !== HTTP) return undefined;
    const names = Object.entries(Object.getOwnPropertyDescriptors(http))
      .filter(([name, { get }]) => get === undefined && name !== 'default')
      .map(([name]) => name);
    return `export const { ${names.join(', ')} } = process.getBuiltinModule('node:http');`;
  },
};

rmSync(`${folder}bundle`, { recursive: true, force: true });
const { output } = await build({
  cwd: folder,
  input: {
    index: 'src/index.ts',
    register: 'src/register.ts',
    'send-sync-child': 'src/otlp/send-sync-child.ts',
  },
  platform: 'node',
  plugins: [httpAsRequired],
  resolve: { conditionNames: ['@sightline/source', 'import', 'node', 'default'] },
  external: (id) => id !== 'node:http' && !/^[./#\0]/.test(id) && !inside.test(id),
  output: {
    dir: 'bundle',
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    // Without comments. Names stay, as stacks and the types of errors show them, and so do lines: Node.js prints the whole
    // line that an error was thrown in.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false } },
  },
  logLevel: 'warn',
});
const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(`${folder}bundle/licenses.md`, bundledNotices(modules));
