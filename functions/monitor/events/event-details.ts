/** The usage meters and price plans that Togai's pipeline reports for an event. `undefined`: a part is missing or unreadable. */
interface PipelineInfo {
  readonly usageMeters: readonly { readonly name: string; readonly status: string }[] | undefined;
  readonly pricePlans:
    | readonly {
        readonly name: string;
        readonly cycleStart?: string | undefined;
        readonly cycleEnd?: string | undefined;
      }[]
    | undefined;
}

/** The part of an answer of `GET /events/{event_id}` that says why an event was not metered. */
export interface EventDetails {
  readonly status: string;
  readonly statusDescription: string | undefined;
  readonly pipeline: PipelineInfo | undefined;
}
