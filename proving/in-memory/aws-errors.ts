import type { Note } from '../history.ts';

/** Notes that a call was refused, and fails like that call. Nothing was done. */
export function refuse(note: (note: Note) => void, what: string): never {
  note({ type: 'refused', what });
  throw new Error(`${what}: throttled, try again later`);
}

/** The error of a call that was done, and whose answer never arrived. */
export function answerLost(what: string): Error {
  return new Error(`${what}: the connection was lost before an answer came`);
}
