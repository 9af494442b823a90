/** The links that every message carries; empty texts for none. */
export interface LinkOptions {
  readonly dashboardUrl: string;
  readonly runbookUrl: string;
}

/** What a message needs besides its facts. */
export type RenderContext = LinkOptions;
