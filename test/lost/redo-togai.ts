import { MINUTE, NOW } from '../simulator/simulated-togai.ts';
import type { CliResult } from '../support/cli.ts';
import type { LostTogai } from './lost-togai.ts';

/** Six minutes of the incident. */
export const DURING = [
  '--from',
  new Date(NOW - 2 * MINUTE).toISOString(),
  '--to',
  new Date(NOW + 4 * MINUTE).toISOString(),
];
export const range = { start: NOW - 2 * MINUTE, end: NOW + 4 * MINUTE };
const FINAL = ['INGESTION_FAILED_UNITS_INVALID', 'INGESTION_FAILED_PAST_GRACE_PERIOD'];

/** The sender's ids of the events that can be redone. */
export const redoable = (togai: LostTogai) =>
  togai
    .truth(range)
    .filter(({ status, id }) => !FINAL.includes(status) && id !== '')
    .map(({ id }) => id)
    .sort();

/** The summary of a dry run. */
export async function dryRun(togai: LostTogai): Promise<{ readonly redoable: number }> {
  const { stdout } = await togai.lost([...DURING, '--redo', '--json']);
  return JSON.parse(stdout).redo;
}

/** Redoes all events that can be redone. */
export async function redoAll(togai: LostTogai): Promise<CliResult> {
  const { redoable } = await dryRun(togai);
  return togai.lost([...DURING, '--redo', '--json', '--confirm', String(redoable)]);
}

export const summaryOf = ({ stdout }: CliResult) => JSON.parse(stdout).redo;
