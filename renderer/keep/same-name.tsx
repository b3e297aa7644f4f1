/** A person may have applied several times: an erasure is of one application, so the others of that name are pointed at. */
import { Plural, Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConnection } from '../connection/connection.tsx';
import classes from './keep.module.css';

const MOST = 20;

export function SameName({ name, seq }: { name: string; seq: number }) {
  const { service } = useConnection();
  const found = useQuery({
    queryKey: ['decisions', 'named', name],
    queryFn: ({ signal }) =>
      service.ask((client, options) => client.decisions.list({ filter: { search: name }, offset: 0, limit: MOST }, options), signal),
    staleTime: 0,
    gcTime: 0,
  });
  const others = found.data?.rows.filter((row) => row.seq !== seq && row.applicant === name) ?? [];
  if (others.length === 0) return null;
  return (
    <p className={classes.soft}>
      <Plural value={others.length} one="Another decision is of the same name:" other="# other decisions are of the same name:" />{' '}
      {others.map((row) => (
        <span key={row.seq}>
          <Link to="/privacy/$seq" params={{ seq: String(row.seq) }}>
            <Trans>Entry {row.seq}</Trans>
          </Link>
          {row === others.at(-1) ? '. ' : ', '}
        </span>
      ))}
      <Trans>Each is erased by itself; make sure that it is the same person.</Trans>
    </p>
  );
}
