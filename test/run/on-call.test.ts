import { describe, expect, test } from 'vitest';
import { deploy } from '../support/deployed-handler.ts';

const SILENCE = { account: 'acme', for: '2h', by: 'mira', comment: 'migration' };

type Deployed = Awaited<ReturnType<typeof deploy>>;

const kindsOf = ({ aws }: Deployed) => aws.published.map(({ attributes }) => attributes.kind);

/** The lines of the log with a message. */
const logged = ({ logs }: Deployed, text: string) =>
  logs
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === text);

interface Made {
  readonly silence: { readonly id: string };
}

describe('the function', () => {
  test('silences an account from now on, and names the incidents', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const made = await monitor.invokeAt(1, { silence: SILENCE });
    expect(made).toEqual({
      version: 1,
      silence: {
        id: expect.stringMatching(/^s-\w{4}$/),
        account: 'acme',
        subject: null,
        incident: null,
        all: false,
        state: 'in_force',
        from: '2026-11-18T12:01:00.000Z',
        until: '2026-11-18T14:01:00.000Z',
        forMinutes: 120,
        by: 'mira',
        comment: 'migration',
        endedBy: null,
      },
      incidents: [expect.stringMatching(/^u-\w{4}$/)],
    });
  });

  test('notifies of a silence, and of no silenced account', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0, { silence: SILENCE });
    await monitor.invokeAt(5);
    expect(kindsOf(monitor)).toEqual(['notice']);
  });

  test('notifies of the account once the silence was ended', async () => {
    const monitor = await deploy();
    const { silence } = (await monitor.invokeAt(0, { silence: SILENCE })) as Made;
    await monitor.invokeAt(5);
    expect(await monitor.invokeAt(6, { unsilence: silence.id, by: 'tom' })).toMatchObject({
      version: 1,
      ended: { id: silence.id, state: 'over', endedBy: 'tom' },
    });
    await monitor.invokeAt(10);
    expect(kindsOf(monitor)).toEqual(['notice', 'opened', 'notice']);
  });

  test('lists silences, also those that are over', async () => {
    const monitor = await deploy();
    const { silence } = (await monitor.invokeAt(0, { silence: SILENCE })) as Made;
    await monitor.invokeAt(1, { unsilence: silence.id });
    await monitor.invokeAt(2, { silence: { ...SILENCE, account: 'globex' } });
    expect(await monitor.invokeAt(3, { silences: true })).toMatchObject({
      version: 1,
      silences: [
        { account: 'globex', state: 'in_force' },
        { account: 'acme', state: 'over', endedBy: 'somebody' },
      ],
    });
  });

  test('says its status: the last run, open incidents, silences and settings', async () => {
    const monitor = await deploy({ env: { WINDOW_MINUTES: '120' } });
    await monitor.invokeAt(0);
    const { silence, incidents } = (await monitor.invokeAt(1, {
      silence: { ...SILENCE, account: undefined, subject: 'unmetered' },
    })) as Made & { readonly incidents: readonly string[] };
    expect(await monitor.invokeAt(2, { status: true })).toMatchObject({
      version: 1,
      at: '2026-11-18T12:02:00.000Z',
      lastRun: { completeAt: '2026-11-18T12:00:00.000Z', unfinished: 0, problem: null },
      open: [
        {
          incidentId: incidents[0],
          subject: 'unmetered',
          severity: 'critical',
          accounts: ['acme'],
          silences: [silence.id],
          acknowledgedBy: null,
          notified: { sns: { kind: 'opened', at: '2026-11-18T12:00:00.000Z' } },
        },
      ],
      silences: [{ id: silence.id }],
      settings: { WindowMinutes: '120', MinimumEvents: '20' },
    });
  });

  test('acknowledges an incident only if it is open', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const [id] = monitor.aws.published.map(({ attributes }) => attributes.incidentId);
    const acknowledge = (incident: unknown) => ({ silence: { incident, for: '2h', by: 'mira' } });
    expect(await monitor.invokeAt(1, acknowledge('u-none'))).toEqual({
      version: 1,
      error: `incident: no incident u-none is open; open: ${id}.`,
    });
    await monitor.invokeAt(1, acknowledge(id));
    expect(await monitor.invokeAt(2, { status: true })).toMatchObject({
      open: [{ incidentId: id, acknowledgedBy: 'mira' }],
    });
  });

  test('cannot end a silence twice', async () => {
    const monitor = await deploy();
    const { silence } = (await monitor.invokeAt(0, { silence: SILENCE })) as Made;
    await monitor.invokeAt(1, { unsilence: silence.id });
    expect(await monitor.invokeAt(2, { unsilence: silence.id })).toEqual({
      version: 1,
      error: `there is no silence ${silence.id} to end; none is in force.`,
    });
  });

  test('starts no run for a payload that it does not know', async () => {
    const monitor = await deploy();
    expect(await monitor.invokeAt(0, { silense: SILENCE })).toMatchObject({
      version: 1,
      error: expect.stringContaining('"silense" has no meaning in this payload'),
    });
    expect(monitor.calls).toEqual([]);
    expect(logged(monitor, 'invocation refused')).toHaveLength(1);
  });

  test('logs who has made and ended a silence', async () => {
    const monitor = await deploy();
    const { silence } = (await monitor.invokeAt(0, { silence: SILENCE })) as Made;
    await monitor.invokeAt(1, { unsilence: silence.id, by: 'tom' });
    expect(logged(monitor, 'silence made')).toMatchObject([
      { silence: { id: silence.id, by: 'mira' } },
    ]);
    expect(logged(monitor, 'silence ended')).toMatchObject([{ silence: { endedBy: 'tom' } }]);
  });

  test('answers while a run holds the lease', async () => {
    const monitor = await deploy();
    const run = monitor.invokeAt(0);
    const made = monitor.invokeAt(0, { silence: SILENCE });
    expect(await made).toMatchObject({ silence: { state: 'in_force' } });
    expect(await run).toMatchObject({ outcome: 'finished' });
    expect(await monitor.invokeAt(1, { silences: true })).toMatchObject({
      silences: [{ account: 'acme' }],
    });
  });
});
