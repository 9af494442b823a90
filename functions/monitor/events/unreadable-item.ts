/** A stored item, or a part of one, that cannot be read. It is treated as if it was not stored. */
export interface UnreadableItem {
  /** The same from run to run. */
  readonly name: string;
  /** In words: the item that cannot be read, the consequence, and how to remove it. */
  readonly sentence: string;
}
