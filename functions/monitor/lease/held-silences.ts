import type { Silence } from '../incidents/silence.ts';
import type { MonitorStore } from '../ports.ts';

/** The silences that a run knows. */
export class HeldSilences {
  readonly #store: Pick<MonitorStore, 'readSilences' | 'changeSilence'>;
  /** As they were read last. */
  list: readonly Silence[];

  constructor(
    store: Pick<MonitorStore, 'readSilences' | 'changeSilence'>,
    list: readonly Silence[],
  ) {
    this.#store = store;
    this.list = list;
  }

  /** A person may have made one since the run began. */
  async readAgain(): Promise<void> {
    this.list = await this.#store.readSilences();
  }

  /**
   * A silence of a state file begins with the next run, also with one of a past time.
   *
   * @param from epoch ms
   */
  async begin(from: number): Promise<void> {
    const waiting = this.list.filter((silence) => silence.from === undefined);
    for (const silence of waiting) await this.#store.changeSilence({ ...silence, from });
    if (waiting.length > 0) await this.readAgain();
  }
}
