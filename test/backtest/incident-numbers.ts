import type { IncidentNumbers } from '../../cli/backtest/numbers.ts';

/** An incident of one account. @param given may leave out all but its times */
export function incidentFrom(
  given: Partial<IncidentNumbers> & Pick<IncidentNumbers, 'openedAt' | 'until'>,
): IncidentNumbers {
  return {
    ...{ id: 'u-7k2f', subject: 'unmetered', threshold: 'unmetered >= 10', severity: 'warning' },
    ...{ onset: given.openedAt, isOpen: false, accounts: ['acme'], lost: 12, total: 40 },
    ...given,
  };
}
