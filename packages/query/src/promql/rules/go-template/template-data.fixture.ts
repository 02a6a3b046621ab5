import { goMap } from './index.ts';

/** What the templates of the tests are filled with: one of each kind of value. */
export const data = goMap('map[string]interface {}', [
  ['name', 'shop'],
  ['none', undefined],
  ['yes', true],
  ['count', 3n],
  ['ratio', 0.25],
  ['list', { kind: 'slice', type: '[]string', items: ['a', 'b'] }],
  ['empty', { kind: 'slice', type: '[]string', items: [] }],
  [
    'map',
    goMap(
      'map[string]string',
      [
        ['k', 'v'],
        ['', 'w'],
        ['ka', 'x'],
      ],
      '',
    ),
  ],
]);
