import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SABOTAGES } from '../../proving/sabotages.ts';
import { SABOTAGES_OF_INCIDENTS } from '../../proving/sabotages-of-incidents.ts';
import { SABOTAGES_OF_REDO } from '../../proving/sabotages-of-redo.ts';

test.each(
  [...SABOTAGES, ...SABOTAGES_OF_INCIDENTS, ...SABOTAGES_OF_REDO].map(
    ({ id, file, from }) => [id, file, from] as const,
  ),
)('the sabotage %s fits its file exactly once', (_, file, from) => {
  expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
});
