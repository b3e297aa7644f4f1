/** Cache keys of what is kept and what must go. */

/** A decision and what an erasure of its applicant would take. Apart from the decision's own key: this one is forgotten with the page. */
export function subjectKey(seq: number) {
  return ['keep', 'subject', seq] as const;
}

export const DUE_KEY = ['keep', 'due'] as const;
export const RECOVERY_KEY_KEY = ['keep', 'recovery-key'] as const;
