/** Whole numbers from 0 on, as bytes that grow: seven bits a byte, the lowest first. */
export class Bytes {
  position = 0;
  #bytes: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array = new Uint8Array(1024), length = 0) {
    this.#bytes = bytes;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** All that was written. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  write(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** The number at the position, which moves behind it. */
  read(): number {
    let byte = this.#bytes[this.position++] ?? 0;
    if (byte < 128) return byte;
    let value = byte - 128;
    let factor = 128;
    for (;;) {
      byte = this.#bytes[this.position++] ?? 0;
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
      factor *= 128;
    }
  }

  #grow(): void {
    const larger = new Uint8Array(Math.ceil(this.#bytes.length * 1.5) + 8);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
