export { opossumBreaker } from './breakers/opossum.ts';
export type { OpossumBreaker } from './breakers/opossum-shape.ts';
