import { describe, expect, it } from 'vitest';
import { composeEvent, createComposeProgress } from './compose-progress.ts';

describe('composeEvent', () => {
  it.each([
    [' Container sightline-loki-1  Healthy', { kind: 'container', name: 'loki', state: 'healthy' }],
    [
      ' Container sightline-node-exporter-1 Started',
      { kind: 'container', name: 'node-exporter', state: 'started' },
    ],
    [' Image grafana/loki:3.7.6 Pulling ', { kind: 'image', name: 'grafana/loki:3.7.6', state: 'pulling' }],
    [' loki Pulled ', { kind: 'image', name: 'loki', state: 'pulled' }],
    [
      ' Volume "sightline_loki-data"  Created',
      { kind: 'volume', name: 'sightline_loki-data', state: 'created' },
    ],
    [' Network sightline_default  Created', { kind: 'network', name: 'sightline_default', state: 'created' }],
  ])('reads: %s', (line, event) => {
    expect(composeEvent(line)).toEqual(event);
  });

  it.each(['', ' 5d2a3f Downloading 3.2MB', 'level=warning msg="x"'])('passes over: %j', (line) => {
    expect(composeEvent(line)).toBeUndefined();
  });
});

describe('createComposeProgress', () => {
  it('counts images, and servers that are ready', () => {
    const { take } = createComposeProgress();
    expect(take(' Image a Pulling')).toBe('getting images: 0 of 1, a');
    expect(take(' Image b Pulling')).toBe('getting images: 0 of 2, b');
    expect(take(' Image a Pulled')).toBe('getting images: 1 of 2, a');
    take(' Container s-loki-1  Starting');
    take(' Container s-tempo-1  Waiting');
    expect(take(' Container s-loki-1  Healthy')).toBe('loki is healthy; 1 of 2 are ready');
  });
});
