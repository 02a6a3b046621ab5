import type { PushedEntry } from '../../src/logql/index.ts';

/** Lines of one stream, as a Loki and our own store get them. */
export interface DataStream {
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly PushedEntry[];
}

/** When the data begin: 2026-01-15T10:00:00Z [ns]; they go on for 10 minutes. */
export const dataStartNs = 1_768_471_200_000_000_000n;
export const dataEndNs = dataStartNs + 600_000_000_000n;

/** Numbers that are the same each time: a linear congruence. */
export function createRandom(seed: number): {
  below(limit: number): number;
  pick<Item>(items: readonly Item[]): Item;
} {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <Item>(items: readonly Item[]): Item => {
    for (const item of items.slice(below(items.length))) return item;
    throw new RangeError('nothing to pick from');
  };
  return { below, pick };
}

const levels = ['info', 'warn', 'error', 'debug', 'ERROR'] as const;
const routes = ['/', '/orders', '/orders/:id', '/healthz', '/größe'] as const;

function jsonLine(random: ReturnType<typeof createRandom>): string {
  const status = random.pick([200, 201, 404, 500, 503]);
  return JSON.stringify({
    level: random.pick(levels),
    msg: random.pick(['request done', 'slow', 'failed: "timeout"', 'übergröße 🚀', '']),
    status,
    duration: random.pick(['12ms', '1.5s', '250ms', 'soon', '0.75s', '2m']),
    size: random.pick(['512B', '1.5KB', '2MiB', '10kB', 'big']),
    latency: random.below(1000) / 100,
    http: {
      method: random.pick(['GET', 'POST']),
      route: random.pick(routes),
      headers: { 'x-id': `a${random.below(5)}` },
    },
    err:
      status >= 500
        ? { type: 'TimeoutError', fingerprint: `f${random.below(3)}`, stack: ['a', 'b', { at: 'c' }] }
        : null,
    tags: ['x', 'y', random.pick(['z', 'ä'])],
    ip: random.pick(['10.0.0.1', '192.168.4.5', '2001:db8::1', 'none']),
    ok: status < 400,
    counter: random.below(50),
  });
}

function logfmtLine(random: ReturnType<typeof createRandom>): string {
  const status = random.pick([200, 404, 500]);
  return [
    `level=${random.pick(levels)}`,
    `msg="${random.pick(['done in time', 'say \\"hi\\"', 'ünïcode', 'tab\\there'])}"`,
    `status=${status}`,
    `duration=${random.pick(['12ms', '1.5s', '3', '40µs'])}`,
    `bytes=${random.below(5000)}`,
    random.pick(['empty=', 'flag', 'quoted="a b=c"', 'bad=a"b', '=x', 'x=1=2', 'k="open']),
    `ip=${random.pick(['10.0.0.7', '172.16.0.9', 'x'])}`,
  ].join(' ');
}

function accessLine(random: ReturnType<typeof createRandom>): string {
  const ip = random.pick(['10.1.2.3', '192.168.0.77', '8.8.8.8']);
  return `${ip} - - [15/Jan/2026:10:00:00 +0000] "${random.pick(['GET', 'POST'])} ${random.pick(routes)} HTTP/1.1" ${random.pick([200, 404, 500])} ${random.below(9000)} ${random.below(400) / 1000}`;
}

const garbage = [
  '{"a":1',
  '{"a":{"b":2}',
  '[1,2,{"a":3}]',
  '{"a":1,}',
  '{"a" 1}',
  '{"a":tru}',
  '{"a":"\\u00zz","b":"\\ud83d\\ude00"}',
  '{"level":"info","level":"error","a.b":1,"1st":2," sp ":3,"":4,"ä":5}',
  '{"app":"inner","nested":{"app":"x","deep":{"deeper":{"value":1.50}}}}',
  '{"_entry":"packed line \\"q\\"","pod":"p-1","n":5}',
  '{"_entry":"level=error packed=yes","app":"other"}',
  '"just a string"',
  'plain text with error in it',
  'ERROR: something [warn] broke',
  '\u001b[31mred\u001b[0m and \u001b[1;32mgreen bold\u001b[0m done',
  'level=info msg="\u001b[33myellow\u001b[0m"',
  '',
  ' ',
  'tab\there newline\\n',
  '=',
  'key=value key=second',
  'null',
  '{}',
  '{"n":null,"t":true,"f":false,"arr":[],"obj":{},"num":-1.5e3}',
  '{"o":{"list":[{"a":"one"},{"a":"two"}],"x":"y"}}',
  'a=b"c d=e',
  '💥 boom 10.0.0.200:8080 and fe80::1 end',
  '256.1.1.1 1.2.3 10.0.0.5',
];

/** Lines that parsers stumble over, each once. */
const broken = [
  '{"a":"\\u00e9 \\ud83d\\ude00\\n","b":[1,"two",{"c":3}],"c":{"d":{"e":"deep"}}}',
  '{"a":"\\q","b":1}',
  '{"a":"\\u12","b":1}',
  '{"a":"\\ud83d","b":1}',
  '{"a":"\\ud83dx","b":1}',
  '{"a":"\\ud83d\\u0041","b":1}',
  '{"a":[1,2',
  '{"a":[1,,2],"b":1}',
  '{"a":[}',
  '{"b":[{"c":1},{"c":2},[3,4]],"a":1} trailing',
  '{"a":1} {"b":2}',
  '{a:1}',
  '{"a":"unclosed',
  '{"a":"x" "b":1}',
  '{"a":"x","b"}',
  '{',
  '{"',
  '{"a"',
  '{"a":',
  '{"a":}',
  '[',
  '[{"a":1}]',
  '{ "a" : 1 , "b" : [ 1 , { "c" : 2 } ] , "c" : { "d" : null } }',
  '{"\\u0061":"escaped key","\\q":1}',
  '{"a":{"b":"one"},"a_b":"two","1":2,"-":3,"a.b":4}',
  '{"_entry":"\\q","a":1}',
  '{"_entry":"inner a=b","a":"x","b":2,"c":{"d":1}}',
  '{"_entry":7,"a":"x"}',
  'a="\\q" b=1',
  'a="\\u00e9\\t" b c= d==e',
  'a\ufffd=1 b="x\ufffd"',
  'a="x" b="unclosed',
  '"a"=1 b=2',
  '1a=1 .=2 a.b=3 é=4',
  'a=1 a=2 a_extracted=3',
  'a=1,b=2;c=3',
  'prefix 10.0.0.1 GET /x 200',
  'PREFIX ERROR error Warn x😀y',
  '::1 fe80::1%eth0 1.2.3.4.5 ::ffff:10.0.0.1 2001:db8::/32',
];

/** Streams of all kinds of lines, the same each time, over the whole time whatever their number. */
export function logData(seed = 1, perStream = 60): readonly DataStream[] {
  const random = createRandom(seed);
  const kinds: readonly [Record<string, string>, () => string][] = [
    [{ app: 'shop', env: 'prod', kind: 'json' }, () => jsonLine(random)],
    [{ app: 'shop', env: 'dev', kind: 'json', level: 'info' }, () => jsonLine(random)],
    [{ app: 'pay', env: 'prod', kind: 'logfmt' }, () => logfmtLine(random)],
    [{ app: 'web', env: 'prod', kind: 'access', instance: 'a' }, () => accessLine(random)],
    [{ app: 'web', env: 'prod', kind: 'access', instance: 'b' }, () => accessLine(random)],
    [{ app: 'mixed', env: 'dev', kind: 'garbage' }, () => random.pick(garbage)],
  ];
  const streams = kinds.map(([labels, line], place) => {
    const entries: PushedEntry[] = [];
    let timeNs = dataStartNs + BigInt(place) * 1_000_003n;
    for (let count = 0; count < perStream; count += 1) {
      timeNs += BigInt(random.below(1_080_000 / perStream)) * 1_000_000n + BigInt(random.below(1000));
      if (timeNs >= dataEndNs) break;
      entries.push({ timeNs, line: line(), metadata: metadataFor(random) });
    }
    return { labels, entries };
  });
  const brokenEntries = broken.map((line, at) => ({
    timeNs: dataStartNs + BigInt(at) * 13_000_000_007n,
    line,
    metadata: {},
  }));
  return [...streams, { labels: { app: 'broken', env: 'dev', kind: 'broken' }, entries: brokenEntries }];
}

function metadataFor(random: ReturnType<typeof createRandom>): Record<string, string> {
  switch (random.below(5)) {
    case 0: {
      return { trace_id: `t${random.below(6)}`, user: random.pick(['ada', 'bob', 'zoë']) };
    }
    case 1: {
      return { app: 'from-metadata', level: random.pick(['warn', 'fatal']) };
    }
    default: {
      return {};
    }
  }
}
