/** Letters that fit into one line of the label column. */
const FIT = 36;

/** A label in one line, or in two that are broken between words; only what does not fit even then is cut. */
export function linesOf(label: string): [string, string | null] {
  if (label.length <= FIT) return [label, null];
  const space = label.lastIndexOf(' ', FIT);
  const at = space > 0 ? space : FIT;
  const rest = label.slice(at).trim();
  return [label.slice(0, at), rest.length > FIT + 4 ? `${rest.slice(0, FIT + 3)}…` : rest];
}
