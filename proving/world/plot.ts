import type { Random } from './random.ts';
import { type Fault, HOUR, type Incident, type Scenario } from './scenario.ts';
import type { Silencing } from './silencing.ts';
import type { WorldSettings } from './world-settings.ts';

/** The time of a plot, epoch ms. */
export interface PlotSpan {
  readonly start: number;
  readonly end: number;
}

/** The parts of a world that a plot adds. */
export interface Plot {
  readonly incidents: readonly Incident[];
  readonly faults?: readonly Fault[];
  readonly silences?: readonly Silencing[];
  readonly accounts?: Scenario['accounts'];
  readonly digestDay?: WorldSettings['digestDay'];
  /** Where nothing else happens, Togai answers in the same way all the time, one source counts, and events settle at once. @default false */
  readonly isPlain?: boolean;
  /** Togai answers with numbers that are so old. */
  readonly stale?: PlotSpan & { readonly minutes: number };
}

export type CreatePlot = (random: Random, span: PlotSpan) => Plot;

export const LOST = 'INGESTION_COMPLETED_NO_MATCHING_METERS';

/** Events of one account, or of all, are lost from one time to another. */
export function loss(
  id: string,
  from: number,
  to: number,
  share: number,
  account?: string,
): Incident {
  return { id, from, to, kind: 'status', share, status: LOST, ...(account && { account }) };
}

/** A time in the first third of a span. */
export function early(random: Random, { start, end }: PlotSpan): number {
  return start + HOUR + Math.floor((random.next() * (end - start)) / 3);
}

/** A length of about one of so many hours, ms. */
export function hours(random: Random, ...lengths: [number, ...number[]]): number {
  return Math.ceil(random.pick(lengths) * HOUR * (0.5 + random.next()));
}
