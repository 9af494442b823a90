import { expect, test } from 'vitest';
import { rowOf } from '../../cli/lost/row-formats.ts';
import { NOW } from '../support/cli.ts';

const EVENT = {
  referenceId: 'event.1',
  id: 'e-1',
  accountId: 'acme',
  schemaName: 'orders',
  createdAt: NOW,
  timestamp: NOW,
  status: 'UNKNOWN',
  statusDescription: undefined,
};

test.each(['=1+1', '+1', '-1', '@sum', '\tx'])(
  'a name that a spreadsheet would take for a formula is inert: %j',
  (accountId) => {
    const row = rowOf({ ...EVENT, accountId }, { format: 'csv', now: 'lost' });
    expect(row.split(',')[2]).toBe(`'${accountId}`);
  },
);

test('a name with a comma, a quote and a line break is one cell', () => {
  const row = rowOf({ ...EVENT, accountId: 'a,"b"\nc' }, { format: 'csv', now: 'lost' });
  expect(row).toContain(',"a,""b""\nc",orders,');
});

test('a name cannot forge a line of the terminal', () => {
  const row = rowOf({ ...EVENT, accountId: 'a\n\u001b[2Kb' }, { format: 'text', now: 'lost' });
  expect(row.match(/\n/g)).toHaveLength(1);
  expect(row).not.toContain('\u001b');
});

test('an event without account, schema and ids says so', () => {
  const nameless = {
    ...EVENT,
    accountId: '',
    schemaName: '',
    referenceId: undefined,
    id: undefined,
  };
  expect(rowOf(nameless, { format: 'text', now: 'lost' })).toContain(
    '(no account)  (no schema)  UNKNOWN  (no reference id)  (no id)',
  );
});

test.each(['lost', 'lost_again', 'sent_again', 'changed', 'gone'] as const)(
  'nothing says that the status of an event is another by now: %s',
  (now) => {
    expect(rowOf(EVENT, { format: 'text', now })).not.toContain('was');
  },
);

test('an event that is lost no more has the status that it was listed with as a status of before', () => {
  expect(rowOf(EVENT, { format: 'text', now: 'in_progress' })).toContain(
    'in_progress  acme  orders  was UNKNOWN  event.1',
  );
});
