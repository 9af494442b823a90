/**
 * Loaded into a process before its program (`--import`): tells on stderr, when the process ends, what it
 * cost: its peak memory, and the most requests that it sent in any one second.
 */
import { subscribe } from 'node:diagnostics_channel';

const sent: number[] = [];
// Told when the head of a request is written to its socket.
subscribe('undici:client:sendHeaders', () => sent.push(performance.now()));

function mostInASecond(): number {
  let most = 0;
  let first = 0;
  sent.forEach((time, index) => {
    while (time - (sent[first] ?? time) >= 1_000) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

process.on('exit', () => {
  const peakKb = process.resourceUsage().maxRSS;
  process.stderr.write(`${JSON.stringify({ peakKb, mostInASecond: mostInASecond() })}\n`);
});
