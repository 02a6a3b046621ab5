import type { Facts, Part, Step } from './facts.ts';
import { servers } from './facts.ts';
import type { Finding } from './finding.ts';
import { listAt, textAt } from './json-at.ts';
import { answerText, isOk, jsonIn } from './probe.ts';
import type { Paint } from '../paint.ts';
import { count } from '../plural.ts';
import { printable } from '../printable.ts';
import { wrap } from '../help/wrap.ts';

/**
 * What the doctor found out, for people: what is there, what became of what was sent, what is wrong.
 *
 * @param width of lines of text, at most [characters]
 */
export function reportText(facts: Facts, findings: readonly Finding[], paint: Paint, width: number): string {
  const faults = findings.filter(({ severity }) => severity === 'fault').length;
  const sections = [
    whatIsThere(facts, findings, paint),
    ...(facts.planted === undefined ? [] : [whatCame(facts, paint)]),
    ...grouped(findings).map((each) => findingsText(each, paint, width)),
    faults === 0
      ? paint('green', `healthy${ofNotes(findings.length)}`)
      : paint('red', `${count(faults, 'fault')}${ofNotes(findings.length - faults)}`),
  ];
  return `${sections.join('\n\n')}\n`;
}

function ofNotes(notes: number): string {
  return notes === 0 ? '' : `, ${count(notes, 'note')}`;
}

function whatIsThere(facts: Facts, findings: readonly Finding[], paint: Paint): string {
  const rows = [
    ...(facts.app.status.kind === 'not-asked' ? [leftOut('app')] : [row('app', appText(facts))]),
    ...servers.flatMap((server) => {
      const at = facts[server];
      if (at === undefined)
        return [`${paint('dim', '- ')}${paint('dim', server.padEnd(13))}${paint('dim', 'left out')}`];
      const said = isOk(at.ready) ? `${at.version ?? 'of an unknown version'} at ${at.url}` : at.url;
      return [row(server, isOk(at.ready) ? said : `${said}: ${answerText(at.ready)}`)];
    }),
  ];
  return rows.join('\n');

  function leftOut(part: Part): string {
    return paint('dim', `- ${part.padEnd(13)}left out`);
  }
  function row(part: Part, text: string): string {
    const isFaulty = findings.some((each) => each.part === part && each.severity === 'fault');
    const sign = isFaulty ? paint('red', '✗') : paint('green', '✓');
    return `${sign} ${paint('bold', part.padEnd(13))}${printable(text)}`;
  }
}

function appText({ app }: Facts): string {
  const json = jsonIn(app.status);
  if (json === undefined) return `${app.url}: ${answerText(app.status)}`;
  const told = listAt(json, 'telemetry', 'report', 'endpoints').filter((each) => typeof each === 'string');
  const version = textAt(json, 'build', 'service') ?? '';
  return `${[app.name ?? 'a service', version].join(' ').trim()} at ${app.url}: ${told.join(', ')}`;
}

const signals = ['trace', 'metric', 'line'] as const;

function whatCame(facts: Facts, paint: Paint): string {
  const { steps, planted, app } = facts;
  const what =
    planted?.request.kind === 'answer'
      ? `sent one request to ${app.serviceUrl} (${planted.request.status}), in the trace ${planted.traceId}`
      : whyNoRequest(facts);
  const rows = signals.flatMap((signal) =>
    (['app', 'doctor'] as const).flatMap((by) => {
      const of = steps.filter((step) => step.signal === signal && step.by === by);
      const whose = by === 'app' ? `its ${signal}` : `our ${signal === 'metric' ? 'scrape' : signal}`;
      return of.length === 0
        ? []
        : [`  ${whose.padEnd(13)}${of.map((step) => stepText(step, paint)).join('  ')}`];
    }),
  );
  const noTrace = facts.isOtlpUnknown
    ? ['sent no trace of its own, as it is not known where traces go: name that with --otlp']
    : [];
  return [what, ...noTrace, ...rows].join('\n');
}

function whyNoRequest({ app, planted }: Facts): string {
  if (planted?.request.kind === 'failed')
    return `sent one request to ${app.serviceUrl}, which did not answer`;
  if (app.status.kind === 'not-asked') return 'sent no request';
  return 'sent no request, as the URL of the service is not known: name it behind sightline doctor';
}

function stepText({ at, found, afterMs, through }: Step, paint: Paint): string {
  const place = through === undefined ? at : `${at} (${through})`;
  if (!found) return paint('red', `✗ ${place}`);
  return `${paint('green', '✓')} ${place}${paint('dim', ` ${(afterMs / 1000).toFixed(1)} s`)}`;
}

const INDENT = 8;

/** Findings of one code are told together: each with what was seen, and what to do about the first of them. */
function findingsText(found: readonly Finding[], paint: Paint, width: number): string {
  const [first] = found;
  if (first === undefined) return '';
  const title = first.severity === 'fault' ? paint('red', 'fault') : paint('yellow', 'note');
  const line = (name: string, text: string): string =>
    `  ${paint('dim', name.padEnd(INDENT - 2))}${indented(text, width)}`;
  const fixes = [...new Set(found.map(({ fix }) => fix))];
  const shown = fixes.length > MOST_FIXES ? fixes.slice(0, 1) : fixes;
  const more = shown.length < fixes.length ? [line('', 'and likewise for the others')] : [];
  return [
    `${title} ${paint('bold', first.code)}`,
    ...found.map(({ seen }) => line('seen:', seen)),
    ...shown.map((fix) => line('fix:', fix)),
    ...more,
  ].join('\n');
}

const MOST_FIXES = 3;

function indented(text: string, width: number): string {
  return printable(text)
    .split('\n')
    .flatMap((each) => wrap(each, width - INDENT))
    .join(`\n${' '.repeat(INDENT)}`);
}

/** By code and severity, in the order in which they were found. */
function grouped(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  return [...Map.groupBy(findings, ({ code, severity }) => `${severity} ${code}`).values()];
}
