import { fraction } from '../../simulator/random.ts';

/** Random numbers that depend on a seed and a concern only: a draw for one concern shifts no other. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  /** @param share from 0, never, to 1, always */
  chance(share: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number, concern: string): Random {
  const stream = seedOf(seed, concern);
  let position = 0;
  const next = () => fraction(stream, position++);
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}

/** The seed of one concern in the world of a seed. */
export function seedOf(seed: number, concern: string): number {
  let mixed = seed | 0;
  for (let index = 0; index < concern.length; index++) {
    mixed = Math.imul(mixed ^ concern.charCodeAt(index), 0x01000193);
  }
  return mixed;
}
