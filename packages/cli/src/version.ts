import { readFileSync } from 'node:fs';

/** That of this package; its manifest stands above the sources as it does above what is built from them. */
export function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
