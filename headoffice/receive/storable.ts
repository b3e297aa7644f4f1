/** Values that a branch chose freely, in the form in which every engine stores them. */

/** PostgreSQL's text holds no NUL, its jsonb no half of a surrogate pair. */
export function storable(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\uFFFD');
}

/** RFC 3339 has a year 0000, PostgreSQL has not. */
export function momentOf(wall: string): string {
  return wall.replace(/^0000/, '0001');
}
