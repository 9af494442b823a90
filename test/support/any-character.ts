import fc from 'fast-check';

const FIRST_HALF = 0xd800;
const HALVES = 0x800;

/**
 * Any code point but the halves of surrogate pairs. It stands for fast-check's unit `binary`, which first builds a table
 * of a million entries.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - HALVES })
  .map(characterAt, indexOf);

function characterAt(index: number): string {
  return String.fromCodePoint(index < FIRST_HALF ? index : index + HALVES);
}

/** The inverse. fast-check mixes texts such as `__proto__` in where it knows the inverse. */
function indexOf(character: unknown): number {
  const point = typeof character === 'string' ? character.codePointAt(0) : undefined;
  const index = point === undefined || point < FIRST_HALF ? point : point - HALVES;
  if (index === undefined || index < 0 || characterAt(index) !== character) {
    throw new Error('not one character');
  }
  return index;
}
