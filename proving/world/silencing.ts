/** The scope of a silence. A silence of one incident acknowledges it. */
export type SilenceScope =
  | { readonly account: string }
  | { readonly subject: string }
  | { readonly incidentId: string }
  | { readonly all: true };

/** A silence that a person makes in a world. Times are epoch ms. */
export interface Silencing {
  readonly id: string;
  readonly at: number;
  readonly forMs: number;
  /** `newest`: the incident that people were notified of last. */
  readonly scope: SilenceScope | 'newest';
  /** The person ends it then. @default it expires */
  readonly endedAt?: number;
  /** The error of the clock that its times are taken from, ms. */
  readonly skewMs: number;
}

/** A silence as it was stored. Times are epoch ms. */
export interface MadeSilence {
  readonly id: string;
  readonly scope: SilenceScope;
  readonly madeAt: number;
  /** Its beginning and its end, by the clock of the function that stored it. */
  readonly from: number;
  readonly until: number;
  /** When a person ended it; left out before that. */
  readonly endedAt?: number;
}
