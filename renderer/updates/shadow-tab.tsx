/** Each challenger held against the champion: what would have been different, in counts, never an applicant. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { HeldArtefact, UpdateState } from '../../contract/update-calls.ts';
import { useConnection } from '../connection/connection.tsx';
import { useLocale } from '../language/locale.tsx';
import { FailedQuestion } from '../shell/failure-note.tsx';
import { byProduct } from './by-product.ts';
import { ShadowReport } from './shadow-report.tsx';
import classes from './updates.module.css';
import { UPDATES_KEY } from './updates-query.ts';

export function ShadowTab({ held, titleOf }: { held: UpdateState['held']; titleOf: (product: string) => string }) {
  const pairs = byProduct(held).flatMap(({ champion, challengers }) =>
    champion ? challengers.map((challenger) => ({ champion, challenger })) : [],
  );
  return (
    <div className={classes.shadow}>
      <p className={classes.about}>
        <Trans>
          A challenger scores in the shadow of the champion: every decision is scored by both, only the champion's counts. Compared are all
          decisions since both have been in their places, by the cutoffs of the policy of now alone; knock-out rules are the same for both.
        </Trans>
      </p>
      {pairs.length === 0 && (
        <p className={classes.soft}>
          <Trans>No challenger is compared with the champion.</Trans>
        </p>
      )}
      {pairs.map(({ champion, challenger }) => (
        <Compared
          key={`${challenger.product} ${challenger.artefact.sha256}`}
          champion={champion}
          challenger={challenger}
          product={titleOf(challenger.product)}
        />
      ))}
    </div>
  );
}

function Compared({ champion, challenger, product }: { champion: HeldArtefact; challenger: HeldArtefact; product: string }) {
  const { t } = useLingui();
  const { text } = useLocale();
  const { service } = useConnection();
  const of = { product: challenger.product, challenger: challenger.artefact.sha256 };
  const shadow = useQuery({
    queryKey: [...UPDATES_KEY, 'shadow', of, champion.artefact.sha256],
    queryFn: ({ signal }) => service.ask((client, options) => client.updates.shadow(of, options), signal),
    staleTime: 0,
  });
  const [next, now] = [challenger, champion].map(({ title, artefact }) => `${text(title)} ${artefact.version}`);
  return (
    <section className={classes.card} aria-label={t`${product}: ${next} beside ${now}`}>
      <h2>
        {product}:{' '}
        <Trans>
          challenger {next} beside champion {now}
        </Trans>
      </h2>
      {shadow.isError && <FailedQuestion error={shadow.error} retry={() => void shadow.refetch()} />}
      {shadow.isPending && <Skeleton height={240} role="status" aria-label={t`Comparing`} />}
      {shadow.data && <ShadowReport of={shadow.data} />}
    </section>
  );
}
