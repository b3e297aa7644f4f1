/** What the fake office has in its places, what it is offered, and what waits for a second person. */
import type { Failure } from '../../contract/failure.ts';
import type { HeldArtefact, ShadowComparison, UpdateState } from '../../contract/update-calls.ts';

const digest = (sign: string) => sign.repeat(64);
const source = {
  target: 'models/instalment-loan-boosted-1.1.0.zip',
  metadata: { root: 1, timestamp: 14, snapshot: 9, targets: 3, models: 5 },
  signedBy: { role: 'models', keys: [digest('7'), digest('9')] },
};

function model(alias: HeldArtefact['alias'], seq: number, version: string, sign: string): HeldArtefact {
  const isBundled = seq < 10;
  return {
    seq,
    product: 'instalment-loan',
    kind: 'model',
    alias,
    artefact: { name: alias === 'challenger' ? 'instalment-loan-scorecard' : 'instalment-loan-boosted', version, sha256: digest(sign) },
    title: alias === 'challenger' ? { en: 'Scorecard', es: 'Tarjeta de puntuación' } : { en: 'Boosted trees', es: 'Árboles potenciados' },
    since: isBundled ? '2026-11-02T08:00:00.000Z' : '2026-11-20T09:30:00.000Z',
    by: isBundled ? 'system' : 'ines',
    cause: isBundled ? 'first-use' : 'released',
    source: isBundled ? null : source,
    expiresOn: '2028-10-31',
    suspended: false,
  };
}

export function comparisonOf(challenger: HeldArtefact, champion: HeldArtefact): ShadowComparison {
  return {
    product: challenger.product,
    champion: champion.artefact,
    challenger: challenger.artefact,
    decisions: 1840,
    unscored: 3,
    from: '2026-11-20T09:41:12.000Z',
    to: '2026-11-28T16:02:55.000Z',
    agreement: 0.912,
    shift: { mean: -2.31, p10: -14.25, median: -1.5, p90: 9.75 },
    histogram: { edges: [-20, -10, -5, -2, 2, 5, 10, 20], counts: [61, 188, 254, 301, 447, 262, 201, 97, 29] },
    shifts: [
      { from: 'approve', to: 'refer', count: 74 },
      { from: 'refer', to: 'approve', count: 49 },
      { from: 'refer', to: 'decline', count: 31 },
      { from: 'decline', to: 'refer', count: 8 },
      { from: 'approve', to: 'decline', count: null },
    ],
    isTooFew: false,
  };
}

export class FakeUpdates {
  seq = 2000;
  /** Thrown by the next call that changes something. */
  failNext: Failure | null = null;
  /** Told in place of the usual one. */
  comparison: ShadowComparison | null = null;
  /** Milliseconds between two steps of a check. */
  lasting = 30;
  state: UpdateState = {
    repository: 'https://updates.example/outpost',
    lastCheck: '2026-11-28T08:02:00.000Z',
    issued: '2026-11-25T10:00:00.000Z',
    expires: '2027-01-24T10:00:00.000Z',
    isStale: false,
    metadata: source.metadata,
    failure: null,
    held: [model('champion', 41, '1.1.0', 'a'), model('previous', 3, '1.0.0', 'b'), model('challenger', 4, '1.0.0', 'c')],
    waiting: [
      {
        product: 'instalment-loan',
        kind: 'policy',
        alias: 'policy',
        artefact: { name: 'instalment-loan-policy', version: '1.2.0', sha256: digest('d') },
        bytes: 31_400,
        state: 'scheduled',
        activateFrom: '2026-12-01T00:00:00.000Z',
        failure: null,
      },
    ],
    proposals: [],
    fourEyes: true,
    app: { current: '0.1.0', offered: null, state: 'none', failure: null },
  };

  held(alias: HeldArtefact['alias'], product: string): HeldArtefact | undefined {
    return this.state.held.find((one) => one.alias === alias && one.product === product);
  }
}
