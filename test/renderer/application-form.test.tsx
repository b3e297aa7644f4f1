import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../contract/failure.ts';
import { DRAFT_REST_MS } from '../../renderer/application/draft.ts';
import { openScreens } from './open-screens.tsx';
import { choose, filledOffice, fillInstalmentLoan, findInput, rest, type } from './typing.ts';

const decide = () => fireEvent.click(screen.getByText(/^(Decide|Try again)$/));

const DISK_FULL: Failure = {
  kind: 'disk-full',
  happened: 'The disk is full.',
  safe: 'Every stored decision is still stored.',
  next: 'Make space and try again.',
  facts: {},
};

/** The shell pauses before it starts a service again, so the page has heard of the end before a new port comes. */
const restartIsTold = () => screen.findByText(/branch service is restarting/);

describe('the application form', () => {
  it('asks every field of the product, in its sections, with units and what is not scored marked', async () => {
    const { office } = openScreens();
    const form = await screen.findByRole('form', { name: 'Instalment loan for goods' });
    const definition = office.products[0]?.product.definition;
    for (const section of definition?.sections ?? []) within(form).getByRole('group', { name: section.label.en });
    for (const field of definition?.fields ?? []) {
      const role = field.type === 'choice' ? 'combobox' : 'textbox';
      within(form).getByRole(role, { name: field.label.en });
    }
    expect(within(form).getByText('For monitoring only, not scored.', { exact: false })).toBeTruthy();
    expect(within(form).getByText(/Encrypted under a key of its own/)).toBeTruthy();
    expect(within(form).getByText('months')).toBeTruthy();
  });

  it('is another form for another product, without a line of code for it', async () => {
    openScreens();
    fireEvent.click(await screen.findByRole('radio', { name: 'Personal loan' }));
    await screen.findByRole('form', { name: 'Personal loan' });
    expect(screen.getByRole('textbox', { name: 'Annual income' })).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Price of the goods' })).toBeNull();
  });

  it('sends what was typed as numbers and values, identity apart from answers', async () => {
    const { office } = openScreens();
    await fillInstalmentLoan();
    decide();
    await screen.findByText(/Stored as entry 7/);
    expect(office.asked).toHaveLength(1);
    expect(office.asked[0]?.identity).toEqual({ full_name: 'Ama Osei' });
    expect(office.asked[0]?.answers).toMatchObject({ price: 1600, amount: 900, term_months: 36, job: 'fixed', records: 'no', age: null });
    expect(office.asked[0]?.answers).not.toHaveProperty('full_name');
  });

  it('says plainly at the field what is wrong and sends nothing', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    await type('Price of the goods', '1.600');
    await screen.findByText(/can be read in two ways/);
    await type('Amount requested', '9o0');
    await screen.findByText(/Write a number like 12345/);
    await type('Term', '360');
    await screen.findByText(/must be between 3 and 120/);
    await type('Time in the present job', '');
    await screen.findByText('This is needed for a decision.');
    decide();
    const price = await findInput('Price of the goods');
    await waitFor(() => expect(document.activeElement).toBe(price));
    expect(office.asked).toEqual([]);
  });

  it('clears an amount and takes the next one as it is typed', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    await type('Price of the goods', '12345675');
    await type('Price of the goods', '');
    await type('Price of the goods', '999');
    decide();
    await screen.findByText(/Stored as entry/);
    expect(office.asked[0]?.answers.price).toBe(999);
  });

  it('takes a choice by its first letters, leaves an unclear one empty, and forgets one that is emptied', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    await choose('Marital status', 'S');
    await choose('Home', '');
    decide();
    await screen.findByText(/Stored as entry/);
    expect(office.asked[0]?.answers).toMatchObject({ marital: null, home: null });
  });

  it('goes on with Enter and decides with Ctrl+Enter', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    const price = await findInput('Price of the goods');
    price.focus();
    fireEvent.keyDown(price, { key: 'Enter' });
    const amount = await findInput('Amount requested');
    expect(document.activeElement).toBe(amount);
    fireEvent.keyDown(amount, { key: 'Enter', ctrlKey: true });
    await screen.findByText(/Stored as entry/);
    expect(office.asked).toHaveLength(1);
  });

  it('tells what happened, what is safe and what to do next when a decision fails, and loses nothing', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    office.failNext = DISK_FULL;
    decide();
    const alert = await screen.findByRole('alert');
    for (const text of [DISK_FULL.happened, DISK_FULL.safe, DISK_FULL.next]) within(alert).getByText(text);
    expect((await findInput('Price of the goods')).value).toBe('1,600');
    decide();
    await screen.findByText(/Stored as entry 7/);
    expect(office.asked[0]?.applicationId).toBe(office.views[0]?.applicationId);
  });

  it('tells a failure in the language shown, whatever language the service speaks', async () => {
    const office = filledOffice();
    openScreens({ office, language: 'es-ES' });
    await findInput('Nombre y apellidos');
    fireEvent.change(await findInput('Precio del bien'), { target: { value: '1600' } });
    office.failNext = DISK_FULL;
    fireEvent.click(screen.getByText('Decidir'));
    await screen.findByText('El disco está lleno: la decisión no se pudo guardar, así que no la hay.');
    screen.getByText('Haga espacio en el disco e inténtelo de nuevo.');
    expect(screen.queryByText(DISK_FULL.happened)).toBeNull();
  });

  it("shows the service's complaints at their fields", async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    office.failNext = { ...DISK_FULL, kind: 'application-invalid', fields: { amount: 'The amount is above the price.' } };
    decide();
    const field = await findInput('Amount requested');
    await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'));
    screen.getByText('The amount is above the price.');
  });

  it('asks again after the service died under the decision, and shows the one that was stored', async () => {
    const office = filledOffice({ deciding: 50 });
    const { shell } = openScreens({ office });
    await findInput('Full name');
    office.dead = true;
    decide();
    await waitFor(() => expect(office.views).toHaveLength(1));
    shell.killService();
    await screen.findByText(/Asking again/);
    await restartIsTold();
    shell.startService();
    await screen.findByText(/Stored as entry 7/);
    expect(office.views).toHaveLength(1);
    expect(new Set(office.asked.map(({ applicationId }) => applicationId)).size).toBe(1);
  });
});

describe('the draft', () => {
  it('is kept letter for letter on every change and says so', async () => {
    const { office } = openScreens();
    await type('Monthly income', '12 3,4');
    await screen.findByText(/Draft saved/);
    expect(office.drafts.get('instalment-loan')?.typed.income).toBe('12 3,4');
  });

  it('comes back after a crash of the window, with the same application', async () => {
    const { office, unmount } = openScreens();
    await type('Monthly income', '240');
    await type('Date of birth', '04/03/1980');
    await screen.findByText(/Draft saved/);
    const before = office.drafts.get('instalment-loan')?.applicationId;
    unmount();
    openScreens({ office });
    await screen.findByText(/was restored/);
    expect((await findInput('Monthly income')).value).toBe('240');
    expect((await findInput('Date of birth')).value).toBe('04/03/1980');
    await type('Assets', '1');
    await rest(DRAFT_REST_MS + 200);
    expect(office.drafts.get('instalment-loan')?.applicationId).toBe(before);
  });

  it('keeps a day as a day, so that another language cannot swap it with the month', async () => {
    const { office } = openScreens({ language: 'en-US' });
    await type('Date of birth', '03/04/1980');
    await screen.findByText(/Draft saved/);
    expect(office.drafts.get('instalment-loan')?.typed.birth_date).toBe('1980-03-04');
  });

  it('says that it is not saved while the service is away, and is saved when it is back', async () => {
    const { office, shell } = openScreens();
    await screen.findByRole('form', { name: /Instalment/ });
    office.dead = true;
    await type('Monthly income', '240');
    await rest(DRAFT_REST_MS + 100);
    shell.killService();
    await screen.findByText(/Draft not saved yet/);
    expect(office.drafts.size).toBe(0);
    await restartIsTold();
    shell.startService();
    await screen.findByText(/Draft saved/, {}, { timeout: 15_000 });
    expect(office.drafts.get('instalment-loan')?.typed.income).toBe('240');
  });

  it('is cleared only when that was meant, and another application begins', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    fireEvent.click(screen.getByText('Clear the form'));
    fireEvent.click(screen.getByText('Keep it'));
    expect((await findInput('Full name')).value).toBe('Ama Osei');
    fireEvent.click(screen.getByText('Clear the form'));
    fireEvent.click(screen.getByText('Clear all'));
    await waitFor(async () => expect((await findInput('Full name')).value).toBe(''));
    expect(office.drafts.size).toBe(0);
  });

  it('is gone after the decision', async () => {
    const office = filledOffice();
    openScreens({ office });
    await findInput('Full name');
    decide();
    await screen.findByText(/Stored as entry/);
    await rest(DRAFT_REST_MS + 100);
    expect(office.drafts.size).toBe(0);
  });

  it('never passes an old decision off as the answer to other values', async () => {
    const office = filledOffice();
    const { unmount } = openScreens({ office });
    await screen.findByText(/Draft saved/);
    const draft = office.drafts.get('instalment-loan');
    decide();
    await screen.findByText(/Stored as entry 7/);
    unmount();
    // A crash between the decision and the discarding of its draft.
    if (draft) office.drafts.set('instalment-loan', draft);
    openScreens({ office });
    await type('Monthly income', '90');
    decide();
    await screen.findByText(/was decided before, with other answers: it is entry 7/);
    decide();
    await screen.findByText(/Stored as entry 8/);
    expect(office.views[1]?.inputs.income).toBe(90);
  });
});
