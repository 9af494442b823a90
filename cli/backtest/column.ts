/** A width in bytes. */
export type Width = 1 | 2 | 4 | 8;
export type WholeNumbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Whole numbers from 0 on, in as few bytes each as the greatest of them needs: a month has millions of them. */
export class Column {
  length: number;
  #width: Width;
  #most: number;
  #values: WholeNumbers;

  constructor(values: WholeNumbers = new Uint8Array()) {
    this.length = values.length;
    this.#values = values;
    this.#width = values.BYTES_PER_ELEMENT as Width;
    this.#most = mostIn(this.#width);
  }

  /** All of them. Of no use once another one is added. */
  view(): WholeNumbers {
    return this.#values.subarray(0, this.length);
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  push(value: number): void {
    if (value > this.#most || this.length === this.#values.length) this.#makeRoomFor(value);
    this.#values[this.length++] = value;
  }

  #makeRoomFor(value: number): void {
    while (value > mostIn(this.#width)) this.#width = (2 * this.#width) as Width;
    this.#most = mostIn(this.#width);
    const isFull = this.length === this.#values.length;
    const size = isFull ? Math.ceil(this.length * 1.5) + 8 : this.#values.length;
    const larger = numbersIn(new ArrayBuffer(size * this.#width), this.#width);
    larger.set(this.view());
    this.#values = larger;
  }
}

/** @param offset in bytes @param length of numbers; both left out for the whole buffer */
export function numbersIn(
  buffer: ArrayBuffer,
  width: Width,
  offset?: number,
  length?: number,
): WholeNumbers {
  switch (width) {
    case 1:
      return new Uint8Array(buffer, offset, length);
    case 2:
      return new Uint16Array(buffer, offset, length);
    case 4:
      return new Uint32Array(buffer, offset, length);
    case 8:
      return new Float64Array(buffer, offset, length);
  }
}

function mostIn(width: Width): number {
  return width === 8 ? Number.MAX_VALUE : 2 ** (8 * width) - 1;
}
