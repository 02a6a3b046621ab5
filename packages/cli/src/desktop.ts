import { spawn } from 'node:child_process';
import { printable } from './printable.ts';

/** What is shown of an alert. */
interface DesktopMessage {
  readonly title: string;
  readonly text: string;
  readonly isUrgent: boolean;
}

export interface DesktopOptions {
  readonly platform: NodeJS.Platform;
  /** Where programs are found, as `PATH` says. */
  readonly env: NodeJS.ProcessEnv;
  /** Told once of what keeps messages from being shown. */
  readonly onProblem: (problem: string) => void;
}

export interface Desktop {
  /** Shows a message beside the clock, or does nothing where that cannot be done. It never throws and never waits. */
  show(message: DesktopMessage): void;
}

/** Programs at one time; what comes while so many run is left out, for nobody reads it. */
const MAX_RUNNING = 3;
/** Longest that a program may take; some wait for a desktop that is not there [ms]. */
const TIMEOUT_MS = 10_000;
const MAX_TITLE_LENGTH = 120;
const MAX_TEXT_LENGTH = 400;

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Texts of alerts come from anywhere: they are arguments or variables, never part of a command or a script. */
export function createDesktop({ platform, env, onProblem }: DesktopOptions): Desktop {
  let running = 0;
  let isBroken = false;

  function fail(program: string, why: string): void {
    if (isBroken) return;
    isBroken = true;
    onProblem(`alerts cannot be shown on the desktop: ${program} ${why}`);
  }

  return {
    show({ title, text, isUrgent }) {
      if (isBroken || running >= MAX_RUNNING) return;
      const message = {
        // A program may take what begins with a dash as an option: no title does.
        title: `Sightline: ${shortened(title, MAX_TITLE_LENGTH)}`,
        text: shortened(text, MAX_TEXT_LENGTH),
        isUrgent,
      };
      const { program, args, env: more } = commandFor(platform, message);
      running += 1;
      const child = spawn(program, args, {
        stdio: 'ignore',
        env: { ...env, ...more },
        timeout: TIMEOUT_MS,
        windowsHide: true,
      });
      child.on('error', ({ message: why }) => {
        running -= 1;
        fail(program, why.includes('ENOENT') ? 'is not there' : `failed: ${why}`);
      });
      child.on('exit', (code) => {
        running -= 1;
        if (code !== 0) fail(program, code === null ? 'did not end' : `ended with ${code}`);
      });
      child.unref();
    },
  };
}

function shortened(text: string, length: number): string {
  const plain = printable(text).toWellFormed();
  return plain.length <= length ? plain : `${plain.slice(0, length - 1).toWellFormed()}…`;
}

function commandFor(platform: NodeJS.Platform, message: DesktopMessage): Command {
  if (platform === 'darwin') return macCommand(message);
  return platform === 'win32' ? windowsCommand(message) : linuxCommand(message);
}

/** Its body may have markup, so that signs of it are written out. */
function linuxCommand({ title, text, isUrgent }: DesktopMessage): Command {
  const body = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const urgency = `--urgency=${isUrgent ? 'critical' : 'normal'}`;
  return { program: 'notify-send', args: ['--app-name=Sightline', urgency, '--', title, body] };
}

const MAC_SCRIPT = [
  'on run argv',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  'end run',
] as const;

function macCommand({ title, text }: DesktopMessage): Command {
  return { program: 'osascript', args: [...MAC_SCRIPT.flatMap((line) => ['-e', line]), title, text] };
}

/** Reads its texts from variables, and puts them into the XML of a toast as text nodes. */
const WINDOWS_SCRIPT = [
  '$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]',
  '$toasts = [Windows.UI.Notifications.ToastNotificationManager]',
  '$xml = $toasts::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)',
  '$texts = $xml.GetElementsByTagName("text")',
  '$null = $texts.Item(0).AppendChild($xml.CreateTextNode($env:TOAST_TITLE))',
  '$null = $texts.Item(1).AppendChild($xml.CreateTextNode($env:TOAST_TEXT))',
  '$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)',
  // The id of PowerShell itself: a toast needs one that Windows knows.
  String.raw`$toasts::CreateToastNotifier("{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe").Show($toast)`,
].join('; ');

function windowsCommand({ title, text }: DesktopMessage): Command {
  return {
    program: 'powershell.exe',
    args: ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_SCRIPT],
    env: { TOAST_TITLE: title, TOAST_TEXT: text },
  };
}
