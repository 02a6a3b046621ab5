import { defineCommand } from '../command.ts';
import { columns } from '../columns.ts';
import { servers } from '../doctor/facts.ts';
import { createProbe } from '../doctor/probe.ts';
import { exitCodes } from '../exit-code.ts';
import { durationMs, isDuration } from '../option-checks.ts';
import type { Paint } from '../paint.ts';
import { count } from '../plural.ts';
import { printable } from '../printable.ts';
import { chosenServers } from '../stack/chosen-servers.ts';
import { environmentOf } from '../stack/stack-environment.ts';
import { serverOptions } from '../stack/server-options.ts';
import { type ServerState, serverState } from '../stack/server-state.ts';

const { 'grafana-token-file': _token, ...urls } = serverOptions;

export const status = defineCommand({
  name: 'status',
  summary:
    'Shows how each server of the stack does: ready, version, how old its newest data is, memory, disk',
  description: [
    'Everything comes from the servers themselves: what they take on the disk is what they count of it, which for Loki and Tempo is what ' +
      'they have written since their start. When one is not ready, the exit code is 1; when none can be reached, 3.',
  ],
  options: {
    ...urls,
    without: {
      type: 'string',
      value: 'server',
      multiple: true,
      choices: servers,
      help: 'A server that is not there, and need not be',
    },
    timeout: {
      type: 'string',
      value: 'duration',
      default: '3s',
      help: 'Longest wait for one answer',
      check: isDuration,
    },
  },
  examples: ['sightline status', 'sightline status --json | jq .result.servers'],
  async run({ io, values, paint, progress }) {
    const probe = createProbe(io, durationMs(values.timeout));
    progress('asking the servers');
    const { at } = await chosenServers(probe, environmentOf(io), values);
    const states = await Promise.all(
      servers.flatMap((server) => {
        const there = at[server];
        return there === undefined ? [] : [serverState(probe, server, there, io.now())];
      }),
    );
    const notReady = states.filter(({ ready }) => !ready);
    const isAway = states.length > 0 && states.every(({ reached }) => !reached);
    return {
      exitCode: isAway ? exitCodes.unreachable : notReady.length > 0 ? exitCodes.finding : exitCodes.ok,
      result: { servers: states.map(({ reached: _reached, ...state }) => stateJson(state)) },
      text: table(states, paint, isAway, notReady.length),
    };
  },
});

function stateJson(state: Omit<ServerState, 'reached'>): object {
  const { version, lagSeconds, usedBytes, memoryBytes } = state;
  return {
    ...state,
    version: version ?? null,
    lagSeconds: lagSeconds ?? null,
    usedBytes: usedBytes ?? null,
    memoryBytes: memoryBytes ?? null,
  };
}

function table(states: readonly ServerState[], paint: Paint, isAway: boolean, notReady: number): string {
  const head = ['', 'server', 'version', 'newest', 'memory', 'disk', ''];
  const rows = states.map((state) => [
    state.ready ? '✓' : '✗',
    state.server,
    state.version ?? '-',
    ageText(state.lagSeconds),
    sizeText(state.memoryBytes),
    sizeText(state.usedBytes),
    printable(state.note),
  ]);
  const [first, ...lines] = columns([head, ...rows]);
  const signed = lines.map((line, index) =>
    line.replace(/^[✓✗]/, (sign) => paint(states[index]?.ready ? 'green' : 'red', sign)),
  );
  const last = isAway
    ? 'nothing answers: sightline up starts the stack, and sightline dev the embedded one'
    : notReady > 0
      ? `${count(notReady, 'server')} not ready: sightline doctor finds out why`
      : '';
  return [paint('dim', first!), ...signed, ...(last === '' ? [] : ['', last])].join('\n');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function sizeText(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return '-';
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

function ageText(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '-';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
