/** What Togai's pipeline did with an event, as far as it says so. */
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

export interface EventDetails {
  readonly status: string;
  readonly statusDescription: string | undefined;
  readonly pipeline: PipelineInfo | undefined;
}
