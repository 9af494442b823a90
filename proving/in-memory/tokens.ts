import type { Faults } from './faults.ts';

const MARK = 'Tk/9+secret';

/** The token that Togai accepts; `undefined` for none. A revocation counts as struck. */
export function acceptedToken(faults: Faults, time: number): string | undefined {
  if (faults.active('token-revoked', time)) {
    faults.count('token-revoked');
    return undefined;
  }
  return tokenAfter(faults.all('token-rotated').filter(({ from }) => from <= time).length);
}

/** The token that the secret holds. */
export function secretToken(faults: Faults, time: number): string {
  const rotations = faults.all('token-rotated').filter(({ secretAt }) => secretAt <= time);
  return tokenAfter(rotations.length);
}

function tokenAfter(rotations: number): string {
  return `${MARK}-${rotations}`;
}

/** Whether a text contains the token: as it is, escaped as in a URL, or escaped as in JSON. */
export function showsToken(text: string): boolean {
  return (
    text.includes(MARK) ||
    text.includes(encodeURIComponent(MARK)) ||
    text.includes(MARK.replaceAll('/', '\\/'))
  );
}
