/** Cache key of one stored decision. An entry never changes, so what is cached stays true. */
export function decisionKey(seq: number) {
  return ['decision', seq] as const;
}
