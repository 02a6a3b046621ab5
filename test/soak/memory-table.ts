import { mean } from './regression.ts';
import type { SoakSample } from './verdict.ts';

type Memory = NonNullable<SoakSample['memory']>;

const parts: readonly (readonly [title: string, of: (memory: Memory) => number])[] = [
  ['V8’s space for new objects', ({ youngBytes }) => youngBytes],
  ['V8’s other spaces', ({ oldBytes }) => oldBytes],
  [
    'heaps of other threads, stacks, built-in code',
    ({ othersBytes, youngBytes, oldBytes }) => othersBytes - youngBytes - oldBytes,
  ],
  ['what the C library holds for `malloc`', ({ mallocBytes }) => mallocBytes],
  ['pages of the program and its libraries', ({ filesBytes }) => filesBytes],
];

export const memoryColumns = [
  'resident memory, MB',
  'first minute',
  'after the warm-up',
  'last minute',
] as const;

/** What the resident memory was made of: a row a part, and means over a minute each. */
export function memoryRows(
  samples: readonly SoakSample[],
  warmUpSeconds: number,
): readonly (readonly string[])[] {
  const known = samples.filter((sample) => sample.memory !== undefined);
  const endSeconds = known.at(-1)?.seconds ?? 0;
  const minutes = [0, warmUpSeconds, endSeconds - 60].map((fromSeconds) =>
    known.filter(({ seconds }) => seconds >= fromSeconds && seconds < fromSeconds + 60),
  );
  const row = (title: string, of: (sample: SoakSample) => number): readonly string[] => [
    title,
    ...minutes.map((minute) => (mean(minute.map(of)) / 1e6).toFixed(1)),
  ];
  return [
    ...parts.map(([title, of]) =>
      row(title, ({ memory }) => (memory === undefined ? Number.NaN : of(memory))),
    ),
    row('all', ({ rssBytes }) => rssBytes),
  ];
}
