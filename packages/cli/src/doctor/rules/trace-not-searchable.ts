import { defineRule } from '../finding.ts';

export const traceNotSearchable = defineRule({
  code: 'trace-not-searchable',
  when: 'A note: Tempo has a new trace by its id, and the search does not know it yet',
  check: ({ tempo }) =>
    tempo?.searchable === false
      ? [
          {
            part: 'tempo',
            severity: 'note',
            seen: 'Tempo has the trace by its id, and its search does not find it yet',
            fix: 'wait half a minute: the search looks at what is that old; open new traces by their id',
          },
        ]
      : [],
});
