import { bareEnd } from './bare-end.ts';
import { skipSpaces } from './name-characters.ts';
import { quoteAt, quotedEnd } from './quoting.ts';
import type { Finding, TextRule } from '../rule.ts';

/** How far in front of a flag its command is looked for [characters]. */
const REACH = 192;

interface Flag {
  /** As written, case included. */
  readonly flags: readonly string[];
  /** One of these stands before the flag, in the same command. */
  readonly commands: readonly string[];
  /** What the argument is: `user:password`, `user%password`, or the secret itself; `glued` only without a space. */
  readonly argument: 'login' | 'percent-login' | 'secret' | 'glued-secret';
}

const FLAGS: readonly Flag[] = [
  { flags: ['-u', '--user', '-U', '--proxy-user'], commands: ['curl'], argument: 'login' },
  { flags: ['-a'], commands: ['http ', 'https ', 'httpie '], argument: 'login' },
  { flags: ['-p'], commands: ['mysql', 'mariadb'], argument: 'glued-secret' },
  {
    flags: ['-p'],
    commands: ['sshpass', ' login ', 'mongosh', 'mongodump', 'mongorestore'],
    argument: 'secret',
  },
  { flags: ['-a'], commands: ['redis-cli', 'redis-benchmark'], argument: 'secret' },
  {
    flags: ['-w'],
    commands: ['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapwhoami', 'ldapdelete'],
    argument: 'secret',
  },
  { flags: ['-U'], commands: ['smbclient', 'rpcclient'], argument: 'percent-login' },
];

/** Passwords in the short flags of well-known commands: `curl -u user:pass`, `mysql -psecret`, `docker login -p …`. */
export const commandLineRule: TextRule = {
  name: 'command-line',
  anchors: [' -u', ' -p', ' -a', ' -w', ' --user', ' --proxy-user'],
  find(text, from, to) {
    const flag = text.slice(from + 1, to);
    const before = text.slice(Math.max(0, from - REACH), from);
    const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('|'), before.lastIndexOf(';')) + 1;
    const command = `${before.slice(start)} `;
    for (const { flags, commands, argument } of FLAGS) {
      if (!flags.includes(flag) || !commands.some((name) => command.includes(name))) continue;
      const found = argumentAt(text, to, argument, flag.startsWith('--'));
      if (found !== undefined) return found;
    }
    return to;
  },
};

function argumentAt(
  text: string,
  flagEnd: number,
  argument: Flag['argument'],
  isLong: boolean,
): Exclude<Finding, number> | undefined {
  const next = text[flagEnd];
  const isGlued = next !== ' ' && next !== '=';
  if (isGlued && isLong) return undefined;
  if (argument === 'glued-secret' && !isGlued) return undefined;
  const start = skipSpaces(text, next === '=' ? flagEnd + 1 : flagEnd);
  const quote = quoteAt(text, start);
  const from = start + (quote?.length ?? 0);
  const to = quote === undefined ? bareEnd(text, from) : quotedEnd(text, from, quote);
  if (to <= from || (quote === undefined && text[from] === '-')) return undefined;
  if (argument === 'secret' || argument === 'glued-secret') return { from, to };
  const split = text.slice(from, Math.min(to, from + 256)).indexOf(argument === 'login' ? ':' : '%');
  // `-u token:` has the token in the user's place.
  if (split === -1) return argument === 'login' && text[to] === ':' ? { from, to } : undefined;
  return from + split + 1 === to ? { from, to: to - 1 } : { from: from + split + 1, to };
}
