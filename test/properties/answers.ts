import fc from 'fast-check';
import { anyLength } from './texts.ts';

const key = fc.oneof(
  fc.constantFrom(
    'events',
    'nextToken',
    'message',
    'results',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.constantFrom('referenceId', 'eventPayload', 'ingestionStatus', 'status', 'createdAt', 'id'),
  anyLength,
);

/** Any JSON value except whole numbers that a number cannot hold. */
const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, '', 0, -1, 0.5, 1e-7),
    fc.integer(),
    anyLength,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Texts that `JSON.stringify` never writes. Some are not JSON. */
const anyRaw = fc.oneof(
  fc.constantFrom('1e999', '-1e999', '-0', '123456789012345678901234567890', '1E400', '0.1e-400'),
  fc.constantFrom('', 'undefined', 'NaN', '01', '"\\ud800"', '"\\u0000"', '"\\x"', '"', '{', ']'),
  fc.constantFrom('{"a":1,"a":2}', '{"__proto__":{"events":[]}}', '{"\\u005f_proto__":1}'),
  fc.nat(20_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.nat(20_000).map((depth) => `${'{"a":'.repeat(depth)}"\\n"${'}'.repeat(depth)}`),
);

const time = fc
  .date({ min: new Date('1995-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const text = fc.oneof(fc.constantFrom('acme', 'ride', ' spaced ', ''), anyLength, fc.integer());
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const validEvent = fc.record({
  referenceId: optional(text),
  eventPayload: fc.record({
    referenceId: optional(text),
    id: optional(text),
    accountId: text,
    schemaName: text,
    timestamp: time,
    dimensions: fc.constant({ a: { b: [1] } }),
  }),
  ingestionStatus: fc.record({
    status: fc.constantFrom('INGESTION_COMPLETED_EVENT_METERED', 'NEW', ' SPACED '),
    statusDescription: optional(text),
  }),
  createdAt: time,
});
export const validPage = fc.record({
  events: fc.array(validEvent, { maxLength: 4 }),
  nextToken: optional(anyLength),
});
const validDetails = validEvent.map((event) => ({
  ...event,
  eventPipelineInfo: {
    usageMeters: [{ name: 'rides', status: 'PROCESSED_FILTERED_OUT' }],
    pricePlans: [{ name: 'plan', cycleStart: '2026-11-01', cycleEnd: '2026-12-01' }],
  },
}));
const validMetrics = fc.array(fc.nat(100), { maxLength: 5 }).map((metricValues) => ({
  results: [
    { id: 'a', data: [{ groupedBy: { fieldValue: 'acme' }, timestamps: [], metricValues }] },
    { id: 'b', data: { metricValues } },
    { id: 'c', data: null },
  ],
}));

const HERE = 'a place that is written over';

/** A JSON value with one of the values in it replaced. */
function written(json: unknown, choice: number, raw: string): string {
  const count = nodesIn(json);
  let node = 0;
  const marked = JSON.stringify(json, (_, value: unknown) =>
    node++ === choice % count ? HERE : value,
  );
  return marked.replace(`"${HERE}"`, () => raw);
}

function nodesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return Object.values(json).reduce((count, value) => count + nodesIn(value), 1);
}

const changedOf = (valid: fc.Arbitrary<unknown>, other: fc.Arbitrary<string>) =>
  fc.tuple(valid, fc.nat(), other).map(([json, choice, raw]) => written(json, choice, raw));

const anyJsonText = anyJson.map((json) => JSON.stringify(json));

/** A page in which one value is any JSON value. */
export const changedPage = changedOf(validPage, anyJsonText);

const anyAnswer = fc.oneof(validPage, validDetails, validMetrics);

/** Bodies of answers, from nearly right to nonsense. */
export const anyBody: fc.Arbitrary<string> = fc.oneof(
  changedOf(anyAnswer, fc.oneof(anyJsonText, anyRaw)),
  // Cut off.
  fc.tuple(anyAnswer, fc.nat()).map(([json, length]) => {
    const whole = JSON.stringify(json);
    return whole.slice(0, length % (whole.length + 1));
  }),
  // A key twice, the second time with anything.
  fc
    .tuple(anyAnswer, key, anyJsonText)
    .map(([json, name, value]) =>
      JSON.stringify(json).replace(/\}$/, () => `,${JSON.stringify(name)}:${value}}`),
    ),
  anyJsonText,
  anyRaw,
  anyLength,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new TextDecoder().decode(bytes)),
);
