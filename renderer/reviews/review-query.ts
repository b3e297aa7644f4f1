/** Cache keys of reviews: a decision's own, and what waits for one. */
export function reviewsKey(of: number) {
  return ['reviews', of] as const;
}

export const WAITING_KEY = ['reviews', 'waiting'] as const;
