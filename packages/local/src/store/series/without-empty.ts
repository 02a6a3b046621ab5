import type { Labels } from '@sightline/query';

/** The same object where no label has the value "", which stands for no label: the series is the same with it and without. */
export function withoutEmpty(labels: Labels): Labels {
  const isWhole = Object.values(labels).every((value) => value !== '');
  return isWhole ? labels : Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
