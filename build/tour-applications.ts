/** Made-up people with realistic answers, for the walk-through: an approval, referrals and a refusal. Answers by field id, choices by value. */
export interface TourApplication {
  product: string;
  answers: Record<string, string>;
}

const instalment = (answers: Record<string, string>): TourApplication => ({ product: 'instalment-loan', answers });

export const FIRST: TourApplication = instalment({
  full_name: 'Amina Wanjiru',
  id_number: 'K-2291-77',
  birth_date: '1988-04-12',
  phone: '+254 700 000 112',
  price: '1650',
  amount: '1000',
  term_months: '36',
  job: 'fixed',
  seniority: '9',
  income: '190',
  expenses: '60',
  assets: '4500',
  debt: '0',
  records: 'no',
  home: 'owner',
  age: '38',
  marital: 'married',
});

/** By the name of the picture that is taken of the decision. */
export const MORE: Record<string, TourApplication> = {
  'decision-declined': instalment({
    full_name: 'Tomás Rivera',
    price: '1400',
    amount: '1300',
    term_months: '60',
    job: 'freelance',
    seniority: '0',
    income: '85',
    expenses: '75',
    assets: '0',
    debt: '900',
    records: 'yes',
    home: 'rent',
    age: '24',
    marital: 'single',
  }),
  'decision-referred': instalment({
    full_name: 'Grace Okafor',
    price: '1700',
    amount: '1150',
    term_months: '48',
    job: 'fixed',
    seniority: '3',
    expenses: '50',
    assets: '2000',
    debt: '300',
    records: 'no',
    home: 'parents',
    age: '29',
    marital: 'single',
  }),
  'personal-loan': {
    product: 'personal-loan',
    answers: {
      full_name: 'Daniel Mutua',
      addr_state: 'NY',
      amount: '15000',
      term: 'term_36',
      annual_income: '99600',
      income_verification: 'Verified',
      employment_length: 'emp_1',
      delinquencies_2y: '1',
      accounts_delinquent: '0',
      amount_delinquent: '0',
      inquiries_6m: '0',
      inquiries_12m: '1',
      finance_inquiries: '1',
      revolving_utilisation: '32.9',
      all_utilisation: '72',
      instalment_active: '6',
      instalment_opened_12m: '0',
      instalment_opened_24m: '4',
      instalment_accounts: '7',
      instalment_balance: '35060',
      instalment_limit: '46820',
    },
  },
};
