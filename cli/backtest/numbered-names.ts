/** Texts by number, in the order in which they came. */
export class Names {
  readonly list: string[];
  readonly #ids: Map<string, number>;

  constructor(list: readonly string[] = []) {
    this.list = [...list];
    this.#ids = new Map(this.list.map((name, id) => [name, id]));
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.list.length;
    this.list.push(name);
    this.#ids.set(name, id);
    return id;
  }

  /** @returns -1 where it never came */
  find(name: string): number {
    return this.#ids.get(name) ?? -1;
  }

  nameOf(id: number): string {
    return this.list[id] ?? '';
  }
}
