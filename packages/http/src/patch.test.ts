import { describe, expect, it } from 'vitest';
import { patchMethod } from './patch.ts';

type Greet = () => string;
const base = { greet: () => 'base' };
const louder = (original: Greet): Greet =>
  function greet(this: unknown) {
    return `${Reflect.apply(original, this, [])}!`;
  };

describe('patchMethod', () => {
  it('shadows an inherited method, and leaves no trace of it', () => {
    const target = Object.create(base) as typeof base;
    const patch = patchMethod(target, 'greet', louder);
    expect(target.greet()).toBe('base!');
    patch.undo();
    patch.undo();
    expect(Object.getOwnPropertyNames(target)).toEqual([]);
    expect(target.greet()).toBe('base');
  });

  it('puts an own method back as it was', () => {
    const target = { greet: () => 'own' };
    const before = Object.getOwnPropertyDescriptor(target, 'greet');
    patchMethod(target, 'greet', louder).undo();
    expect(Object.getOwnPropertyDescriptor(target, 'greet')).toEqual(before);
  });

  it('leaves what somebody has put over it since', () => {
    const target = Object.create(base) as typeof base;
    const patch = patchMethod(target, 'greet', louder);
    const above = louder(target.greet);
    target.greet = above;
    patch.undo();
    expect(target.greet).toBe(above);
    expect(target.greet()).toBe('base!!');
  });
});
