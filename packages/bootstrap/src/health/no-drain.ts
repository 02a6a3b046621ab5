import type { Sightline } from '../sightline.ts';

/** Where there is no drain: what is added is not run. */
export const noDrain: Sightline['drain'] = {
  state: 'off',
  add: () => nothing,
  ignore: nothing,
  include: () => nothing,
};

function nothing(): void {}
