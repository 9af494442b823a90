import { text } from 'node:stream/consumers';
import { GENERATIONS, type Generation, type Switches } from '../../simulator/behaviour-switches.ts';
import type { Scenario } from '../../simulator/scenarios.ts';
import { simulate } from '../simulator/simulated-togai.ts';
import { type CliOptions, cli, NOW, TOKEN } from './cli.ts';
import { serve } from './server.ts';

export interface DoctoredTogai {
  readonly api?: Generation;
  readonly switches?: Partial<Switches>;
  readonly scenario?: Scenario;
  /** The date of all answers, epoch ms. @default NOW */
  readonly date?: number;
  /** Answers a request itself, with a status. @default nothing is refused */
  readonly refuses?: (path: string, body: string) => number | undefined;
}

/** A little traffic: a closed hour takes a few pages. */
export const LITTLE: Scenario = {
  description: 'a little traffic',
  eventsPerSecond: 0.05,
  incidents: [],
  backlogs: [],
};

/** Runs `doctor` against a simulated Togai, whose answers bear the date of the test. */
export async function doctor(
  { api = '2022', switches = {}, scenario = LITTLE, date = NOW, refuses }: DoctoredTogai = {},
  args: readonly string[] = [],
  options: CliOptions = {},
) {
  const { simulator } = await simulate({
    token: TOKEN,
    scenario,
    switches: { ...GENERATIONS[api], ...switches },
  });
  const { url, requests } = await serve(async (request, response) => {
    response.setHeader('date', new Date(date).toUTCString());
    const { method = 'GET', headers } = request;
    const body = await text(request);
    const refused = refuses?.(request.url ?? '', body);
    if (refused !== undefined) {
      response.writeHead(refused).end('{"message":"No."}');
      return;
    }
    const authorization = headers.authorization ?? '';
    const answer = await fetch(simulator.url + request.url, {
      method,
      headers: { authorization },
      ...(method === 'POST' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(await answer.text());
  });
  const result = await cli(['doctor', '--togai-base-url', url, ...args], options);
  return { ...result, url, requests, simulator };
}
