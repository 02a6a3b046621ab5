import { describe, expect, it } from 'vitest';
import { type ExportProblem, createExportProblems } from './export-problems.ts';
import { createEndpoint } from './target.ts';

function told() {
  const problems: ExportProblem[] = [];
  const exports = createExportProblems('traces', { label: 'http://c/v1/traces' }, (problem) =>
    problems.push(problem),
  );
  return { exports, problems };
}

describe('createExportProblems', () => {
  it('says at the second failure in a row that nobody takes them, and not again', () => {
    const { exports, problems } = told();
    exports.failed('unreachable', 'ECONNREFUSED', false);
    expect(problems).toEqual([]);
    exports.succeeded(0, '');
    exports.failed('unreachable', 'ECONNREFUSED', false);
    expect(problems).toEqual([]);
    exports.failed('timeout', 'no answer in time', false);
    exports.failed('timeout', 'no answer in time', false);
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_UNREACHABLE', recovered: false }]);
    expect(problems[0]?.message).toMatch(
      /http:\/\/c\/v1\/traces.*no answer in time.*OTEL_TRACES_EXPORTER=none/,
    );
  });

  it('says what is probably wrong with the address', () => {
    const problems: ExportProblem[] = [];
    const endpoint = createEndpoint({ url: 'http://c:4317/v1/logs', headers: {}, protocol: 'http/protobuf' });
    const exports = createExportProblems('logs', endpoint, (problem) => problems.push(problem));
    for (let attempt = 0; attempt < 2; attempt++) exports.failed('unreachable', 'Parse Error', false);
    exports.failed('rejected', 'status 415', true);
    expect(problems.map(({ message }) => message.endsWith('goes to 4318.'))).toEqual([true, true]);
    expect(createEndpoint({ url: 'http://c:4317', headers: {}, protocol: 'grpc' }).hint).toBeUndefined();
    expect(createEndpoint({ url: 'http://c:4318', headers: {} }).hint).toBeUndefined();
  });

  it('says once that it works again, and starts anew', () => {
    const { exports, problems } = told();
    exports.failed('unreachable', 'x', false);
    exports.failed('unreachable', 'x', false);
    exports.succeeded(0, '');
    exports.succeeded(0, '');
    expect(problems.map(({ recovered }) => recovered)).toEqual([false, true]);
    exports.failed('unreachable', 'x', false);
    exports.failed('unreachable', 'x', false);
    expect(problems.map(({ recovered }) => recovered)).toEqual([false, true, false]);
  });

  it.each([
    {
      failure: 'unauthorized' as const,
      fix: 'OTEL_EXPORTER_OTLP_TRACES_HEADERS: where the latter is set, only its headers are sent',
    },
    { failure: 'rejected' as const, fix: 'OTEL_EXPORTER_OTLP_PROTOCOL' },
  ])('says at once that they are refused ($failure), and what to check', ({ failure, fix }) => {
    const { exports, problems } = told();
    exports.failed(failure, 'status 4xx', true);
    exports.failed(failure, 'status 4xx', true);
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_REJECTED', recovered: false }]);
    expect(problems[0]?.message).toContain(fix);
  });

  it('says it when an outage becomes a refusal', () => {
    const { exports, problems } = told();
    exports.failed('unreachable', 'x', false);
    exports.failed('unreachable', 'x', false);
    exports.failed('rejected', 'status 400', true);
    exports.succeeded(0, '');
    expect(problems.map(({ code, recovered }) => [code, recovered])).toEqual([
      ['SIGHTLINE_EXPORT_UNREACHABLE', false],
      ['SIGHTLINE_EXPORT_REJECTED', false],
      ['SIGHTLINE_EXPORT_REJECTED', true],
    ]);
  });

  it('says once what is left out of a batch, with the reason or that there is none', () => {
    const { exports, problems } = told();
    exports.succeeded(0, 'a warning');
    expect(problems).toEqual([]);
    exports.succeeded(1, '');
    exports.succeeded(2, 'too old');
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_REJECTED', recovered: false }]);
    expect(problems[0]?.message).toMatch(/but for 1: it gives no reason/);
    const other = told();
    other.exports.succeeded(2, 'too old');
    expect(other.problems[0]?.message).toMatch(/but for 2: too old/);
  });
});
