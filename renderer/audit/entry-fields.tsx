/** The fields of an entry, by their names in the log's public format. */
import { Trans } from '@lingui/react/macro';
import classes from './audit.module.css';

/** Told above, by `EntryFacts`, or of no use to a person. */
const TOLD = new Set(['v', 'seq', 'type', 'wall', 'actor', 'role', 'boot', 'mono']);

export function fieldsOf(bytes: string): Record<string, unknown> {
  return JSON.parse(bytes) as Record<string, unknown>;
}

export function EntryFields({ fields }: { fields: Record<string, unknown> }) {
  return (
    <dl className={classes.fields}>
      {Object.entries(fields)
        .filter(([name]) => !TOLD.has(name))
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Value of={value} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Value({ of }: { of: unknown }) {
  if (of === null) return '–';
  if (typeof of === 'string' || typeof of === 'number' || typeof of === 'boolean') return String(of);
  if (typeof of !== 'object') return null;
  if ('ct' in of && 'kc' in of) return <Trans>sealed; only its key opens it</Trans>;
  if (Array.isArray(of) && of.every((item) => typeof item !== 'object')) return of.length === 0 ? '–' : of.join(', ');
  return (
    <dl className={classes.fields}>
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
