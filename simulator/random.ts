/** A hash of a seed and up to three whole numbers: a 32-bit number. */
export function hash(seed: number, a: number, b = 0, c = 0): number {
  let mixed = seed | 0;
  for (const part of [a, b, c]) {
    mixed = Math.imul(mixed ^ (part | 0), 0x9e3779b1);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed ^ Math.floor(part / 0x1_0000_0000), 0x85ebca77);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae3d);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}

/** {@link hash} as a number from 0 up to but not including 1. */
export function fraction(seed: number, a: number, b = 0, c = 0): number {
  return hash(seed, a, b, c) / 0x1_0000_0000;
}

/** A random generator: each call gives the next number from 0 up to but not including 1. */
export function createRandom(seed: number): () => number {
  let position = 0;
  return () => fraction(seed, position++);
}
