/** An application for the bundled instalment loan that nobody has decided yet. */
import { randomUUID } from 'node:crypto';
import type { Application } from '../../contract/application.ts';

export function application(changes: Partial<Application> = {}): Application {
  return {
    applicationId: randomUUID(),
    product: 'instalment-loan',
    answers: {
      seniority: 9,
      home: 'rent',
      term_months: 60,
      records: 'no',
      job: 'fixed',
      expenses: 73,
      income: 129,
      assets: 0,
      debt: 0,
      amount: 800,
      price: 846,
      age: 30,
      marital: 'married',
    },
    identity: { full_name: 'Ada Lovelace', id_number: 'X-1' },
    ...changes,
  };
}
