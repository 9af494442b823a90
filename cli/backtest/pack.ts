import { numbersIn, type WholeNumbers, type Width } from './column.ts';

/** Every column begins at a multiple of it, so that it can be read where it lies. */
const ALIGNED = 8;
/** The length of the text stands in front. */
const PREFIX_BYTES = 4;

interface Packed<T> {
  readonly head: T;
  readonly columns: readonly WholeNumbers[];
}

interface Described<T> {
  readonly head: T;
  readonly columns: readonly { readonly width: Width; readonly length: number }[];
}

/** Anything that JSON can write, and columns of numbers, in one piece of memory. A page reads millions of numbers at once. */
export function pack({ head, columns }: Packed<unknown>): Uint8Array<ArrayBuffer> {
  const described: Described<unknown> = {
    head,
    columns: columns.map(({ BYTES_PER_ELEMENT, length }) => {
      return { width: BYTES_PER_ELEMENT as Width, length };
    }),
  };
  const text = new TextEncoder().encode(JSON.stringify(described));
  let at = aligned(PREFIX_BYTES + text.length);
  const bytes = columns.reduce((sum, { byteLength }) => sum + aligned(byteLength), at);
  const packed = new Uint8Array(bytes);
  new DataView(packed.buffer).setUint32(0, text.length);
  packed.set(text, PREFIX_BYTES);
  for (const { buffer, byteOffset, byteLength } of columns) {
    packed.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return packed;
}

export function unpack<T>(packed: ArrayBuffer): Packed<T> {
  const length = new DataView(packed).getUint32(0);
  const text = new TextDecoder().decode(new Uint8Array(packed, PREFIX_BYTES, length));
  const { head, columns }: Described<T> = JSON.parse(text);
  let at = aligned(PREFIX_BYTES + length);
  return {
    head,
    columns: columns.map(({ width, length }) => {
      const column = numbersIn(packed, width, at, length);
      at += aligned(column.byteLength);
      return column;
    }),
  };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNED) * ALIGNED;
}
