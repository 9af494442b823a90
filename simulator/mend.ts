import type { Scenario } from './scenarios.ts';

/**
 * No part of Togai: it mends the cause, as a person does in Togai's console. It needs no token, and
 * no quota.
 */
export const MEND = '/mend';
export const MENDED =
  'The cause is mended: events that arrive from now on are metered. Those lost before stay lost until they are redone.\n';

/**
 * A scenario whose cause was mended at a time (epoch ms): events that arrive from then on are
 * metered. Earlier lost events stay lost.
 */
export function mended({ incidents, ...rest }: Scenario, at: number): Scenario {
  return {
    ...rest,
    incidents: incidents.map((incident) => ({
      ...incident,
      end: Math.max(incident.start, Math.min(incident.end, at)),
    })),
  };
}
