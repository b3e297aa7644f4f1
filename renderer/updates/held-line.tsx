/** One model or policy in its place: what it is, since when and why, until when, and who signed it. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { HeldArtefact } from '../../contract/update-calls.ts';
import { useLocale } from '../language/locale.tsx';
import { useMay } from '../people/session.tsx';
import { useToday } from './today.ts';
import classes from './updates.module.css';
import { CAUSES, PLACES, SIGNERS } from './words.ts';

interface Props {
  of: HeldArtefact;
  /** Below what it is. */
  children?: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
}

export function HeldLine({ of, children, actions }: Props) {
  const { i18n } = useLingui();
  const { text, formats } = useLocale();
  const { artefact, alias, by, since, cause } = of;
  const [when, why] = [formats.moment(since), i18n._(CAUSES[cause])];
  return (
    <li className={classes.held} data-place={alias}>
      <span className={classes.place}>{i18n._(PLACES[alias])}</span>
      <div className={classes.what}>
        <p className={classes.name}>
          <strong>
            {text(of.title)} {artefact.version}
          </strong>{' '}
          <Expiry of={of} />
        </p>
        <p className={classes.soft}>
          {by === 'system' ? (
            <Trans>
              Since {when}: {why}.
            </Trans>
          ) : (
            <Trans>
              Since {when}, by {by}: {why}.
            </Trans>
          )}
        </p>
        {children}
        <Origin of={of} />
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </li>
  );
}

function Expiry({ of: { expiresOn } }: { of: HeldArtefact }) {
  const { formats } = useLocale();
  const day = formats.day(expiresOn);
  const isOver = expiresOn < useToday();
  return (
    <span className={classes.expiry} data-over={isOver || undefined}>
      {isOver ? <Trans>expired on {day}: with it every decision is a refer</Trans> : <Trans>until {day}</Trans>}
    </span>
  );
}

function Origin({ of: { artefact, source, seq } }: { of: HeldArtefact }) {
  const { i18n } = useLingui();
  const mayRead = useMay('read-log');
  const role = source?.signedBy.role ?? '';
  const signer = SIGNERS[role];
  const who = signer ? i18n._(signer) : role;
  return (
    <details className={classes.origin}>
      <summary>
        {source ? (
          <Plural value={source.signedBy.keys.length} one={`Signed by ${who} with # key`} other={`Signed by ${who} with # keys`} />
        ) : (
          <Trans>Came with the program</Trans>
        )}
      </summary>
      <dl className={classes.facts}>
        <dt>
          <Trans>Name</Trans>
        </dt>
        <dd>{artefact.name}</dd>
        <dt>SHA-256</dt>
        <dd className={classes.code}>{artefact.sha256}</dd>
        {source && <Signed source={source} />}
        <dt>
          <Trans>Log entry</Trans>
        </dt>
        <dd>
          {mayRead ? (
            <Link to="/audit/$seq" params={{ seq: String(seq) }}>
              {seq}
            </Link>
          ) : (
            seq
          )}
        </dd>
      </dl>
    </details>
  );
}

function Signed({ source: { target, signedBy, metadata } }: { source: NonNullable<HeldArtefact['source']> }) {
  return (
    <>
      <dt>
        <Trans>Target</Trans>
      </dt>
      <dd className={classes.code}>{target}</dd>
      <dt>
        <Trans>Role and keys</Trans>
      </dt>
      <dd>
        {signedBy.role}
        {signedBy.keys.map((key) => (
          <span key={key} className={classes.code}>
            {key}
          </span>
        ))}
      </dd>
      <dt>
        <Trans>Metadata versions</Trans>
      </dt>
      <dd>
        <Versions of={metadata} />
      </dd>
    </>
  );
}

export function Versions({ of }: { of: Record<string, number> }) {
  return Object.entries(of)
    .map(([role, version]) => `${role} ${version}`)
    .join(' · ');
}
