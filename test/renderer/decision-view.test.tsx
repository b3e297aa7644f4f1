import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DecisionView } from '../../contract/ipc.ts';
import { FakeOffice } from './fake-office.ts';
import { openScreens } from './open-screens.tsx';
import { GOOD_ANSWERS, sampleApplication } from './sample-applications.ts';

async function decided(change: (view: DecisionView) => void = () => {}, answers = {}): Promise<FakeOffice> {
  const office = new FakeOffice();
  const view = await office.decide({ ...sampleApplication(1), answers: { ...GOOD_ANSWERS, ...answers } }, '2026-11-23T10:00:00.000Z');
  change(view);
  return office;
}

async function show(office: FakeOffice, language = 'en-GB') {
  openScreens({ office, at: '#/decisions/7', language });
  return screen.findByRole('article');
}

describe('the decision view', () => {
  it('says the outcome as a word and a sentence, with score, probability, entry and hash', async () => {
    const office = await decided();
    const { decision, leafHash } = office.views[0] as DecisionView;
    const report = await show(office);
    within(report).getByText('This application can be approved.');
    within(report).getByText(String(Math.round(decision.score ?? 0)), { selector: 'dd' });
    within(report).getByText('Stored as entry 7');
    within(report).getByText(leafHash);
    within(report).getByText('instalment-loan-champion 1.0.0');
    within(report).getByText('instalment-loan-policy 1.0.0');
  });

  it('tells the reasons, the rules that fired and that the officer may disagree', async () => {
    const report = await show(await decided(() => {}, { amount: 2600, price: 2800, income: 60, records: 'yes' }));
    within(report).getByText(/Negative credit records with a requested amount above 1500/, { selector: 'ol *' });
    within(report).getByText('You may disagree');
    expect(within(report).getAllByText(/rules? fired/).length).toBeGreaterThanOrEqual(5);
  });

  it('has every bar of the waterfall as a row of a table too, and in words for a screen reader', async () => {
    const office = await decided();
    const { decision } = office.views[0] as DecisionView;
    const report = await show(office);
    const table = within(report).getByRole('table', { hidden: true });
    expect(within(table).getAllByRole('row', { hidden: true })).toHaveLength((decision.explanation?.contributions.length ?? 0) + 2);
    const chart = within(report).getByRole('img', { name: /What moved the score/ });
    expect(chart.getAttribute('aria-label')).toContain('This applicant');
  });

  it('says what is not known instead of showing a number', async () => {
    const office = await decided(() => {}, { income: null });
    const report = await show(office);
    within(report).getByText('A person must decide this application.');
    within(report).getByText('Why a person must look');
    expect(within(report).getAllByText('not known').length).toBeGreaterThan(0);
  });

  it('stands without the model, the policy and the product that made it', async () => {
    const office = await decided((view) => {
      Object.assign(view, {
        characteristics: null,
        features: null,
        scaling: null,
        referBand: null,
        tables: null,
        model: null,
        policy: null,
        identity: null,
      });
      view.product = { ...view.product, name: 'forgotten-loan' };
    });
    const report = await show(office);
    within(report).getByText('forgotten-loan 1.0.0');
    within(report).getByText(/In log-odds of default/);
  });

  it('speaks Spanish, with the texts of product and policy and the numbers of Spain', async () => {
    const report = await show(await decided(() => {}, { amount: 2600, price: 2800, income: 60 }), 'es-ES');
    within(report).getByText('Guardada como entrada 7');
    within(report).getByText(/Capacidad de pago/, { selector: 'h2' });
    expect(within(report).getAllByText(/2600|2\.600/).length).toBeGreaterThan(0);
  });

  it('names a column of the model by what a person knows it as', async () => {
    const report = await show(await decided(() => {}, { amount: 3000, price: 1000 }));
    const doubt = within(report).getByText(/A value is outside of what the model has seen/);
    expect(doubt.textContent).toMatch(/^Share of the price that is financed:/);
  });

  it('says so when there is no such entry', async () => {
    openScreens({ at: '#/decisions/99' });
    await screen.findByText(/no decision with the number 99/);
    screen.getByText('Look for it in the list of decisions.');
  });
});
