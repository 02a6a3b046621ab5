import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, createServer as createTcpServer } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** The services that people are told by. */
export const serviceNames = [
  'slack',
  'pagerduty',
  'opsgenie',
  'email',
  'teams',
  'discord',
  'telegram',
  'webhook',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** One notification, as a service takes it: what it would show. */
export interface Delivery {
  readonly service: ServiceName;
  readonly status: 'firing' | 'resolved';
  /** The line that a phone shows first. */
  readonly title: string;
  readonly text: string;
  /** What a click on it opens, where the service has such a thing. */
  readonly link?: string;
  /** What tells two notifications of one group to be about the same, where the service has such a thing. */
  readonly key?: string;
}

/** Fake services that take what the real ones take, and refuse what they would refuse. */
export interface FakeReceivers {
  readonly url: string;
  /** `host:port` of the mail server. */
  readonly smarthost: string;
  readonly deliveries: readonly Delivery[];
  /** What a service would not have taken. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

const isOver = (title: string): Delivery['status'] => (title.startsWith('✅') ? 'resolved' : 'firing');

/** What stands at a path such as `attachments.0.title`. */
function at(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], body);
}

/** A text that is not empty and, by the documentation of the service, not too long. */
function line(body: unknown, path: string, most = 100_000): string {
  const found = at(body, path);
  if (typeof found === 'string' && found !== '' && found.length <= most) return found;
  throw new Error(`${path}: expected 1 to ${most} characters, found ${JSON.stringify(found)}`);
}

function oneOf<Value extends string>(body: unknown, path: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === at(body, path));
  if (found !== undefined) return found;
  throw new Error(`${path}: expected ${values.join(' or ')}, found ${JSON.stringify(at(body, path))}`);
}

function list(body: unknown, path: string): readonly unknown[] {
  const found = at(body, path);
  if (Array.isArray(found) && found.length > 0) return found;
  throw new Error(`${path}: expected a list, found ${JSON.stringify(found)}`);
}

/** An address that a click opens. */
function link(body: unknown, path: string): string {
  return new URL(line(body, path)).href;
}

/** Telegram takes a few tags, closed in order, and nothing else that begins like one. */
function telegramProblem(markup: string): string | undefined {
  const open: string[] = [];
  for (const [, slash, name = ''] of markup.matchAll(/<(\/?)(\w*)[^>]*>?/g)) {
    if (!['a', 'b', 'i', 's', 'code', 'pre'].includes(name)) return `the tag ${name} is not known`;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return `${name} is closed and not open`;
  }
  return open.length > 0 ? `${open.join(', ')} is not closed` : undefined;
}

/** By the beginning of the path. Sources: the formats and limits in the documentation of each service. */
const services: Readonly<Record<string, (body: unknown, path: string) => Delivery>> = {
  '/slack': (body) => {
    const title = line(body, 'attachments.0.title', 300);
    oneOf(body, 'attachments.0.color', ['good', 'warning', 'danger']);
    line(body, 'attachments.0.fallback');
    const text = line(body, 'attachments.0.text', 4000);
    const opens = link(body, 'attachments.0.title_link');
    return { service: 'slack', status: isOver(title), title, text, link: opens };
  },
  '/pagerduty': (body) => {
    oneOf(body, 'routing_key', ['r'.repeat(32)]);
    oneOf(body, 'payload.severity', ['critical', 'error', 'warning', 'info']);
    line(body, 'payload.source');
    const action = oneOf(body, 'event_action', ['trigger', 'resolve']);
    return {
      service: 'pagerduty',
      status: action === 'resolve' ? 'resolved' : 'firing',
      title: line(body, 'payload.summary', 1024),
      text: line(body, 'payload.custom_details.text'),
      link: link(body, 'client_url'),
      key: line(body, 'dedup_key', 255),
    };
  },
  '/opsgenie': (body, path) => {
    const [, alias] = /\/alerts\/([^/]+)\/close\?identifierType=alias$/.exec(path) ?? [];
    if (alias !== undefined) {
      return { service: 'opsgenie', status: 'resolved', title: '', text: '', key: alias };
    }
    oneOf(body, 'priority', ['P1', 'P2', 'P3', 'P4', 'P5']);
    return {
      service: 'opsgenie',
      status: 'firing',
      title: line(body, 'message', 130),
      text: line(body, 'description', 15_000),
      key: line(body, 'alias', 512),
    };
  },
  '/discord': (body) => {
    const title = line(body, 'embeds.0.title', 256);
    const text = line(body, 'embeds.0.description', 4096);
    return { service: 'discord', status: isOver(title), title, text };
  },
  // An adaptive card, which is what a workflow of Teams takes.
  '/teams': (body) => {
    oneOf(body, 'attachments.0.contentType', ['application/vnd.microsoft.card.adaptive']);
    oneOf(body, 'attachments.0.content.type', ['AdaptiveCard']);
    const title = line(body, 'attachments.0.content.body.0.text');
    const text = line(body, 'attachments.0.content.body.1.text');
    return { service: 'teams', status: isOver(title), title, text };
  },
  '/telegram': (body) => {
    oneOf(body, 'parse_mode', ['HTML']);
    const markup = line(body, 'text', 4096);
    const problem = telegramProblem(markup);
    if (problem !== undefined) throw new Error(problem);
    const [first = '', ...rest] = markup.split('\n');
    const title = first.replaceAll(/<[^>]*>/g, '');
    return { service: 'telegram', status: isOver(title), title, text: rest.join('\n') };
  },
  '/webhook': (body) => {
    const alerts = list(body, 'alerts');
    return {
      service: 'webhook',
      status: oneOf(body, 'status', ['firing', 'resolved']),
      title: line(body, 'commonLabels.alertname'),
      text: alerts.map((alert) => line(alert, 'annotations.summary')).join('\n'),
      key: line(body, 'groupKey'),
    };
  },
};

/** What the services answer when they have taken it. */
const answers: Readonly<Record<string, readonly [status: number, body: string]>> = {
  '/slack': [200, 'ok'],
  '/pagerduty': [202, '{"status":"success","message":"Event processed","dedup_key":"x"}'],
  '/opsgenie': [202, '{"result":"Request will be processed","requestId":"1"}'],
  '/discord': [204, ''],
  '/teams': [202, ''],
  '/telegram': [200, '{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":-42,"type":"group"}}}'],
  '/webhook': [200, ''],
};

/** The body, JSON or a form. */
function bodyOf(request: IncomingMessage, content: string): unknown {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? Object.fromEntries(new URLSearchParams(content)) : JSON.parse(content);
}

/** Quoted-printable, as UTF-8. */
function decode(quoted: string): string {
  const bytes = quoted
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The parts of a mail as they were written, by their type, and its subject. */
function readMail(raw: string): { subject: string; html: string; plain: string } {
  const [, boundary = ''] = /boundary="?([^"\r\n;]+)/i.exec(raw) ?? [];
  const parts = raw.split(`--${boundary}`).slice(1);
  const partOf = (type: string): string => {
    const part = parts.find((each) => each.toLowerCase().includes(`content-type: ${type}`)) ?? '';
    return decode(part.slice(part.indexOf('\r\n\r\n') + 4).trim());
  };
  const [, header = ''] = /^Subject: ((?:.*)(?:\r\n[ \t].*)*)/m.exec(raw) ?? [];
  const subject = header
    .replaceAll(/\r\n[ \t]/g, '')
    .replaceAll(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_match, word: string) => decode(word.replaceAll('_', ' ')));
  return { subject, html: partOf('text/html'), plain: partOf('text/plain') };
}

/** A mail server that takes every mail, without a word of encryption. */
function serveMail(socket: Socket, onMail: (raw: string) => void): void {
  let waiting = '';
  let mail: string | undefined;
  const reply = (words: string): void => void socket.write(`${words}\r\n`);
  reply('220 mail.test');
  socket.setEncoding('utf8').on('error', () => {});
  socket.on('data', (chunk: string) => {
    waiting += chunk;
    for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
      const said = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (mail !== undefined) {
        if (said === '.') {
          onMail(mail);
          mail = undefined;
          reply('250 taken');
        } else mail += `${said.replace(/^\.\./, '.')}\r\n`;
      } else if (/^EHLO/i.test(said)) reply('250 mail.test');
      else if (/^DATA/i.test(said)) {
        mail = '';
        reply('354 go on');
      } else if (/^QUIT/i.test(said)) {
        reply('221 bye');
        socket.end();
      } else reply('250 well');
    }
  });
}

export async function startFakeReceivers(): Promise<FakeReceivers> {
  const deliveries: Delivery[] = [];
  const refused: string[] = [];
  const take = (make: () => Delivery): boolean => {
    try {
      deliveries.push(make());
      return true;
    } catch (error) {
      refused.push(String(error));
      return false;
    }
  };
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const name = Object.keys(services).find((each) => path.startsWith(each));
    const content = await readText(request);
    const read = services[name ?? ''];
    const isTaken = read !== undefined && take(() => read(bodyOf(request, content), path));
    if (read === undefined) refused.push(`nobody is at ${path}`);
    const [status, body] = isTaken ? (answers[name ?? ''] ?? [200, '']) : [400, ''];
    const type = body.startsWith('{') ? 'application/json' : 'text/plain';
    response.writeHead(status, { 'content-type': type }).end(body);
  }
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const mail = createTcpServer((socket) =>
    serveMail(socket, (raw) => {
      take(() => {
        const { subject, html, plain } = readMail(raw);
        if (plain === '') throw new Error('a mail without a plain part');
        return { service: 'email', status: isOver(subject), title: subject, text: line({ html }, 'html') };
      });
    }),
  );
  const listen = (each: typeof mail | typeof server): Promise<number> =>
    new Promise((resolve) => {
      each.listen(0, '127.0.0.1', () => resolve((each.address() as AddressInfo).port));
    });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    smarthost: `127.0.0.1:${await listen(mail)}`,
    deliveries,
    refused,
    async close() {
      server.closeAllConnections();
      for (const each of [server, mail]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
}
