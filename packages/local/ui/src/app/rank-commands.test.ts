import { describe, expect, it } from 'vitest';
import { rankCommands } from './rank-commands.ts';

const commands = [
  { kind: 'page', name: 'Services' },
  { kind: 'service', name: 'storefront' },
  { kind: 'service', name: 'orders' },
  { kind: 'dashboard', name: 'Sightline / Service' },
].map(({ kind, name }) => ({ kind, name, run: () => undefined }));

const ranked = (text: string): string[] => rankCommands(commands, text).map(({ name }) => name);

describe('rankCommands', () => {
  it('has all in their order without a text', () => expect(ranked(' ')).toHaveLength(4));
  it('puts names that begin with it first', () => {
    expect(ranked('ser')).toEqual(['Services', 'Sightline / Service', 'orders', 'storefront']);
  });
  it('takes words in any order, of the kind too', () => expect(ranked('ord service')).toEqual(['orders']));
  it('finds nothing for what is not there', () => expect(ranked('xyz')).toEqual([]));
});
