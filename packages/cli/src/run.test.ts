import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from './command-table.ts';
import { runWith } from './fake-io.fixture.ts';

const ESCAPE = '\u001B[';

describe('run', () => {
  it('shows all commands without any words, with help and with --help', async () => {
    const plain = await runWith('');
    expect(plain).toMatchObject({ exitCode: 0, stderr: '' });
    expect(plain.stdout).toMatchSnapshot();
    expect((await runWith('help')).stdout).toBe(plain.stdout);
    expect((await runWith('--help')).stdout).toBe(plain.stdout);
  });

  it.each(commands.map(({ name }) => name))('has the same help in both ways: %s', async (name) => {
    const { exitCode, stdout, stderr } = await runWith(`help ${name}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect((await runWith(`${name} --help`)).stdout).toBe(stdout);
    expect((await runWith(`${name} -h --no-such-option`)).stdout).toBe(stdout);
    expect(stdout).toMatchSnapshot();
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(140);
  });

  it.each([100, 80, 40])(
    'breaks the lines of a help where the terminal of %d columns ends',
    async (width) => {
      const { stdout } = await runWith('doctor --help --no-color', { terminal: true, columns: width });
      const [help = ''] = stdout.split('Examples');
      expect(Math.max(...help.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(width);
      expect(help.replaceAll(/\s+/g, ' ')).toContain('-h, --help Show what the command does and takes.');
    },
  );

  it('shows the commands of a group for help, and misses one without it', async () => {
    expect((await runWith('alerts --help')).stdout).toContain('alerts lint');
    const { exitCode, stderr } = await runWith('alerts');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('one of alerts lint, alerts test, alerts generate, alerts fire');
  });

  it('prints the version of its manifest, before and behind a command', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await runWith('--version')).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
    expect(await runWith('slo check --version')).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  });

  it.each([
    ['dashbords', 'did you mean "sightline dashboards"?'],
    ['alerts lnt', 'did you mean "sightline alerts lint"?'],
    ['generate', 'did you mean "sightline alerts generate"?'],
    ['help alerts genrate', 'did you mean "sightline alerts generate"?'],
    ['--verson', 'did you mean --version?'],
    ['slo check x --jsn', 'did you mean --json?'],
    ['slo rules x --form kubernets', 'did you mean "kubernetes"?'],
    ['completion bsh', 'did you mean "bash"?'],
    ['completely-else', 'sightline --help lists them'],
    ['--completely=else', 'name the command first, then its options'],
    ['completion tcsh-or-so', 'take one of these'],
  ])('suggests the nearest for what it does not know: sightline %s', async (line, expected) => {
    const { exitCode, stdout, stderr } = await runWith(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(expected);
    expect(stderr).toContain('SIGHTLINE_CLI_USAGE');
  });

  it('names everything that is wrong with a command line at once', async () => {
    const ran = await runWith('slo rules --form=x --services 0 --nothing --grafana-url ftp://x --json=1 a b');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr.match(/^error /gm)).toHaveLength(6);
  });

  it('prints problems as JSON too, and never a value that may be a secret', async () => {
    const ran = await runWith('dashboards push --url glsa_secret --overwrite glsa_secret --json');
    expect(ran.json()).toMatchObject({
      exitCode: 2,
      problems: [{ code: 'SIGHTLINE_CLI_USAGE' }, {}],
      result: null,
    });
    expect(ran.stdout + ran.stderr).not.toContain('glsa_secret');
  });

  it('has no colours in a pipe, with --no-color and with NO_COLOR, and has them on a terminal and with FORCE_COLOR', async () => {
    const colored = async (line: string, terminal: boolean, env = {}): Promise<boolean> =>
      (await runWith(line, { terminal, env })).stdout.includes(ESCAPE);
    expect(await colored('help', false)).toBe(false);
    expect(await colored('help', true)).toBe(true);
    expect(await colored('help --no-color', true)).toBe(false);
    expect(await colored('help', true, { NO_COLOR: '1' })).toBe(false);
    expect(await colored('help', true, { NO_COLOR: '' })).toBe(true);
    expect(await colored('help', true, { TERM: 'dumb' })).toBe(false);
    expect(await colored('help', false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    expect(await colored('help', true, { FORCE_COLOR: '0' })).toBe(false);
    expect(await colored('help --no-color', false, { FORCE_COLOR: '1' })).toBe(false);
  });

  it('shows progress on a terminal only, and clears it before the result', async () => {
    const line = 'alerts fire ErrorRatioHigh';
    const fetch = (): Promise<Response> => Promise.resolve(new Response('no', { status: 400 }));
    expect((await runWith(line, { fetch })).stderr).not.toContain(ESCAPE);
    const { stderr } = await runWith(line, { fetch, terminal: true });
    expect(stderr).toContain('sending to http://localhost:9093');
    // A wrapped line could not be cleared.
    const narrow = await runWith(line, { fetch, terminal: true, columns: 20 });
    expect(narrow.stderr).toContain('\u001B[2Ksending to http://\r');
    expect(stderr.indexOf('\r\u001B[2K', 1)).toBeGreaterThan(stderr.indexOf('sending'));
  });

  it('ends with 130 when the user interrupts it', async () => {
    const abort = new AbortController();
    const fetch = (): Promise<Response> => {
      abort.abort();
      return Promise.reject(abort.signal.reason as Error);
    };
    const ran = await runWith('alerts fire ErrorRatioHigh', { fetch, signal: abort.signal });
    expect(ran).toMatchObject({ exitCode: 130, stdout: '', stderr: 'interrupted\n' });
    const json = await runWith('alerts fire ErrorRatioHigh --json', { fetch, signal: abort.signal });
    expect(json.json()).toEqual({ command: 'alerts fire', exitCode: 130, problems: [], result: null });
  });

  it('ends with 130 while it waits for stdin, too', async () => {
    const abort = new AbortController();
    const stdin = (async function* never(): AsyncGenerator<string> {
      abort.abort();
      yield await new Promise<string>(() => {});
    })();
    expect(await runWith('slo check -', { stdin, signal: abort.signal })).toMatchObject({ exitCode: 130 });
  });

  it('says that it is its own fault when it is, with the stack', async () => {
    const fetch = (): Promise<Response> => Promise.resolve({ ok: true, text: 5 } as unknown as Response);
    const ran = await runWith('alerts fire ErrorRatioHigh', { fetch });
    expect(ran.exitCode).toBe(70);
    expect(ran.stderr).toMatch(/fault of sightline itself; please report it:\nTypeError: .*\n +at /);
  });

  it('describes every command for programs', async () => {
    const { result } = (await runWith('help --json')).json() as { result: { commands: { name: string }[] } };
    expect(result.commands.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
  });
});

describe('the README', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  it.each(commands)('lists $name as the help does', ({ name, summary }) => {
    expect(text).toMatch(
      new RegExp(`\\| \`${name}\` +\\| ${summary.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)} +\\|`),
    );
  });
});
