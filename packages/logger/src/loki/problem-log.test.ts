import { describe, expect, it } from 'vitest';
import type { SinkProblem } from '../destinations/sink.ts';
import { createProblemLog } from './problem-log.ts';

function setUp() {
  const problems: SinkProblem[] = [];
  const clock = { nowMs: 0 };
  const log = createProblemLog(
    { label: 'http://loki', clean: (text) => text },
    (problem) => problems.push(problem),
    () => clock.nowMs,
  );
  return { log, problems, clock, messages: () => problems.map(({ message }) => message) };
}

const noConnection = { kind: 'retry', reason: 'ECONNREFUSED', retryAfterMs: undefined } as never;

describe('createProblemLog', () => {
  it('tells of an outage with its length, and of lines that were lost in it', () => {
    const { log, clock, messages } = setUp();
    for (let tries = 0; tries < 3; tries += 1) log.failed(noConnection);
    clock.nowMs = 90_000;
    log.succeeded(true);
    expect(messages().at(-1)).toBe('Loki at http://loki takes lines again after 90 s; none of them dropped.');
  });

  it('tells once a minute of losses that come and go, and counts those between in the next word', () => {
    const { log, clock, messages } = setUp();
    log.dropped(2);
    log.dropped(3);
    log.succeeded(true);
    expect(messages().at(-1)).toContain('5 were dropped');
    clock.nowMs = 30_000;
    for (let tries = 0; tries < 3; tries += 1) log.failed(noConnection);
    log.dropped(4);
    clock.nowMs = 40_000;
    log.succeeded(true);
    expect(messages().at(-1)).toBe('Loki at http://loki takes lines again after 10 s; 4 of them dropped.');
  });

  it('tells each reason of a refusal once, one without words too, and all past the twentieth as one', () => {
    const { log, messages } = setUp();
    log.rejected('', 1, 10);
    log.rejected('', 1, 10);
    const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
    for (const letter of letters) log.rejected(`${letter} is wrong`, 1, 10);
    expect(messages()[0]).toMatch(/: no reason given$/);
    expect(messages().at(-1)).toMatch(/: t is wrong$/);
    expect(messages()).toHaveLength(21);
  });

  it('tells once that label sets reached their bound', () => {
    const { log, problems } = setUp();
    log.reduced(100);
    log.reduced(100);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_LOKI_STREAMS']);
    expect(problems[0]?.message).toContain('more than 100 label sets');
  });

  it('goes on when who is told throws', () => {
    const log = createProblemLog(
      { label: 'loki', clean: (text) => text },
      () => {
        throw new Error('broken');
      },
      () => 0,
    );
    expect(() => log.reduced(1)).not.toThrow();
  });
});
