/** What follows for applicants from a change of what decides, said before anybody agrees to it. */
import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { HeldArtefact } from '../../contract/update-calls.ts';
import { useLocale } from '../language/locale.tsx';
import type { ProductPlaces } from './by-product.ts';
import { useToday } from './today.ts';

export type Intent =
  | { what: 'switch' | 'roll-back'; places: ProductPlaces; to: HeldArtefact }
  | { what: 'suspend' | 'resume'; places: ProductPlaces };

/** @returns items of a list */
export function Consequences({ of }: { of: Intent }): ReactNode {
  switch (of.what) {
    case 'suspend':
      return <OfSuspending />;
    case 'resume':
      return <OfResuming />;
    default:
      return <OfAnother of={of} />;
  }
}

function OfSuspending() {
  return (
    <>
      <li>
        <strong>
          <Trans>At once, every decision becomes a refer until the champion is resumed or another model takes its place.</Trans>
        </strong>
      </li>
      <li>
        <Trans>Applications are entered, checked and logged as usual, and a person decides each.</Trans>
      </li>
      <li>
        <Trans>Decisions that are stored already stay as they are.</Trans>
      </li>
      <li>
        <Trans>No second person is needed. To resume, one may be.</Trans>
      </li>
    </>
  );
}

function OfResuming() {
  return (
    <>
      <li>
        <strong>
          <Trans>From the next application on, the champion decides again.</Trans>
        </strong>
      </li>
      <li>
        <Trans>Whoever was referred meanwhile stays with a person.</Trans>
      </li>
    </>
  );
}

function OfAnother({ of: { what, to, places } }: { of: Extract<Intent, { to: HeldArtefact }> }) {
  const { text, formats } = useLocale();
  const isExpired = to.expiresOn < useToday();
  const expiry = formats.day(to.expiresOn);
  const { champion } = places;
  const next = `${text(to.title)} ${to.artefact.version}`;
  const now = champion ? `${text(champion.title)} ${champion.artefact.version}` : '';
  return (
    <>
      <li>
        <strong>
          <Trans>From the next application on, {next} decides.</Trans>
        </strong>{' '}
        <Trans>Some applicants will get another outcome, score or reason than they would today.</Trans>
      </li>
      {champion &&
        (what === 'switch' ? (
          <li>
            <Trans>{now} is kept on this PC: one step back brings it again.</Trans>
          </li>
        ) : (
          <li>
            <Trans>{now} decides no longer.</Trans>
          </li>
        ))}
      {isExpired && (
        <li>
          <strong>
            <Trans>It expired on {expiry}: with it every decision becomes a refer.</Trans>
          </strong>
        </li>
      )}
      {champion?.suspended && !isExpired && (
        <li>
          <Trans>The suspension ends with it: approving and declining go on by the other model.</Trans>
        </li>
      )}
      <li>
        <Trans>Decisions that are stored already stay as they are, with the model that made them.</Trans>
      </li>
    </>
  );
}
