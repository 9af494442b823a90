/** @param text zipped, as base64 */
export async function unzip(text: string): Promise<ArrayBuffer> {
  const zipped = await fetch(`data:application/octet-stream;base64,${text.trim()}`);
  const stream = zipped.body?.pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream ?? null).arrayBuffer();
}
