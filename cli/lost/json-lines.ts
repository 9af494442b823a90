import { type FileHandle, open } from 'node:fs/promises';
import { SettingError } from '../../functions/monitor/errors.ts';
import { printable } from '../../functions/monitor/text/text.ts';

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

/**
 * The values of the whole lines of a file, each JSON. A process that is killed may leave a torn line at the end: it is left out.
 *
 * @param start in bytes
 * @yields each value with the end of its line, in bytes
 * @throws SettingError for a line that is no JSON
 */
export async function* wholeLines(
  file: FileHandle,
  start: number,
  path: string,
): AsyncGenerator<{ readonly value: unknown; readonly end: number }> {
  let left = Buffer.alloc(0);
  let position = start;
  for (;;) {
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position,
    );
    if (bytesRead === 0) return;
    let lineStart = position - left.length;
    position += bytesRead;
    left = Buffer.concat([left, buffer.subarray(0, bytesRead)]);
    for (let at = left.indexOf(NEWLINE); at >= 0; at = left.indexOf(NEWLINE)) {
      lineStart += at + 1;
      yield { value: parse(left.subarray(0, at).toString(), path), end: lineStart };
      left = left.subarray(at + 1);
    }
  }
}

function parse(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new SettingError(
      `${printable(path, 200)} has a line that is no JSON; name another file`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Opens a file to read and write, and makes it where it is missing. Only its owner can read it: it names accounts.
 *
 * @throws SettingError where it cannot be used
 */
export async function openPrivate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return open(path, 'wx+', 0o600);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(
      `the file ${printable(path, 200)} cannot be used (${code}); make it writable, or name another one`,
      { cause: error },
    );
  }
}
