import { createRandom } from './random.ts';

/**
 * The faults of an answer. `repeated-token` changes the answer. After `lost-answer` the request is done, and the connection
 * breaks. Each of the others replaces the answer, and nothing is done.
 */
export const FAULTS = [
  '429',
  '500',
  'reset',
  'hang',
  'html',
  'truncated',
  'repeated-token',
  'lost-answer',
] as const;

export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  /** The fault of each request, from the first on; `undefined` for none. After its end, `rates` decide. */
  readonly script?: readonly (Fault | undefined)[];
  /** For each fault its share of the requests, 0–1. */
  readonly rates?: Partial<Readonly<Record<Fault, number>>>;
}

/** Decides the fault of each request. Call the result once for each request, in their order. */
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
