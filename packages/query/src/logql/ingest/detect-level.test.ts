import { describe, expect, it } from 'vitest';
import { detectLevel } from './detect-level.ts';

describe('detectLevel', () => {
  it.each([
    ['{"level":"ERROR"}', 'error'],
    ['{"log":{"severity":"Warning"}}', 'warn'],
    ['{"a":{"b":{"level":"error"}}}', 'error'],
    ['{"level":30}', 'unknown'],
    ['ts=1 lvl=dbg msg=x', 'debug'],
    ['msg="no level here"', 'unknown'],
    ['[WARN] disk is full', 'warn'],
    ['terror in the info desk', 'info'],
    ['nothing', 'unknown'],
    ['', 'unknown'],
  ])('finds in %j the level %s', (line, level) => {
    expect(detectLevel(line, {}, {})).toEqual({ detected_level: level });
  });

  it('prefers a label of the stream, then one of the metadata, to the line', () => {
    expect(detectLevel('error', { level: 'INF' }, { severity: 'fatal' })).toEqual({
      severity: 'fatal',
      detected_level: 'info',
    });
    expect(detectLevel('error', {}, { severity: 'Fatal' })).toEqual({
      severity: 'Fatal',
      detected_level: 'fatal',
    });
    expect(detectLevel('error', {}, { detected_level: 'WRN' })).toEqual({ detected_level: 'warn' });
  });

  it('keeps a word that it does not know', () => {
    expect(detectLevel('error', { level: 'Notice' }, {})).toEqual({ detected_level: 'Notice' });
  });

  it.each([
    ['1', 'trace'],
    ['9', 'info'],
    ['17', 'error'],
    ['24', 'fatal'],
    ['0', 'unknown'],
    ['99', 'unknown'],
    ['-3', 'trace'],
    ['x', 'info'],
  ])('reads the severity number %s of OpenTelemetry as %s', (severity_number, level) => {
    expect(detectLevel('line', {}, { severity_number })).toEqual({ severity_number, detected_level: level });
  });
});
