/** Old decisions decided again from what was stored, with that day's model and policy. */
import { Plural, Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconRepeat } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReplayResult, replayProgress } from '../../contract/audit.ts';
import classes from './audit.module.css';
import { CallProgress } from './call-progress.tsx';
import { useLongCall } from './long-call.ts';

type Report = Extract<ReturnType<(typeof replayProgress)['parse']>, { step: 'report' }>;

/** @param range inclusive entry numbers; the button is off where it is null */
export function ReplayPanel({ range, one }: { range: { from: number; to: number } | null; one: boolean }) {
  const { state, start } = useLongCall<Report>();
  return (
    <>
      <p className={classes.about}>
        <Trans>
          Computes again what was stored, with the model and the policy of that day, and compares every number bit for bit. Nothing is
          changed.
        </Trans>
      </p>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconRepeat size={16} aria-hidden />}
        disabled={range === null}
        loading={state.step === 'running'}
        onClick={() => range && start((client, options) => client.audit.replay(range, options))}
      >
        {one ? <Trans>Replay this decision</Trans> : <Trans>Replay decisions</Trans>}
      </Button>
      <CallProgress state={state} />
      {state.step === 'ended' && <ReplayOutcome report={state.end} />}
    </>
  );
}

function ReplayOutcome({ report }: { report: Report }) {
  const { same, erased, different, impossible, results } = report;
  const good = different === 0 && impossible === 0;
  const Icon = good ? IconCircleCheck : IconAlertTriangle;
  return (
    <section className={classes.result} data-good={good} role={good ? 'status' : 'alert'}>
      <Icon size={22} stroke={1.7} aria-hidden />
      <div>
        <p className={classes.verdict}>
          {same + erased + different + impossible === 0 ? (
            <Trans>There is no decision in this range.</Trans>
          ) : good ? (
            <Trans>Every decision comes out as it was stored.</Trans>
          ) : (
            <Trans>Not every decision comes out as it was stored.</Trans>
          )}
        </p>
        <ul className={classes.counts}>
          <li>
            <Plural value={same} one="# is the same bit for bit" other="# are the same bit for bit" />
          </li>
          {erased > 0 && (
            <li>
              <Plural value={erased} one="# is the same, its applicant erased" other="# are the same, their applicants erased" />
            </li>
          )}
          {different > 0 && (
            <li>
              <Plural value={different} one="# is different" other="# are different" />
            </li>
          )}
          {impossible > 0 && (
            <li>
              <Plural value={impossible} one="# cannot be replayed" other="# cannot be replayed" />
            </li>
          )}
        </ul>
        {results
          .filter(({ verdict }) => verdict === 'different' || verdict === 'impossible')
          .map((result) => (
            <Differing key={result.seq} result={result} />
          ))}
      </div>
    </section>
  );
}

function Differing({ result: { seq, differences, causes } }: { result: ReplayResult }) {
  return (
    <details className={classes.differing}>
      <summary>
        <Trans>Entry {seq}</Trans>
      </summary>
      <p>
        <Link to="/audit/$seq" params={{ seq: String(seq) }}>
          <Trans>Open this entry</Trans>
        </Link>
      </p>
      {causes.length > 0 && (
        <ul>
          {causes.map((cause) => (
            <li key={cause}>{cause}</li>
          ))}
        </ul>
      )}
      {differences.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Part</Trans>
              </th>
              <th scope="col">
                <Trans>As stored</Trans>
              </th>
              <th scope="col">
                <Trans>Computed again</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ part, stored, computed }) => (
              <tr key={part}>
                <th scope="row">{part}</th>
                <td>
                  <code>{stored}</code>
                </td>
                <td>
                  <code>{computed}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
