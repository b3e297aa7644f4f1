/** RFC 8259 section 4 leaves two values under one name to the reader; a file of applications must not depend on that. */

/** @returns where a name stands a second time in the same object of a valid JSON text, or null */
export function findDuplicateKey(text: string): { line: number } | null {
  const open: (Set<string> | null)[] = [];
  let line = 1;
  let key: string | null = null;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:\n]/g)) {
    if (token === '\n') line += 1;
    else if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') key = token;
    else if (key !== null) {
      const names = open.at(-1);
      // Two spellings of one name (`a` and `\u0061`) are one name.
      const name = key.includes('\\') ? String(JSON.parse(key)) : key.slice(1, -1);
      if (names?.has(name) === true) return { line };
      names?.add(name);
    }
  }
  return null;
}
