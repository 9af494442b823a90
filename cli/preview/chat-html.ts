export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * A text for a chat as HTML: its bare links are links.
 *
 * @param text escaped for Slack, which escapes `&`, `<` and `>` as HTML does
 */
export function chatHtml(text: string): string {
  return text
    .replaceAll('"', '&quot;')
    .replace(/https?:\/\/\S+/g, (url) => `<a href="${url}">${url}</a>`)
    .replaceAll('\n', '<br>');
}
