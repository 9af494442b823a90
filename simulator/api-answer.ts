export interface ApiAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}
