/** What tests put into logs. Knows no test runner, so that programs under test may use it too. */
import { createHash } from 'node:crypto';
import type { CodeVersions } from '../../branch/log/branch-log.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';

export const KEY = Buffer.alloc(32, 7);
export const CODE: CodeVersions = { outpost: '0.1.0', node: '24.0.0', onnxruntime: '1.30.0', platform: 'linux-x64' };

type DecisionDraft = Extract<UnstampedEntry, { type: 'decision' }>;

/** A UUID that follows from a number. */
export function applicationId(n: number): string {
  const digits = createHash('sha256').update(String(n)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

const artefact = (name: string) => ({ name, version: '1.2.0', sha256: createHash('sha256').update(name).digest('hex') });

/** A decision on application `n`; outcomes take turns. */
export function decisionDraft(n: number, change: Partial<DecisionDraft> = {}): DecisionDraft {
  const decision = (['approve', 'refer', 'decline'] as const)[n % 3]!;
  return {
    type: 'decision',
    actor: 'officer-1',
    role: 'officer',
    application: applicationId(n),
    product: artefact('instalment-loan'),
    model: artefact('instalment-loan-champion'),
    policy: artefact('instalment-loan-policy'),
    inputs: { amount: 800 + n, income: 129.5, home: 'owner', seniority: null },
    protected: { age: 44 },
    pii: null,
    shadow: {},
    features: [800 + n, 129.5, 'owner', null],
    pd: 0.1 + n / 1e6,
    score: 612.25,
    decision,
    reasons: ['model:R01'],
    explanation: { method: 'exact-trees', scale: 'log-odds', expected: -1, predicted: -2.25, values: [-1, -0.25] },
    affordability: {
      amount: 800 + n,
      termMonths: 36,
      monthlyIncome: 129.5,
      instalment: 30.2,
      debtService: 30.2,
      dti: 0.23,
      disposableIncome: 55,
    },
    pricing: { tier: 'A', annualRatePercent: 9.9 },
    policy_trace: { 'knock-out': 'nnn' },
    doubts: [],
    ...change,
  };
}
