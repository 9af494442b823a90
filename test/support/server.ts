import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LocalServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Path and query of each request so far. */
  readonly requests: readonly string[];
}

/** A real HTTP server on a free port, closed when the test ends. */
export async function serve(listener: RequestListener): Promise<LocalServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    // The date of this machine is not the time of a test.
    response.sendDate = false;
    listener(request, response);
  });
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${port}`, requests };
}

/** A server that gives the answers in turn, and then the last one for ever. */
export function serveAnswers(
  ...answers: readonly { status?: number; body: unknown; headers?: Record<string, string> }[]
): Promise<LocalServer> {
  let next = 0;
  return serve((_, response) => {
    const answer = answers[Math.min(next++, answers.length - 1)];
    response.writeHead(answer?.status ?? 200, {
      'content-type': 'application/json',
      ...answer?.headers,
    });
    response.end(typeof answer?.body === 'string' ? answer.body : JSON.stringify(answer?.body));
  });
}

export async function listen(server: Server | NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
