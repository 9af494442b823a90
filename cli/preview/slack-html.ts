export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const EMOJI: Readonly<Record<string, string>> = {
  ':rotating_light:': '🚨',
  ':warning:': '⚠️',
  ':white_check_mark:': '✅',
};

/**
 * Slack's mark-up as HTML: links, emoji, code, bold and italic.
 *
 * @param text escaped for Slack, which escapes `&`, `<` and `>` as HTML does
 */
export function slackHtml(text: string): string {
  return text
    .replace(
      /<(https?:[^|>]+)\|([^>]+)>/g,
      (_, url: string, label: string) => `<a href="${escapeHtml(url)}">${label}</a>`,
    )
    .replace(/:[a-z_]+:/g, (name) => EMOJI[name] ?? name)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replace(/(^|\n)_([^_\n]+)_/g, '$1<i>$2</i>');
}
