/** The sheet itself, as it is printed. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { DecisionView, OfficeStatus } from '../../contract/ipc.ts';
import type { Outcome } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import type { Review } from '../../contract/review.ts';
import { useLocale } from '../language/locale.tsx';
import { qrMatrix, qrPath } from './qr-code.ts';
import classes from './receipt.module.css';

interface Props {
  view: DecisionView;
  /** The last one, which holds. */
  review: Review | null;
  receipt: { text: string; leafHash: string; size: number };
  office: OfficeStatus;
  definition: ProductDefinition | null;
}

export function ReceiptSheet({ view, review, receipt, office, definition }: Props) {
  const { formats, text } = useLocale();
  const name = definition?.fields.find((field) => field.use === 'identifying' && field.type === 'text');
  const who = name && view.identity?.[name.id];
  const { amount } = view.decision.affordability;
  const { seq } = view;
  return (
    <article className={classes.sheet}>
      <header className={classes.head}>
        <h2>
          <Trans>Your application for credit</Trans>
        </h2>
        <span>{office.branch}</span>
      </header>
      <dl className={classes.facts}>
        {who && <Fact name={<Trans>Applicant</Trans>}>{who}</Fact>}
        <Fact name={<Trans>Product</Trans>}>{definition ? text(definition.title) : view.product.name}</Fact>
        {amount !== null && <Fact name={<Trans>Amount requested</Trans>}>{formats.money(amount, definition?.currency ?? null)}</Fact>}
        <Fact name={<Trans>Decided</Trans>}>{formats.moment(view.wall)}</Fact>
        {review && <Fact name={<Trans>Reviewed by a person</Trans>}>{formats.moment(review.wall)}</Fact>}
        <Fact name={<Trans>Number</Trans>}>{seq}</Fact>
      </dl>
      <p className={classes.outcome}>
        <ApplicantSentence outcome={review?.outcome ?? view.decision.outcome} isReviewed={review !== null} />
      </p>
      <Grounds view={view} isApproved={(review?.outcome ?? view.decision.outcome) === 'approve'} />
      <p className={classes.rights}>
        <Trans>
          A computer model took part in this decision. You may ask for a person to look at it again, say what you think of it, and have it
          explained to you.
        </Trans>
      </p>
      <Proof receipt={receipt} />
    </article>
  );
}

function Fact({ name, children }: { name: React.ReactNode; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The outcome as the applicant is told it. */
function ApplicantSentence({ outcome, isReviewed }: { outcome: Outcome; isReviewed: boolean }) {
  switch (outcome) {
    case 'approve':
      return <Trans>Your application is approved.</Trans>;
    case 'decline':
      return <Trans>Your application is declined.</Trans>;
    case 'refer':
      return isReviewed ? (
        <Trans>A person has looked at your application and has not decided it yet.</Trans>
      ) : (
        <Trans>Your application is not decided yet: a person will look at it.</Trans>
      );
  }
}

/** Statements of fact about the application, never about a score (12 CFR 1002.9(b)(2)). */
function Grounds({ view, isApproved }: { view: DecisionView; isApproved: boolean }) {
  const { text } = useLocale();
  const told = view.decision.reasons.filter(({ source }) => source !== 'doubt');
  if (isApproved || told.length === 0) return null;
  return (
    <>
      <h3>
        <Trans>What stood against it</Trans>
      </h3>
      <ul className={classes.grounds}>
        {told.map((reason) => (
          <li key={`${reason.source} ${reason.code}`}>{text(reason.text)}</li>
        ))}
      </ul>
    </>
  );
}

function Proof({ receipt: { text, leafHash, size } }: Pick<Props, 'receipt'>) {
  const { t } = useLingui();
  const { formats } = useLocale();
  const matrix = qrMatrix(text);
  const entries = formats.number(size);
  return (
    <section className={classes.proof} aria-label={t`Proof`}>
      <div>
        <h3>
          <Trans>Proof that it is in the log of this branch</Trans>
        </h3>
        <p className={classes.small}>
          <Trans>
            The text below (and the code, which holds the same text) proves that this decision is one of the {entries} entries of the log
            whose checkpoint it ends with. Keep it. Check it with: outpost verify-receipt
          </Trans>
        </p>
        <p className={classes.small}>
          <Trans>Hash of the decision:</Trans> <code className={classes.hash}>{leafHash}</code>
        </p>
        {matrix === null && (
          <p className={classes.small} role="status">
            <Trans>The proof is too long for one QR code: the text alone is printed.</Trans>
          </p>
        )}
      </div>
      {matrix && (
        <svg
          className={classes.code}
          viewBox={`0 0 ${matrix.length} ${matrix.length}`}
          role="img"
          aria-label={t`QR code of the proof`}
          shapeRendering="crispEdges"
        >
          <rect width="100%" height="100%" fill="#fff" />
          <path d={qrPath(matrix)} fill="#000" />
        </svg>
      )}
      <pre className={classes.text}>{text}</pre>
    </section>
  );
}
