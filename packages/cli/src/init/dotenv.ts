import { parseEnv } from 'node:util';

/** Adds the variables that a file of them does not set, with a line that says whose they are. */
export function editDotenv(text: string, variables: Readonly<Record<string, string>>): string {
  const set = parseEnv(text);
  const added = Object.entries(variables).filter(([name]) => set[name] === undefined);
  if (added.length === 0) return text;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? text : `${text}${lineEnd}`;
  const lines = [
    '# Sightline; why is there no data? npx sightline doctor',
    ...added.map(([name, value]) => `${name}=${value}`),
  ];
  return `${before}${before === '' ? '' : lineEnd}${lines.join(lineEnd)}${lineEnd}`;
}
