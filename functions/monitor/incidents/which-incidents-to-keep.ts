import type { Incident } from './incident.ts';
import { isTold, type NotifiedChannel } from './needs-notification.ts';
import { REOPEN_MS } from './reopen.ts';

/**
 * Whether an incident is still needed. It may be open, a channel may wait for its end, it may begin
 * again, or its losses are in a window and must open no other one.
 */
export function isKept(
  incident: Incident,
  end: number,
  windowMs: number,
  channels: readonly NotifiedChannel[],
): boolean {
  if (!incident.end || !isTold(incident, channels)) return true;
  return end - incident.end.seenAt <= Math.max(REOPEN_MS, windowMs);
}

/** The accounts that open incidents have by name: their end is seen from their traffic. */
export function accountsIn(incidents: readonly Incident[]): Set<string> {
  return new Set(
    incidents.flatMap(({ accounts, end }) => (end ? [] : accounts.map(({ name }) => name))),
  );
}
