import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Desktop, createDesktop } from './desktop.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-desktop-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A program of this name that writes down how it was called, and ends with a code. */
async function fake(program: string, exitCode = 0): Promise<void> {
  const script = `#!/bin/sh
{ for each in "$@"; do printf '%s\\0' "$each"; done; printf '%s\\0' "$TOAST_TITLE" "$TOAST_TEXT"; } > "$SEEN.part"
mv "$SEEN.part" "$SEEN"
exit ${exitCode}
`;
  await writeFile(join(folder, program), script);
  await chmod(join(folder, program), 0o755);
}

function desktopOn(
  platform: NodeJS.Platform,
  onProblem: (problem: string) => void = () => undefined,
): Desktop {
  const path = [folder, '/usr/bin', '/bin'].join(delimiter);
  return createDesktop({ platform, env: { PATH: path, SEEN: join(folder, 'seen') }, onProblem });
}

async function seen(): Promise<readonly string[]> {
  const text = await vi.waitFor(() => readFile(join(folder, 'seen'), 'utf8'), {
    timeout: 20_000,
    interval: 20,
  });
  return text.split('\0').slice(0, -1);
}

const hostile = {
  title: '-e do shell script "touch pwned"',
  text: `--help $(touch pwned) \`touch pwned\`; touch pwned\n" & quit <a href="x">'%TOAST_TITLE%' $env:PATH`,
  isUrgent: true,
};
const shownTitle = `Sightline: ${hostile.title}`;

// The fake programs are scripts of a shell.
describe.skipIf(process.platform === 'win32')('createDesktop', () => {
  it('calls notify-send, texts behind the options and without markup', async () => {
    await fake('notify-send');
    desktopOn('linux').show(hostile);
    const [app, urgency, end, title, body = ''] = await seen();
    expect([app, urgency, end, title]).toEqual([
      '--app-name=Sightline',
      '--urgency=critical',
      '--',
      shownTitle,
    ]);
    expect(body.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).toBe(hostile.text);
    expect(body).not.toMatch(/[<>]/);
  });

  it('calls osascript with a script that is always the same, texts as its arguments', async () => {
    await fake('osascript');
    desktopOn('darwin').show(hostile);
    const args = await seen();
    expect(args.slice(0, 6).filter((_, at) => at % 2 === 0)).toEqual(['-e', '-e', '-e']);
    expect(args.slice(0, 6).join(' ')).not.toContain('pwned');
    expect(args.slice(6, 8)).toEqual([shownTitle, hostile.text]);
  });

  it('calls PowerShell with a script that is always the same, texts as variables', async () => {
    await fake('powershell.exe');
    desktopOn('win32').show(hostile);
    const args = await seen();
    expect(args.slice(0, 3)).toEqual(['-NoProfile', '-NonInteractive', '-Command']);
    expect(args[3]).not.toContain('pwned');
    expect(args.slice(4)).toEqual([shownTitle, hostile.text]);
  });

  it('shortens long texts and takes signs out that move a cursor', async () => {
    await fake('notify-send');
    desktopOn('linux').show({ title: '\u001B[2J'.repeat(100), text: '𝄞'.repeat(1000), isUrgent: false });
    const [, urgency, , title = '', body = ''] = await seen();
    expect(urgency).toBe('--urgency=normal');
    expect(title).toMatch(/^Sightline: \?\[2J.*…$/);
    expect(title).not.toContain('\u001B');
    expect([title.length, body.length].every((length) => length <= 400)).toBe(true);
    expect(body.isWellFormed()).toBe(true);
  });

  it('runs a few programs at a time, however many alerts there are', async () => {
    await writeFile(join(folder, 'notify-send'), '#!/bin/sh\necho x >> "$SEEN"\nsleep 0.5\n');
    await chmod(join(folder, 'notify-send'), 0o755);
    const desktop = desktopOn('linux');
    for (let count = 0; count < 50; count += 1) desktop.show({ ...hostile, title: `alert ${count}` });
    await vi.waitFor(async () => expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('x\nx\nx\n'), {
      timeout: 20_000,
      interval: 20,
    });
  });

  it.each([
    ['is not there', undefined],
    ['ended with 7', 7],
  ])('says once that the program %s, and leaves it at that', async (expected, exitCode) => {
    if (exitCode !== undefined) await fake('osascript', exitCode);
    const problems: string[] = [];
    const desktop = createDesktop({
      platform: 'darwin',
      env: { PATH: folder, SEEN: join(folder, 'seen') },
      onProblem: (problem) => problems.push(problem),
    });
    // The fake one is a script, whose shell is found by its path.
    for (let count = 0; count < 3; count += 1) desktop.show(hostile);
    await vi.waitFor(() => expect(problems).toHaveLength(1), { timeout: 20_000, interval: 20 });
    desktop.show(hostile);
    expect(problems).toEqual([`alerts cannot be shown on the desktop: osascript ${expected}`]);
  });
});
