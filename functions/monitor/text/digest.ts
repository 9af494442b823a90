/**
 * A short hash of a text, to tell texts apart (FNV-1a, 32 bits, twice). It does not hide the text, so do not use it for secrets.
 *
 * @returns up to 14 letters and digits
 */
export function digest(text: string): string {
  const half = (seed: number) => {
    let hash = seed;
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0).toString(36);
  };
  return half(0x811c9dc5) + half(0x050c5d1f);
}
