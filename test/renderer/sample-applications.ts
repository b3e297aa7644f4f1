/** Applications to fill lists with: made up, the same at every run. */
import type { Application } from '../../contract/application.ts';
import type { FakeOffice } from './fake-office.ts';

const FIRST = ['Ama', 'Kofi', 'Luisa', 'Tomás', 'Ines', 'Marek', 'Noor', 'Priya', 'Jonas', 'Salma'];
const LAST = ['Osei', 'Mensah', 'García', 'Fernández', 'Novak', 'Kowalski', 'Haddad', 'Rao', 'Lindqvist', 'Diallo'];
const pick = <T>(of: T[], at: number): T => of[at % of.length] as T;

/** Answers that the bundled instalment loan takes. */
export const GOOD_ANSWERS = {
  price: 1600,
  amount: 900,
  term_months: 36,
  job: 'fixed',
  seniority: 9,
  income: 240,
  expenses: 60,
  assets: 4000,
  debt: 0,
  records: 'no',
  home: 'owner',
  age: 41,
  marital: 'married',
};

export function sampleApplication(n: number): Application {
  const uuid = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
  const wave = (n * 7919) % 97;
  return {
    applicationId: uuid,
    product: 'instalment-loan',
    answers: {
      ...GOOD_ANSWERS,
      amount: 400 + wave * 22,
      price: 900 + wave * 30,
      seniority: (n * 31) % 25,
      income: 60 + ((n * 53) % 260),
      debt: n % 3 === 0 ? 900 : 0,
      records: n % 5 === 0 ? 'yes' : 'no',
      job: pick(['fixed', 'freelance', 'partime', 'fixed'], n),
      home: pick(['owner', 'rent', 'parents'], n),
    },
    identity: n % 11 === 0 ? {} : { full_name: `${pick(FIRST, n)} ${pick(LAST, Math.floor(n / 10))}` },
  };
}

/** Decides `count` samples, one every 37 minutes, the last at about noon of 23 November 2026. */
export async function fillOffice(office: FakeOffice, count: number): Promise<void> {
  const last = Date.parse('2026-11-23T12:10:00Z');
  for (let n = 0; n < count; n += 1) await office.decide(sampleApplication(n), new Date(last - (count - n) * 37 * 60_000).toISOString());
  office.asked.length = 0;
}
