/** The settings of messages. */
export interface RenderContext {
  /** Empty for none. */
  readonly dashboardUrl: string;
  /** Empty for none. */
  readonly runbookUrl: string;
  /** People also read times of this zone, such as `Europe/Berlin`. @default UTC alone */
  readonly timeZone?: string | undefined;
}

/** The repository of the project, as `package.json` has it. */
const REPOSITORY_URL = 'https://github.com/unmetered-events/monitor';

/** The runbook of this version: messages of an older function link to the runbook that fits it. */
export const RUNBOOK_URL = `${REPOSITORY_URL}/blob/v0.2.0/docs/runbook.md`;

/** The runbook at a section. Only our own has these sections. */
export function runbookAt({ runbookUrl }: RenderContext, section: string): string {
  return runbookUrl === RUNBOOK_URL ? `${runbookUrl}#${section}` : runbookUrl;
}
