import { expect, test } from 'vitest';
import { scenarioOf } from '../simulator/simulated-togai.ts';
import { BRIEF, idsOf, lostTogai, rows } from './lost-togai.ts';

test('the report has the number of lost events, their statuses and their accounts', async () => {
  const togai = await lostTogai();
  const { stdout } = await togai.lost([]);
  const truth = togai.truth();
  const ofAcme = truth.filter(({ accountId }) => accountId === 'acme').length;
  expect(stdout).toMatch(
    new RegExp(`^${truth.length} lost events, received from 2026-11-17 13:00`, 'm'),
  );
  expect(stdout).toMatch(/^ +\d+ {2}INGESTION_COMPLETED_EVENT_NOT_METERED$/m);
  expect(stdout).toMatch(new RegExp(`^ +${ofAcme} {2}acme$`, 'm'));
});

test('a row has both ids, account, schema, times, status and description', async () => {
  const togai = await lostTogai();
  const [event] = togai.truth();
  const result = await togai.lost(['--jsonl']);
  expect(rows(result).find(({ referenceId }) => referenceId === event?.referenceId)).toEqual({
    referenceId: event?.referenceId,
    id: event?.id,
    account: event?.accountId,
    schema: event?.schemaName,
    createdAt: new Date(event?.createdAt ?? 0).toISOString(),
    timestamp: new Date(event?.timestamp ?? 0).toISOString(),
    status: event?.status,
    description: event?.statusDescription,
    now: 'lost',
  });
});

test.each(['--jsonl', '--csv'])('with %s nothing but rows is on stdout', async (flag) => {
  const togai = await lostTogai();
  const { stdout, stderr } = await togai.lost([flag]);
  const head = flag === '--csv' ? 1 : 0;
  expect(stdout.trimEnd().split('\n')).toHaveLength(togai.truth().length + head);
  expect(stderr).toContain('lost events, received from');
});

test('rows for a spreadsheet have a head, after a mark that they are UTF-8', async () => {
  const togai = await lostTogai();
  const { stdout } = await togai.lost(['--csv']);
  expect(stdout.split('\n')[0]).toBe(
    '\u{FEFF}referenceId,id,account,schema,createdAt,timestamp,status,description,now',
  );
});

test.each(['--jsonl', '--csv'])(
  "with %s the sender's own part of an event is there only if asked for",
  async (flag) => {
    const togai = await lostTogai();
    const bare = await togai.lost([flag]);
    const whole = await togai.lost([flag, '--with-payload']);
    expect(bare.stdout).not.toContain('attributes');
    expect(whole.stdout).toContain('attributes');
  },
);

test('the summary for machines has the sums', async () => {
  const togai = await lostTogai();
  const { stdout } = await togai.lost(['--json']);
  const truth = togai.truth();
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ version: 1, lost: truth.length, malformed: 0 });
  expect(summary.accounts[0]).toEqual({
    name: 'acme',
    lost: truth.filter(({ accountId }) => accountId === 'acme').length,
  });
});

test('where no event was lost, that is said, and the exit code is 0', async () => {
  const togai = await lostTogai();
  const { stdout, exitCode } = await togai.lost(['--account', 'nobody']);
  expect(stdout).toMatch(/^No event was lost from /);
  expect(exitCode).toBe(0);
});

test('filters meet the events that they name', async () => {
  const scenario = { ...scenarioOf('parked'), eventsPerSecond: 0.2, begins: BRIEF.begins ?? 0 };
  const togai = await lostTogai({ scenario });
  const [event] = togai.truth();
  const { accountId = '', schemaName = '', status = '' } = event ?? {};
  const args = ['--account', accountId, '--schema', schemaName, '--status', status];
  const result = await togai.lost(['--jsonl', ...args]);
  expect(idsOf(rows(result))).toEqual(
    idsOf(
      togai
        .truth()
        .filter(
          (each) =>
            each.accountId === accountId &&
            each.schemaName === schemaName &&
            each.status === status,
        ),
    ),
  );
});

test('a new status that Togai calls processed is found where no filter is trusted', async () => {
  const scenario = { ...scenarioOf('parked'), eventsPerSecond: 0.2, begins: BRIEF.begins ?? 0 };
  const togai = await lostTogai({ scenario, switches: { newState: 'PROCESSED' } });
  const result = await togai.lost(['--jsonl', '--read-all']);
  expect(idsOf(rows(result))).toEqual(idsOf(togai.truth()));
});
