/**
 * A short hash of a text, to tell texts apart (FNV-1a, 32 bits, twice). It does not hide the text, so do not use it for secrets.
 *
 * @returns up to 14 letters and digits
 */
export function shortHash(text: string): string {
  const half = (seed: number) => {
    let hash = seed;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0).toString(36);
  };
  return half(0x811c9dc5) + half(0x050c5d1f);
}

/**
 * A text as a whole number below 2^53, to compare many texts in little memory. Two lanes of 32 bits are mixed by
 * multiplication and folded into each other at the end. So texts that differ in one letter differ in half of the bits.
 * Among the 100,000 entries of a busy bucket two share a number once in a million buckets. No secret is safe in it.
 */
export function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 0x1_0000_0000 * (low & 0x1f_ffff) + (high >>> 0);
}
