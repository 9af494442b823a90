import { describe, expect, test } from 'vitest';
import { readPayload } from '../../functions/monitor/on-call/payload.ts';

const SILENCE = { account: 'acme', for: '2h', by: 'mira' };

describe('a payload is understood', () => {
  test.each<[unknown, object]>([
    [undefined, { kind: 'run', time: undefined }],
    [{}, { kind: 'run', time: undefined }],
    [{ time: '2026-11-18T10:00:00Z' }, { kind: 'run', time: Date.UTC(2026, 10, 18, 10) }],
    [{ time: 'soon' }, { kind: 'run', time: undefined }],
    [{ test: true }, { kind: 'test', time: undefined }],
    [
      { silence: SILENCE },
      { kind: 'silence', request: { scope: { account: 'acme' }, forMs: 7_200_000, by: 'mira' } },
    ],
    [{ unsilence: 's-7k2f' }, { kind: 'unsilence', id: 's-7k2f', by: 'somebody' }],
    [
      { unsilence: 's-7k2f', by: 'tom' },
      { kind: 'unsilence', id: 's-7k2f', by: 'tom' },
    ],
    [{ silences: true }, { kind: 'silences' }],
    [{ status: true }, { kind: 'status' }],
  ])('%j', (payload, asked) => {
    expect(readPayload(payload)).toEqual(asked);
  });
});

describe('a payload is refused, so that it starts no run', () => {
  test.each<[unknown, RegExp]>([
    [{ silense: SILENCE }, /"silense" has no meaning in this payload, so nothing was done/],
    [{ silence: SILENCE, time: 'now' }, /"time" has no meaning/],
    [{ silence: SILENCE, status: true }, /"status" has no meaning/],
    [{ silence: true }, /silence: write \{"account"/],
    [{ unsilence: true }, /unsilence: write the id/],
    [{ status: 'yes' }, /status: write true/],
    [{ test: false }, /test: write true/],
    ['status', /no JSON object/],
    [[{ status: true }], /no JSON object/],
    [{ key1: 'value1' }, /"key1" has no meaning/],
    [{ silence: { ...SILENCE, until: '10:00' } }, /"until" is no field of a silence/],
  ])('%j', (payload, reason) => {
    expect(() => readPayload(payload)).toThrow(reason);
  });
});
