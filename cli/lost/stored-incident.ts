import { SettingError } from '../../functions/monitor/errors.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { DEFAULT_STACK } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { orWithoutAws } from '../aws/aws-failure.ts';
import { findMonitor } from '../aws/find-monitor.ts';
import { readTable } from '../aws/read-table.ts';
import type { PlaceFlags } from '../on-call/place-flags.ts';
import type { Surroundings } from '../terminal.ts';

const OTHER_WAYS =
  '. Without a stack, name the state file of "unmetered run" with --state, or give a range instead of --incident';

/**
 * Reads a loss of events from the state file or from the table of the stack.
 *
 * @throws SettingError where there is none with that id; MonitorError where it cannot be read
 */
export async function readLoss(
  id: string,
  { state, stack = DEFAULT_STACK }: PlaceFlags,
  around: Surroundings,
): Promise<Incident> {
  const incident =
    state === undefined
      ? await readFromStack(id, stack, around)
      : await readFromFile(id, state, around);
  if (incident?.nature === 'loss') return incident;
  const place = printable(state ?? `the stack ${stack}`, 200);
  throw new SettingError(
    incident
      ? `--incident: ${printable(id, 80)} is no loss of events; leave it out, and give a range`
      : `--incident: ${place} has no incident ${printable(id, 80)}; messages name it in their last lines`,
  );
}

async function readFromFile(id: string, path: string, { clock, signal }: Surroundings) {
  const { createFileStore } = await import('../../functions/monitor/storage/file-store.ts');
  const [incident] = await createFileStore(path, clock, signal).readIncidents([id]);
  return incident;
}

async function readFromStack(id: string, stack: string, around: Surroundings) {
  const monitor = await findMonitor(stack, around).catch(orWithoutAws(OTHER_WAYS));
  const needed = 'dynamodb:Query is needed';
  const [incident] = await readTable(monitor, needed, (store) => store.readIncidents([id]), around);
  return incident;
}
