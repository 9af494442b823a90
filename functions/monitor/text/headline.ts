/** The first sentence of a text without its full stop, and the rest. */
export function headlineOf(text: string): { readonly headline: string; readonly rest: string } {
  const end = /[.:](?=\s|$)|\n/.exec(text)?.index ?? text.length;
  return { headline: text.slice(0, end), rest: text.slice(end + 1).trim() };
}
