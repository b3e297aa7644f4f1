/** One answer of the feed. */
import type { CloudEvent } from 'cloudevents';
import type { Store } from '../store/store.ts';
import { eventOf, FEED_TYPES } from './event.ts';
import { formatPlace, type Place } from './place.ts';
import { readSteps } from './read-entries.ts';

export const MOST_EVENTS = 1000;
/** Of entries in one answer. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Of one answer, so that a stretch without events does not hold a request for ever: the answer is then empty, and its token further on. */
const MOST_STEPS = 500;

export interface FeedPage {
  events: CloudEvent<unknown>[];
  /** Token of the place behind them; null: there was nothing yet, and no token to go on from. */
  resume: string | null;
  /** Nothing more is there up to the watermark. */
  caughtUp: boolean;
}

export interface FeedQuestion {
  after: Place | null;
  limit: number;
  base: string;
  watermarkSeconds: number;
}

export async function readFeed(store: Store, { after, limit, base, watermarkSeconds }: FeedQuestion): Promise<FeedPage> {
  const events: CloudEvent<unknown>[] = [];
  let place = after;
  let bytes = 0;
  let steps = 0;
  const page = (caughtUp: boolean): FeedPage => ({ events, resume: place === null ? null : formatPlace(place), caughtUp });
  for await (const step of readSteps(store, { after, from: null, to: null, watermarkSeconds, types: FEED_TYPES, unreadable: true })) {
    for (const entry of step.entries) {
      if (events.length === limit || bytes >= MOST_BYTES) return page(false);
      events.push(eventOf(entry, base));
      bytes += entry.bytes.length;
      place = entry.place;
    }
    place = step.place;
    if (++steps === MOST_STEPS) return page(false);
  }
  return page(true);
}
