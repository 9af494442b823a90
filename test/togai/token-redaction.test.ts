import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { serve } from '../support/server.ts';
import { allPages, client } from '../support/togai-client.ts';

describe('the token in an answer is replaced', () => {
  const TOKEN = 'tgi/01"23+456\\789';
  const unicode = (text: string) =>
    [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const entities = (text: string, base: number, open: string) =>
    text.replace(/[^a-z0-9]/g, (letter) => `${open}${letter.charCodeAt(0).toString(base)};`);
  const json = JSON.stringify(TOKEN).slice(1, -1);

  test.each([
    ['as it is', json, undefined],
    ['with slashes escaped', json.replaceAll('/', '\\/'), undefined],
    ['in escapes', unicode(TOKEN), undefined],
    ['in escapes of a URL, in small letters', encodeURIComponent(TOKEN).toLowerCase(), undefined],
    ['in escapes of a URL, twice', encodeURIComponent(encodeURIComponent(TOKEN)), undefined],
    ['in escapes of HTML, by names', json.replaceAll('\\"', '&quot;'), undefined],
    ['in escapes of HTML, by numbers', entities(TOKEN, 10, '&#'), undefined],
    ['in escapes of HTML, by hexadecimal numbers', entities(TOKEN, 16, '&#x0'), undefined],
    ['in escapes of HTML, twice', entities(TOKEN, 10, '&amp;#'), undefined],
    ['in a redirect', '', `/login?token=${TOKEN}`],
    ['in a redirect, encoded', '', `/login?token=${encodeURIComponent(TOKEN)}`],
  ])('%s', async (_, spelling, location) => {
    const { url } = await serve((__, response) => {
      if (location) response.setHeader('location', location);
      response.writeHead(location ? 302 : 400, { 'content-type': 'application/json' });
      response.end(`{"message":"no ${spelling} here"}`);
    });
    const error = await allPages(client(url, { token: TOKEN })).catch((reason: Error) => reason);
    expect(String(error)).toContain('[token]');
    expect(String(error)).not.toMatch(/01.?.?23/);
  });

  test('in an event', async () => {
    const { url } = await serve((__, response) => {
      const event = wireEvent({ accountId: 'ACCOUNT', status: '' });
      response.end(
        JSON.stringify({ events: [event, wireEvent({ accountId: TOKEN })] }).replace(
          'ACCOUNT',
          unicode(TOKEN),
        ),
      );
    });
    const pages = await allPages(client(url, { token: TOKEN }));
    expect(pages[0]?.events[0]?.accountId).toBe('[token]');
    expect(JSON.stringify(pages)).not.toMatch(/01.?.?23/);
  });
});
