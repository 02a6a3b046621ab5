/**
 * What notifications look like on a phone: `node --conditions=@sightline/source test/alerts-screens.ts`
 *
 * A real Alertmanager tells fake services of three alerts; what each was sent is drawn by Chromium, as wide as a phone, in
 * the plain look of that service, and written to `packages/alerts/docs/`. Needs Chromium and a font with emoji.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { debianProgram } from './servers/debian.ts';
import { palettePng } from './alerts/palette-png.ts';
import { post, routeAlerts, startDelivering, untilTold } from './alerts/delivery.ts';
import {
  type Delivery,
  type ServiceName,
  serviceNames,
  startFakeReceivers,
} from './alerts/fake-receivers.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../packages/alerts/docs/', import.meta.url));
/** As wide as most phones, and as high as a screen without its bars, in points. */
const WIDTH = 390;
const HEIGHT = 700;
const TOLD_MS = 30_000;
const SCREEN_MS = 60_000;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const lines = (html: string): string => html.trim().replaceAll('\n', '<br>');

/** Bold, struck out and links, as Slack writes them. */
function slackMarkup(text: string): string {
  const html = escaped(text)
    .replaceAll(/&lt;(http[^|]*?)\|([^&]*?)&gt;/g, '<a href="$1">$2</a>')
    .replaceAll(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replaceAll(/~([^~\n]+)~/g, '<s>$1</s>');
  return lines(html);
}

function markdown(text: string): string {
  const html = escaped(text)
    .replaceAll(/\[([^\]]+)\]\((http[^)]*)\)/g, '<a href="$2">$1</a>')
    .replaceAll(/\*\*([^*\n]+)\*\*/g, '<b>$1</b>')
    .replaceAll(/~~([^~\n]+)~~/g, '<s>$1</s>');
  return lines(html);
}

interface Look {
  /** What stands in the bar on top. */
  readonly bar: string;
  readonly color: string;
  readonly background: string;
  readonly text: string;
  /** One message. */
  readonly message: (delivery: Delivery) => string;
}

const card = (edge: string, body: string): string =>
  `<div style="border-left:4px solid ${edge};padding:2px 0 2px 10px;margin:14px 12px">${body}</div>`;
const edgeOf = ({ status }: Delivery): string => (status === 'firing' ? '#d3232f' : '#2a9d5c');
const headed = ({ title }: Delivery, body: string): string => `<b>${escaped(title)}</b><div>${body}</div>`;

const looks: Readonly<Partial<Record<ServiceName, Look>>> = {
  slack: {
    bar: '#alerts',
    color: '#4a154b',
    background: '#fff',
    text: '#1d1c1d',
    message: (each) => card(edgeOf(each), headed(each, slackMarkup(each.text))),
  },
  discord: {
    bar: '# alerts',
    color: '#1e1f22',
    background: '#313338',
    text: '#dbdee1',
    message: (each) => card(edgeOf(each), headed(each, markdown(each.text))),
  },
  teams: {
    bar: 'Alerts',
    color: '#464775',
    background: '#f5f5f5',
    text: '#242424',
    message: (each) =>
      `<div style="background:#fff;border-radius:6px;padding:10px 12px;margin:12px">${headed(each, markdown(each.text))}</div>`,
  },
  telegram: {
    bar: 'Shop alerts',
    color: '#517da2',
    background: '#d5e2ea',
    text: '#000',
    message: (each) =>
      `<div style="background:#fff;border-radius:12px;padding:8px 12px;margin:12px 24px 12px 12px">${headed(each, lines(each.text))}</div>`,
  },
  email: {
    bar: 'Inbox',
    color: '#5f6368',
    background: '#fff',
    text: '#202124',
    message: (each) =>
      `<div style="border-bottom:1px solid #ddd;padding:8px 12px"><b>${escaped(each.title)}</b>${each.text.replace(/<!doctype html>|<meta[^>]*>/g, '')}</div>`,
  },
  pagerduty: {
    bar: 'Incident #1, shop',
    color: '#048a24',
    background: '#fff',
    text: '#333',
    message: (each) => `<div style="padding:12px">${headed(each, lines(escaped(each.text)))}</div>`,
  },
  opsgenie: {
    bar: 'P1 alert',
    color: '#172b4d',
    background: '#fff',
    text: '#172b4d',
    message: (each) => `<div style="padding:12px">${headed(each, lines(escaped(each.text)))}</div>`,
  },
};

function page({ bar, color, background, text, message }: Look, deliveries: readonly Delivery[]): string {
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=${WIDTH}">
<style>body{margin:0;width:${WIDTH}px;background:${background};color:${text};font:15px/1.35 "Liberation Sans",sans-serif;overflow-wrap:anywhere}
a{color:#1a73e8}header{background:${color};color:#fff;padding:14px 12px;font-weight:bold}p{margin:8px 0}</style>
<header>${bar}</header>${deliveries.map(message).join('')}`;
}

const found = await debianProgram({
  program: 'prometheus-alertmanager',
  package: 'prometheus-alertmanager',
  release: 'sid',
});
if ('missing' in found) throw new Error(found.missing);
const receivers = await startFakeReceivers();
const alertmanager = await startDelivering(found.path, receivers, true);
const work = await mkdtemp(join(tmpdir(), 'sightline-screens-'));
try {
  const startsAt = new Date();
  const group = { name: 'RouteErrorRatioHigh', count: 3, startsAt } as const;
  await post(alertmanager, await routeAlerts(group));
  await untilTold(receivers, 'firing', serviceNames.length, TOLD_MS);
  await post(alertmanager, await routeAlerts({ ...group, endsAt: new Date() }));
  await untilTold(receivers, 'resolved', serviceNames.length, TOLD_MS);
  await mkdir(folder, { recursive: true });
  for (const [service, look] of Object.entries(looks)) {
    const file = join(work, `${service}.html`);
    const told = receivers.deliveries.filter((each) => each.service === service && each.title !== '');
    // oxlint-disable-next-line no-await-in-loop -- one picture after the other
    await writeFile(file, page(look, told));
    const picture = join(work, `${service}.png`);
    const args = [
      '--headless',
      '--no-sandbox',
      '--hide-scrollbars',
      '--force-device-scale-factor=1.5',
      `--window-size=${WIDTH},${HEIGHT}`,
      `--screenshot=${picture}`,
      `file://${file}`,
    ];
    // oxlint-disable-next-line no-await-in-loop -- see above
    await run('chromium', args, { timeout: SCREEN_MS });
    // oxlint-disable-next-line no-await-in-loop -- see above
    await writeFile(join(folder, `${service}.png`), palettePng(await readFile(picture)));
    process.stdout.write(`${service}.png\n`);
  }
} finally {
  await alertmanager.stop();
  await receivers.close();
  await rm(work, { recursive: true, force: true });
}
