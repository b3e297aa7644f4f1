/** Typing into the form, found by its accessible names. */
import { act, fireEvent, screen } from '@testing-library/react';
import { FakeOffice, type FakeOptions } from './fake-office.ts';

/** By its label's text: many times faster in jsdom than by role, which computes styles of the whole page. */
export function findInput(field: string): Promise<HTMLInputElement> {
  return screen.findByLabelText<HTMLInputElement>(field, { selector: 'input' });
}

export async function type(field: string, text: string): Promise<void> {
  const input = await findInput(field);
  fireEvent.focus(input);
  fireEvent.change(input, { target: { value: text } });
  fireEvent.blur(input);
}

/** Types the beginning of an option and leaves the field, as a keyboard user does. */
export async function choose(field: string, beginning: string): Promise<void> {
  const input = await findInput(field);
  // Really focused: what changes in an input without focus is taken for the work of a password manager.
  act(() => input.focus());
  fireEvent.change(input, { target: { value: beginning } });
  act(() => input.blur());
}

export async function fillInstalmentLoan(): Promise<void> {
  await type('Full name', 'Ama Osei');
  for (const [field, text] of [
    ['Price of the goods', '1,600'],
    ['Amount requested', '900'],
    ['Term', '36'],
    ['Time in the present job', '9'],
    ['Monthly income', '240'],
    ['Monthly expenses', '60'],
    ['Assets', '4000'],
    ['Outstanding debt', '0'],
  ] as const)
    await type(field, text);
  await choose('Type of employment', 'Perm');
  await choose('Negative credit records', 'No');
  await choose('Home', 'Own');
}

export async function rest(ms: number): Promise<void> {
  await act(() => new Promise((resolve) => setTimeout(resolve, ms)));
}

/** An office with the draft of a whole application: typing it every time would take most of the run. */
export function filledOffice(options: FakeOptions = {}): FakeOffice {
  const office = new FakeOffice(options);
  const typed = {
    full_name: 'Ama Osei',
    price: '1,600',
    amount: '900',
    term_months: '36',
    job: 'fixed',
    seniority: '9',
    income: '240',
    expenses: '60',
    assets: '4000',
    debt: '0',
    records: 'no',
    home: 'owner',
  };
  office.drafts.set('instalment-loan', {
    applicationId: '7a1c0f7e-5f0c-4b51-9d4f-3c8f0d1f2a3b',
    product: 'instalment-loan',
    typed,
    changedAt: Date.parse('2026-11-23T10:00:00Z'),
  });
  return office;
}
