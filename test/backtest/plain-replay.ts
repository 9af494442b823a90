import type { HistoricPiece } from '../../cli/backtest/history.ts';
import {
  advanceIncidents,
  type Evaluated,
} from '../../functions/monitor/incidents/advance-incidents.ts';
import {
  needsNotification,
  notifiedOf,
} from '../../functions/monitor/incidents/needs-notification.ts';
import { isKept } from '../../functions/monitor/incidents/which-incidents-to-keep.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { WINDOW } from './random-history.ts';

const NAME = 'people';

/** The simplest replay: every run, with all that was counted, and all rules at once. */
export function plainReplay(
  history: readonly HistoricPiece[],
  thresholds: readonly Threshold[],
  repeatMs: number,
): string[] {
  const list = history.map(({ piece }) => piece);
  const notifications: string[] = [];
  let known: Evaluated = { alerts: [], incidents: [], rules: undefined };
  let evaluatedTo: number | undefined;
  for (const [index, { piece, notifiedAt }] of history.entries()) {
    const { end } = piece;
    known = advanceIncidents({
      ...known,
      evaluatedTo,
      watermark: end,
      counted: {
        list: list.slice(Math.max(0, index - 100), index + 1),
        inProgressIn: () => undefined,
      },
      windowMs: WINDOW,
      options: {
        thresholds,
        minimumEvents: 20,
        ignoreLists: { accounts: new Set(), schemas: new Set() },
      },
    });
    evaluatedTo = end;
    const incidents = known.incidents.map((incident) => {
      const last = incident.notified[NAME];
      const need = needsNotification(incident, last, notifiedAt, { repeatMs });
      if (!need) return incident;
      notifications.push(`${notifiedAt} ${incident.id} ${need.kind} ${incident.severity}`);
      return {
        ...incident,
        notified: { [NAME]: notifiedOf(incident, last, need.kind, notifiedAt) },
      };
    });
    known = {
      ...known,
      incidents: incidents.filter((one) => isKept(one, end, WINDOW, [{ name: NAME }])),
    };
  }
  return notifications.sort();
}
