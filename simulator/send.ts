import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(text);
}

/** Answers with a fault instead of with the API. */
export function sendFault(
  response: ServerResponse,
  fault: Exclude<Fault, 'repeated-token' | 'lost-answer'>,
): void {
  switch (fault) {
    case '429':
      response.setHeader('retry-after', '1');
      sendJson(response, 429, { message: 'Request rate exceeded.' });
      return;
    case '500':
      sendJson(response, 500, { message: 'Something went wrong.' });
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>A proxy was here.</body></html>');
      return;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"events":[{"eventPayload":{"schemaName":"api_');
  }
}
