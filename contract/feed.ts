/**
 * The feed of predictions, as others read it (docs/feeds.md): CloudEvents 1.0 whose `data` is an entry of the log without what identifies an applicant.
 * The forms here are what is promised, version by version. A reader must bear fields that are not named here: entries of later programs have more.
 */
import { z } from 'zod';
import { activationEntry, decisionEntry } from './log-entry.ts';
import { reviewEntry } from './people-entries.ts';
import { modelStateEntry } from './release-entries.ts';
import { outcomeRow } from './sync.ts';
import { outcomeEntry } from './sync-entries.ts';

/** Type of entry → the kind of event that tells it, by which its schema is named. What is not here is no event. */
export const FEED_KINDS = {
  decision: 'decision',
  review: 'review',
  outcome: 'outcomes',
  'model-activated': 'activation',
  'policy-activated': 'activation',
  'product-activated': 'activation',
  'model-retired': 'model-state',
  'model-suspended': 'model-state',
  'model-resumed': 'model-state',
} as const;
export type FeedKind = (typeof FEED_KINDS)[keyof typeof FEED_KINDS];

/** Fields of entries that hold sealed personal data: left out of every event, whatever its type, but for the note of an outcome, which is head office's own. */
export const SEALED_FIELDS = ['pii', 'note'] as const;

const DATA: Record<FeedKind, z.ZodType> = {
  decision: decisionEntry.omit({ pii: true }),
  review: reviewEntry.omit({ note: true }),
  // outcomes: what the note says, taken out of it.
  outcomes: outcomeEntry.extend({ outcomes: z.array(outcomeRow) }),
  activation: activationEntry,
  'model-state': modelStateEntry,
};

export function isFeedKind(kind: string): kind is FeedKind {
  return Object.hasOwn(DATA, kind);
}

/** JSON Schema (2020-12) of an event's `data`, open to fields that come later. @param id its own address */
export function feedSchemaOf(kind: FeedKind, id: string): Record<string, unknown> {
  const schema = z.toJSONSchema(DATA[kind], {
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { ...schema, $id: id };
}
