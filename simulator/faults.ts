import { createRandom } from './random.ts';

/** What can happen to a request instead of, or on top of, its answer. */
export const FAULTS = [
  '429',
  '500',
  'reset',
  'hang',
  'html',
  'truncated',
  'repeated-token',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  /** By request, from the first on; `undefined` leaves that request alone. Comes before the rates. */
  readonly script?: readonly (Fault | undefined)[];
  /** Share of the requests, 0–1, by fault. */
  readonly rates?: Partial<Readonly<Record<Fault, number>>>;
}

/** Decides for each request, in their order, what happens to it. */
export function createFaults(seed: number, { script = [], rates = {} }: FaultOptions) {
  const random = createRandom(seed);
  let request = 0;
  return (): Fault | undefined => {
    let roll = random();
    const scripted = request < script.length;
    const fault = script[request++];
    if (scripted) return fault;
    for (const candidate of FAULTS) {
      const rate = rates[candidate] ?? 0;
      if (roll < rate) return candidate;
      roll -= rate;
    }
    return undefined;
  };
}
