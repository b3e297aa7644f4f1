/** Four eyes: what one person asked for and another must confirm. Over everything else on the page, for nothing happens until somebody does. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import type { Proposal, UpdateState } from '../../contract/update-calls.ts';
import { useLocale } from '../language/locale.tsx';
import { useAtWork, useMay } from '../people/session.tsx';
import { FailureNote, failureOf } from '../shell/failure-note.tsx';
import { byProduct } from './by-product.ts';
import { Consequences, type Intent } from './consequences.tsx';
import classes from './updates.module.css';
import { type ChangeAnswer, useChange } from './use-change.ts';

interface Props {
  state: UpdateState;
  titleOf: (product: string) => string;
  done: (answer: ChangeAnswer) => void;
}

export function ProposalsPanel({ state, titleOf, done }: Props) {
  const { t } = useLingui();
  if (state.proposals.length === 0) return null;
  return (
    <section className={classes.proposals} aria-label={t`Waits for a second person`}>
      <h2>
        <IconUsers size={19} stroke={1.7} aria-hidden /> <Trans>Waits for a second person</Trans>
      </h2>
      {state.proposals.map((proposal) => (
        <Asked key={proposal.seq} of={proposal} state={state} titleOf={titleOf} done={done} />
      ))}
    </section>
  );
}

/** What it would be now; null: what is active has changed since, and it cannot be done any more. */
function intentOf({ change, product, artefact }: Proposal, { held }: UpdateState): Intent | null {
  const places = byProduct(held).find((one) => one.product === product);
  if (!places) return null;
  const candidates = { switch: places.challengers, 'roll-back': [places.previous], resume: [places.champion] }[change];
  const to = candidates.find((one) => one?.artefact.sha256 === artefact?.sha256);
  if (!to) return null;
  if (change === 'resume') return to.suspended ? { what: 'resume', places } : null;
  return { what: change, places, to };
}

function Asked({ of, state, titleOf, done }: Props & { of: Proposal }) {
  const { present } = useAtWork();
  const maySettle = useMay('manage-updates', 'suspend-model');
  const change = useChange();
  const [isOpen, setOpen] = useState(false);
  const isOwn = of.by === present.account;
  const intent = intentOf(of, state);
  const settle = (what: 'confirm' | 'dismiss') => change.mutate({ what, proposal: of.seq }, { onSuccess: done });
  return (
    <div className={classes.asked}>
      <WhatWasAsked of={of} titleOf={titleOf} state={state} />
      {change.isError && <FailureNote failure={failureOf(change.error)} />}
      {intent === null && (
        <p className={classes.soft}>
          <Trans>What is active has changed since this was asked for. Dismiss it, and ask again if it is still wanted.</Trans>
        </p>
      )}
      {isOwn && (
        <p className={classes.soft}>
          <Trans>You asked for this yourself, so another person must confirm it: somebody of IT or a supervisor.</Trans>
        </p>
      )}
      {!isOwn && !maySettle && (
        <p className={classes.soft}>
          <Trans>Somebody of IT or a supervisor can confirm it.</Trans>
        </p>
      )}
      {isOpen && intent && (
        <ul className={classes.points}>
          <Consequences of={intent} />
        </ul>
      )}
      {maySettle && (
        <div className={classes.buttons}>
          {!isOwn && intent && !isOpen && (
            <Button size="xs" onClick={() => setOpen(true)}>
              <Trans>Confirm …</Trans>
            </Button>
          )}
          {!isOwn && intent && isOpen && (
            <Button size="xs" loading={change.isPending} onClick={() => settle('confirm')} autoFocus>
              <Trans>Confirm it</Trans>
            </Button>
          )}
          <Button size="xs" variant="default" disabled={change.isPending} onClick={() => settle('dismiss')}>
            {isOwn ? <Trans>Withdraw it</Trans> : <Trans>Dismiss it</Trans>}
          </Button>
        </div>
      )}
    </div>
  );
}

function WhatWasAsked({ of, titleOf, state }: { of: Proposal; titleOf: Props['titleOf']; state: UpdateState }) {
  const { formats, text } = useLocale();
  const { by, change, artefact } = of;
  const when = formats.moment(of.at);
  const product = titleOf(of.product);
  const held = state.held.find((one) => one.artefact.sha256 === artefact?.sha256);
  const model = `${held ? text(held.title) : (artefact?.name ?? '')} ${artefact?.version ?? ''}`.trim();
  return (
    <p className={classes.plain}>
      {change === 'switch' && (
        <Trans>
          {by} asked on {when}: <strong>switch to {model}</strong> for {product}.
        </Trans>
      )}
      {change === 'roll-back' && (
        <Trans>
          {by} asked on {when}: <strong>roll back to {model}</strong> for {product}.
        </Trans>
      )}
      {change === 'resume' && (
        <Trans>
          {by} asked on {when}: <strong>resume {model}</strong> for {product}.
        </Trans>
      )}
    </p>
  );
}
