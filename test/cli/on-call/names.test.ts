import { expect, test } from 'vitest';
import { startStacks } from '../../support/aws-stack.ts';
import { cli } from '../../support/cli.ts';

const HOSTILE = 'evil\u001b[2J\u202e';

const SILENCE = {
  id: 's-1a2b',
  account: HOSTILE,
  subject: null,
  incident: null,
  all: false,
  state: 'in_force',
  from: '2026-11-18T12:01:00.000Z',
  until: '2026-11-18T14:01:00.000Z',
  forMinutes: 120,
  by: HOSTILE,
  comment: HOSTILE,
  endedBy: null,
};

const STATUS = {
  version: 1,
  at: '2026-11-18T12:02:00.000Z',
  lastRun: {
    completeAt: null,
    unfinished: 3,
    problem: HOSTILE,
    source: null,
    evaluatedTo: null,
  },
  open: [
    {
      incidentId: 'u-1a2b',
      subject: HOSTILE,
      severity: 'critical',
      onset: '2026-11-18T11:00:00.000Z',
      threshold: HOSTILE,
      failure: null,
      accounts: [HOSTILE, ''],
      moreAccounts: 7,
      acknowledgedBy: HOSTILE,
      silences: ['s-1a2b'],
      notified: {},
    },
  ],
  ended: [],
  silences: [SILENCE],
  settings: {},
};

test.each([
  [
    'silence',
    ['silence', HOSTILE, '--for', '2h', '--stack', 'it’s'],
    { silence: SILENCE, incidents: [] },
  ],
  ['unsilence', ['unsilence', 's-1a2b'], { ended: SILENCE }],
  ['silences', ['silences'], { silences: [SILENCE] }],
  ['status', ['status'], STATUS],
  ['status --json', ['status', '--json'], STATUS],
])('%s prints nothing that could move the cursor', async (_, args, answer) => {
  const aws = await startStacks();
  aws.stacks['it’s'] = aws.stacks.UnmeteredEventsMonitor ?? [];
  aws.answer = () => ({ version: 1, ...answer });
  const { stdout, stderr } = await cli(args);
  expect(stderr).toBe('');
  expect(stdout).toContain('evil');
  expect(stdout).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}]/u);
});

test('status names accounts without a name, and how many more there are', async () => {
  const aws = await startStacks();
  aws.answer = () => STATUS;
  const { stdout } = await cli(['status']);
  expect(stdout).toContain('No complete run is known.\n3 runs did not finish.');
  expect(stdout).toContain(', (no account), 7 more (evil');
});
