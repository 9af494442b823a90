/** The shortest script that counts the events of a range. */
const [, , url, start, end] = process.argv;
const headers = { authorization: `Bearer ${process.env.TOGAI_TOKEN}` };
let events = 0;
let nextToken: string | undefined;
do {
  const query = `start_time=${start}&end_time=${end}${nextToken ? `&nextToken=${nextToken}` : ''}`;
  const answer = await fetch(`${url}/events?${query}`, { headers });
  const page = (await answer.json()) as { events?: unknown[]; nextToken?: string };
  events += page.events?.length ?? 0;
  nextToken = page.nextToken;
} while (nextToken);
process.stdout.write(`${events}\n`);
