import { createRandom, type Random } from '../world/random.ts';
import type { Fault, FaultKind, Scenario } from '../world/scenario.ts';

export type FaultOf<K extends FaultKind> = Extract<Fault, { readonly kind: K }>;

/** The faults that are active at a time, and how often they have struck. */
export class Faults {
  readonly #byKind = new Map<FaultKind, Fault[]>();
  readonly #draws = new Map<string, Random>();
  /** How often each kind has done harm. */
  readonly struck = new Map<FaultKind, number>();

  constructor({ faults, seed }: Scenario) {
    for (const fault of faults) {
      this.#byKind.set(fault.kind, [...(this.#byKind.get(fault.kind) ?? []), fault]);
      this.#draws.set(fault.id, createRandom(seed, fault.id));
    }
  }

  all<K extends FaultKind>(kind: K): readonly FaultOf<K>[] {
    return (this.#byKind.get(kind) ?? []) as unknown as readonly FaultOf<K>[];
  }

  /** The active fault of a kind. It is not counted as struck. */
  active<K extends FaultKind>(
    kind: K,
    time: number,
    isMeant: (fault: FaultOf<K>) => boolean = () => true,
  ): FaultOf<K> | undefined {
    return this.all(kind).find((fault) => time >= fault.from && time < fault.to && isMeant(fault));
  }

  /** The active fault of a kind, counted as struck. A fault with a share strikes that share of the calls only. */
  strikes<K extends FaultKind>(
    kind: K,
    time: number,
    isMeant?: (fault: FaultOf<K>) => boolean,
  ): FaultOf<K> | undefined {
    const fault = this.active(kind, time, isMeant);
    if (!fault) return undefined;
    const misses =
      'share' in fault && !(this.#draws.get(fault.id)?.chance(fault.share as number) ?? false);
    if (misses) return undefined;
    this.count(kind);
    return fault;
  }

  count(kind: FaultKind): void {
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
  }
}
