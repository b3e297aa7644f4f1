/** From the filled form to the stored decision: asked again after a restart of the service, and never decided twice. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { Application } from '../../contract/application.ts';
import type { Failure } from '../../contract/failure.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { type ServiceLine, useConnection } from '../connection/connection.tsx';
import { isRetryable } from '../connection/failed-call.ts';
import { decisionKey } from '../decision/decision-query.ts';
import { failureOf } from '../shell/failure-note.tsx';
import type { DraftKeeper } from './draft.ts';
import { type Typed, toApplication, type Understood } from './understand.ts';

const ATTEMPTS = 4;
const REST_MS = 500;

interface Deciding {
  definition: ProductDefinition;
  applicationId: string;
  form: UseFormReturn<Typed, unknown, Understood>;
  keeper: DraftKeeper;
  /** Gives what is typed a new application id. */
  renew: () => void;
}

export function useDecide({ definition, applicationId, form, keeper, renew }: Deciding) {
  const { service } = useConnection();
  const queries = useQueryClient();
  const [deciding, setDeciding] = useState(false);
  const [retrying, setRetrying] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [alreadyDecided, setAlreadyDecided] = useState<number | null>(null);
  const { product } = definition;

  /** The entry's number, or null when there is no decision to show; the reason is in the state then. */
  async function decideTyped(understood: Understood): Promise<number | null> {
    const application: Application = { applicationId, product, ...toApplication(definition, understood) };
    const view = await askForDecision(service, application, () => setRetrying(true));
    if (!isOf(view, application)) {
      renew();
      setAlreadyDecided(view.seq);
      return null;
    }
    await keeper.stop();
    await discardDraft();
    queries.setQueryData(decisionKey(view.seq), view);
    void queries.invalidateQueries({ queryKey: ['decisions'] });
    return view.seq;
  }

  async function discardDraft(): Promise<boolean> {
    try {
      await service.ask((client, options) => client.drafts.discard({ product }, options));
      return true;
    } catch (error) {
      // After a decision this is harmless: a draft that stays carries the same applicationId and cannot be decided again.
      setFailure(failureOf(error));
      return false;
    }
  }

  async function submit(): Promise<number | null> {
    if (deciding) return null;
    let seq: number | null = null;
    setFailure(null);
    setAlreadyDecided(null);
    setDeciding(true);
    try {
      await form.handleSubmit(async (understood) => {
        seq = await decideTyped(understood);
      })();
    } catch (error) {
      const told = failureOf(error);
      setFailure(told);
      for (const [field, message] of Object.entries(told.fields ?? {})) form.setError(field, { type: 'service', message });
    } finally {
      setDeciding(false);
      setRetrying(false);
    }
    return seq;
  }

  async function discard(): Promise<boolean> {
    await keeper.stop();
    return discardDraft();
  }

  return { submit, discard, deciding, retrying, failure, alreadyDecided };
}

/** Deciding is idempotent by `applicationId`: after a crash the same question brings the entry that was stored, or decides now. */
async function askForDecision(service: ServiceLine, application: Application, onRetry: () => void): Promise<DecisionView> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await service.ask((client, options) => client.applications.decide(application, options));
    } catch (error) {
      if (!isRetryable(error) || attempt === ATTEMPTS) throw error;
      onRetry();
      await new Promise((resolve) => setTimeout(resolve, REST_MS * attempt));
    }
  }
}

/** Whether the stored decision is of these very answers: a restored draft may have been decided and edited since. */
function isOf(view: DecisionView, { answers }: Application): boolean {
  const stored = { ...view.inputs, ...view.protected };
  return Object.keys({ ...stored, ...answers }).every((field) => (stored[field] ?? null) === (answers[field] ?? null));
}
