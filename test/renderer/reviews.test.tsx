import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ADA, FakeDoor, person, SAMUEL } from './fake-door.ts';
import { FakeOffice } from './fake-office.ts';
import { openScreens } from './open-screens.tsx';
import { GOOD_ANSWERS, sampleApplication } from './sample-applications.ts';

const press = (name: string) => fireEvent.click(screen.getByText(name, { selector: 'button *' }));

/** One referred decision of Ada's, entry 7. */
async function referred(door: FakeDoor): Promise<FakeOffice> {
  const office = new FakeOffice({ door });
  await office.decide({ ...sampleApplication(1), answers: { ...GOOD_ANSWERS, income: null } }, '2026-11-23T10:00:00.000Z');
  return office;
}

describe('a review by a supervisor', () => {
  it('begins in the queue, chooses nothing beforehand, asks for a reason, and is shown with who and when', async () => {
    const office = await referred(new FakeDoor([SAMUEL]));
    openScreens({ office, at: '#/reviews' });
    fireEvent.click(await screen.findByLabelText('Review entry 7'));
    await screen.findByText(/Nobody has reviewed it yet/);
    press('Review this decision');
    await screen.findByText(/People tend to follow a machine/);
    press('Store the review');
    await screen.findByText('Choose what you decide.');
    fireEvent.click(screen.getByLabelText('Approve'));
    press('Store the review');
    await screen.findByText('Choose at least one reason for deciding otherwise.');
    expect(office.reviews.size).toBe(0);
    fireEvent.click(screen.getByLabelText('Income is shown in another way'));
    fireEvent.change(screen.getByLabelText('Remark'), { target: { value: 'Payslips of three months.' } });
    press('Store the review');
    const panel = await screen.findByLabelText('Review by a person');
    await within(panel).findByText(/samuel, .*stored as entry 500/);
    within(panel).getByText(/override: approved against the machine/);
    within(panel).getByText('Payslips of three months.');
    expect(office.reviews.get(7)).toMatchObject([{ outcome: 'approve', codes: ['income-shown-otherwise'] }]);
  });

  it('confirms what stands without a reason', async () => {
    const office = await referred(new FakeDoor([SAMUEL]));
    openScreens({ office, at: '#/decisions/7' });
    await screen.findByText(/Nobody has reviewed it yet/);
    press('Review this decision');
    fireEvent.click(await screen.findByLabelText('Refer, as it stands'));
    press('Store the review');
    await waitFor(() => expect(office.reviews.get(7)).toMatchObject([{ outcome: 'refer', codes: [] }]));
  });

  it('is not offered for one’s own decision, nor to an officer', async () => {
    const own = { ...person('a.osei', 'Ada Osei', 'supervisor') };
    const first = openScreens({ office: await referred(new FakeDoor([own])), at: '#/decisions/7' });
    await screen.findByText(/You entered this application yourself/);
    expect(screen.queryByText('Review this decision')).toBeNull();
    first.unmount();
    openScreens({ office: await referred(new FakeDoor([person('b.otu', 'Ben Otu', 'officer')])), at: '#/decisions/7' });
    await screen.findByText('A supervisor can review it here.');
    expect(screen.queryByText('Review this decision')).toBeNull();
  });

  it('shows in the list beside the machine’s outcome; what waits is marked', async () => {
    const office = await referred(new FakeDoor([ADA]));
    await office.decide({ ...sampleApplication(2), answers: { ...GOOD_ANSWERS, income: null } });
    office.reviews.set(8, [
      { seq: 9, wall: '2026-11-23T15:00:00.000Z', actor: 'samuel', outcome: 'decline', override: null, codes: ['other'], note: null },
    ]);
    openScreens({ office, at: '#/decisions' });
    await screen.findByText('waits');
    screen.getByText('Decline', { selector: '[role=gridcell] *' });
  });
});

describe('the receipt for an applicant', () => {
  it('says the outcome that holds and its grounds, without a score, with the proof as text and code', async () => {
    const office = new FakeOffice();
    const view = await office.decide({
      ...sampleApplication(1),
      answers: { ...GOOD_ANSWERS, amount: 2600, price: 2800, income: 60, records: 'yes' },
    });
    openScreens({ office, at: '#/decisions/7/receipt' });
    const sheet = await screen.findByRole('article');
    within(sheet).getByText('Your application is declined.');
    within(sheet).getByText(/Negative credit records with a requested amount above 1500/);
    within(sheet).getByText(/ask for a person to look at it again/);
    within(sheet).getByText(/c2sp\.org\/tlog-proof@v1/);
    within(sheet).getByLabelText('QR code of the proof');
    within(sheet).getByText(view.leafHash);
    expect(sheet.textContent).not.toMatch(/score|probability/i);
    expect(sheet.textContent).not.toContain(String(Math.round(view.decision.score ?? -1)));
  });

  it('prints the text alone where no code holds it, and says so', async () => {
    const office = new FakeOffice();
    await office.decide(sampleApplication(1));
    office.receiptText = office.receiptText.repeat(8);
    openScreens({ office, at: '#/decisions/7/receipt' });
    await screen.findByText(/too long for one QR code/);
    expect(screen.queryByLabelText('QR code of the proof')).toBeNull();
  });
});

describe('what does not work as it should', () => {
  it('stands over every page: what is the matter, what still works, what is refused', async () => {
    const trouble = { product: null, since: '2026-11-23T10:00:00.000Z', works: '', refused: '' };
    const troubles = [
      { ...trouble, kind: 'disk-low' as const },
      { ...trouble, kind: 'policy-expired' as const, product: 'personal-loan' },
    ];
    openScreens({ status: { troubles } });
    await screen.findByText('The disk is almost full.');
    screen.getByText(/looking at decisions, reviewing, erasing/);
    screen.getAllByText(/New decisions, until there is room again/);
    screen.getByText(/: The credit policy has expired\./);
  });
});
