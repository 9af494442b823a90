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

/** A Togai with one event a page, so many of them evenly spread over the time before `end`, newest first. */
export function servePages(
  count: number,
  { end, minutes, status }: { end: number; minutes: number; status?: string },
): Promise<LocalServer> {
  const apart = (minutes * 60_000) / count;
  const times = Array.from({ length: count }, (_, index) => end - 1 - index * apart);
  return serve((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [from, to] = [searchParams.get('start_time'), searchParams.get('end_time')].map(Number);
    const listed = times.filter((time) => time >= (from ?? 0) && time <= (to ?? end));
    const page = Number(searchParams.get('nextToken') ?? 0);
    const events = listed
      .slice(page, page + 1)
      .map((time) =>
        wireEvent({ createdAt: new Date(time).toISOString(), ...(status && { status }) }),
      );
    const nextToken = page + 1 < listed.length ? String(page + 1) : null;
    response.end(JSON.stringify({ events, nextToken }));
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
