import { wireEvent } from './events.ts';
import { type LocalServer, serve } from './server.ts';

/** A Togai that lists events of a few minutes, newest first, on one page: it filters by `createdAt`, both bounds included. */
export function serveEvents(
  events: readonly { readonly status: string; readonly createdAt: number; readonly id?: string }[],
): Promise<LocalServer> {
  const listed = events.toSorted((a, b) => b.createdAt - a.createdAt);
  return serve((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const timeOf = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
    const start = timeOf('start_time', 0);
    const end = timeOf('end_time', Number.POSITIVE_INFINITY);
    const page = listed.filter(({ createdAt }) => createdAt >= start && createdAt <= end);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ events: page.map(asTogaiWritesIt), nextToken: null }));
  });
}

/** So many events of one status, a millisecond apart. */
export function eventsOf(status: string, createdAt: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({ status, createdAt: createdAt + index }));
}

function asTogaiWritesIt({ status, createdAt, id }: Parameters<typeof serveEvents>[0][number]) {
  const event = wireEvent({ status, createdAt: new Date(createdAt).toISOString() });
  const payload = event.eventPayload as Record<string, unknown>;
  return { ...event, eventPayload: { ...payload, ...(id !== undefined && { id }) } };
}
