import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../contract/failure.ts';
import { AGNES } from './fake-audit.ts';
import { ADA, FakeDoor, type FakePerson, MARTA, SAMUEL } from './fake-door.ts';
import { FakeOffice } from './fake-office.ts';
import { comparisonOf } from './fake-updates-state.ts';
import { openScreens } from './open-screens.tsx';

const press = (name: string | RegExp) => fireEvent.click(screen.getByText(name, { selector: 'button *' }));

function officeOf(person: FakePerson): FakeOffice {
  return new FakeOffice({ door: new FakeDoor([person]) });
}

async function openUpdates(office: FakeOffice, language = 'en-GB') {
  const opened = openScreens({ office, at: '#/updates', language });
  await screen.findByRole('tab', { name: language === 'en-GB' ? 'Active and offered' : 'Activo y ofrecido' });
  return opened;
}

const cards = () => screen.findByRole('region', { name: 'Instalment loan for goods' });

const MISFIT: Failure = {
  kind: 'model-does-not-fit',
  happened: 'The model asks for guarantor_age, which the product does not have.',
  safe: 'Nothing was changed.',
  next: 'Ask head office for one that fits.',
  facts: { field: 'guarantor_age' },
};

describe('what is active and offered', () => {
  it('is told with its place, since when, by whom, why, until when, and who signed it', async () => {
    await openUpdates(officeOf(MARTA));
    const card = await cards();
    const [champion, challenger, previous] = within(card).getAllByRole('listitem');
    for (const text of ['Champion', /Boosted trees 1.1.0/, 'until 31 October 2028', /by ines: released by head office/])
      within(champion!).getByText(text);
    within(champion!).getByText('Signed by data science with 2 keys');
    within(champion!).getByText('7'.repeat(64));
    within(champion!).getByText(/models 5/);
    expect(challenger?.textContent).toMatch(/Challenger.*Scorecard 1.0.0.*never shown to an officer.*Came with the program/);
    expect(previous?.textContent).toMatch(/Previous champion.*Boosted trees 1.0.0/);
  });

  it('names the day of what waits, and why something was refused with what its maker can do', async () => {
    const office = officeOf(MARTA);
    const [scheduled] = office.updates.state.waiting;
    const artefact = { name: 'instalment-loan-forest', version: '2.0.0', sha256: 'f'.repeat(64) };
    office.updates.state.waiting.push({ ...scheduled!, kind: 'model', alias: 'champion', artefact, state: 'refused', failure: MISFIT });
    await openUpdates(office);
    const panel = screen.getByRole('region', { name: 'What waits' });
    within(panel).getByText(/it takes its place on 1 Dec 2026/);
    within(panel).getByText(/what was active stays active/);
    within(panel).getByText(MISFIT.happened);
    within(panel).getByText(/compare it with the product's definition/);
    within(panel).getByText('field: guarantor_age');
  });

  it('says plainly that stale signatures end nothing but what is new', async () => {
    const office = officeOf(MARTA);
    office.updates.state.isStale = true;
    await openUpdates(office);
    screen.getByText(/expired on 24 Jan 2027.*nothing new is accepted, and deciding goes on/);
  });

  it('says of an expired policy that every decision is a refer with it', async () => {
    const office = officeOf(AGNES);
    const [champion] = office.updates.state.held;
    office.updates.state.held.push({ ...champion!, kind: 'policy', alias: 'policy', expiresOn: '2020-01-31' });
    await openUpdates(office);
    screen.getByText('expired on 31 January 2020: with it every decision is a refer');
  });

  it('tells a newer program with its notes, and offers the restart once it is ready', async () => {
    const office = officeOf(MARTA);
    const offered = { version: '0.2.0', notes: { en: 'Starts faster.', es: 'Arranca antes.' }, bytes: 98_000_000 };
    office.updates.state.app = { current: '0.1.0', offered, state: 'ready', failure: null };
    await openUpdates(office);
    const panel = screen.getByRole('region', { name: 'Outpost itself' });
    for (const text of ['0.1.0', '0.2.0 (98 MB)', 'Starts faster.', 'Restart with 0.2.0']) within(panel).getByText(text);
    within(panel).getByText(/Refused while somebody has an application open/);
  });
});

describe('a check', () => {
  it('is told step by step, and ends with what was fetched', async () => {
    const office = officeOf(MARTA);
    office.updates.lasting = 120;
    await openUpdates(office);
    press('Check now');
    await screen.findByText('Reading what head office signed …');
    await screen.findByText('Downloading: 12 kB of 32 kB');
    await screen.findByText('Checked: 1 file was fetched and checked.');
  });

  it('reads a stick that the person chose by the system, and nothing where none was chosen', async () => {
    const office = officeOf(MARTA);
    const { shell } = await openUpdates(office);
    shell.folder = null;
    press('From a USB stick …');
    await waitFor(() => expect(screen.getByText('Check now').closest('button')?.disabled).toBe(false));
    expect(screen.queryByText(/^Checked/)).toBeNull();
    shell.folder = '/media/stick/outpost';
    press('From a USB stick …');
    await screen.findByText('Checked: 1 file was fetched and checked.');
  });

  it('is by stick alone where no repository is set', async () => {
    const office = officeOf(MARTA);
    office.updates.state.repository = null;
    await openUpdates(office);
    screen.getByText('none is set: updates come by USB stick');
    expect(screen.getByText('Check now').closest('button')?.disabled).toBe(true);
  });
});

describe('a change of what decides', () => {
  it('is asked for after what follows was said, waits for another person, and is not confirmed by who asked', async () => {
    const office = officeOf(MARTA);
    await openUpdates(office);
    press('Switch to it …');
    const dialog = await screen.findByRole('dialog');
    within(dialog).getByText('From the next application on, Scorecard 1.0.0 decides.');
    within(dialog).getByText(/another person must confirm it first/);
    expect(office.updates.state.proposals).toEqual([]);
    press('Ask for it');
    await screen.findByText(/Asked for, as entry 2001/);
    const waits = await screen.findByRole('region', { name: 'Waits for a second person' });
    expect(waits.textContent).toMatch(/marta asked on .*: switch to Scorecard 1.0.0 for Instalment loan for goods/);
    within(waits).getByText(/You asked for this yourself/);
    expect(within(waits).queryByText('Confirm …')).toBeNull();
    press('Withdraw it');
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Waits for a second person' })).toBeNull());
    expect(office.updates.held('champion', 'instalment-loan')?.artefact.version).toBe('1.1.0');
  });

  it('is confirmed by a supervisor, who sees what follows first', async () => {
    const office = officeOf(SAMUEL);
    const [, previous] = office.updates.state.held;
    const asked = { seq: 1990, by: 'marta', at: '2026-11-28T09:00:00.000Z', change: 'roll-back' as const, product: 'instalment-loan' };
    office.updates.state.proposals.push({ ...asked, artefact: previous!.artefact });
    await openUpdates(office);
    for (const unmanaged of ['Check now', 'Switch to it …', 'Roll back …']) expect(screen.queryByText(unmanaged)).toBeNull();
    press('Confirm …');
    await screen.findByText('From the next application on, Boosted trees 1.0.0 decides.');
    press('Confirm it');
    await screen.findByText('Done. Entry 2001 of the log says so.');
    expect(office.updates.held('champion', 'instalment-loan')?.artefact.version).toBe('1.0.0');
  });

  it('that was overtaken can only be dismissed', async () => {
    const office = officeOf(SAMUEL);
    const artefact = { name: 'gone', version: '0.9.0', sha256: '0'.repeat(64) };
    const asked = { seq: 1990, by: 'marta', at: '2026-11-28T09:00:00.000Z', change: 'switch' as const, product: 'instalment-loan' };
    office.updates.state.proposals.push({ ...asked, artefact });
    await openUpdates(office);
    screen.getByText(/What is active has changed since this was asked for/);
    expect(screen.queryByText('Confirm …')).toBeNull();
    press('Dismiss it');
    await screen.findByText(/^Done/);
  });

  it('is done at once where one person is enough, and a refusal is told in the question', async () => {
    const office = officeOf(MARTA);
    office.updates.state.fourEyes = false;
    office.updates.failNext = { ...MISFIT, kind: 'change-refused', happened: 'No model stood before the present one.', facts: {} };
    await openUpdates(office);
    press('Roll back …');
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).queryByText(/another person/)).toBeNull();
    press('Roll back');
    await within(dialog).findByText('No model stood before the present one.');
    press('Roll back');
    await screen.findByText(/^Done. Entry \d+ of the log says so.$/);
    expect(office.updates.held('champion', 'instalment-loan')?.artefact.version).toBe('1.0.0');
  });

  it('stops the model at once with a reason, after it was said what that means, and is not thereby managed', async () => {
    const office = officeOf(SAMUEL);
    await openUpdates(office);
    press('Suspend …');
    await screen.findByText(/^At once, every decision becomes a refer until/);
    press('Suspend at once');
    await screen.findByText('Say why: it is written to the log.');
    expect(office.updates.held('champion', 'instalment-loan')?.suspended).toBe(false);
    fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'It refers everybody.' } });
    press('Suspend at once');
    await screen.findByText('The champion is suspended.');
    expect(office.updates.held('champion', 'instalment-loan')?.suspended).toBe(true);
    expect(screen.queryByText('Resume …')).toBeNull();
  });

  it('lets IT ask that it goes on', async () => {
    const office = officeOf(MARTA);
    office.updates.held('champion', 'instalment-loan')!.suspended = true;
    await openUpdates(office);
    press('Resume …');
    await screen.findByText('From the next application on, the champion decides again.');
    press('Ask for it');
    await screen.findByText(/asked on/);
    screen.getByText('resume Boosted trees 1.1.0');
  });
});

describe('the shadow comparison', () => {
  const openComparison = async (office: FakeOffice) => {
    await openUpdates(office);
    fireEvent.click(await screen.findByLabelText(/^Compare challenger/));
    return await screen.findByRole('region', { name: /Scorecard 1.0.0 beside Boosted trees 1.1.0/ });
  };

  it('shows agreement, the shift of score, and who would change, hiding what is too small', async () => {
    const report = await openComparison(officeOf(AGNES));
    for (const text of ['1,840', '91.2%', '-2.3', '-14.3', '-1.5', '+9.8']) await within(report).findByText(text);
    within(report).getByText(/From 20 Nov 2026/);
    within(report).getByText(/3 more decisions could not be scored by the challenger/);
    within(report).getByRole('img', { name: /below -20: 61; -20 to -10: 188;.*20 and more: 29/ });
    const rows = within(report).getByText('Who would have another outcome').parentElement!.querySelectorAll('tbody tr');
    expect([...rows].map(({ textContent }) => textContent)).toEqual([
      'ApproveRefer74',
      'ReferApprove49',
      'ReferDecline31',
      'DeclineRefer8',
      'ApproveDeclinefewer than 5',
    ]);
  });

  it('says plainly that too few decisions say nothing', async () => {
    const office = officeOf(MARTA);
    const [champion, , challenger] = office.updates.state.held;
    const few = { decisions: 12, unscored: 0, agreement: null, shift: null, histogram: null, shifts: [], isTooFew: true };
    office.updates.comparison = { ...comparisonOf(challenger!, champion!), ...few };
    const report = await openComparison(office);
    await within(report).findByText('Too few to say anything about this model.');
    within(report).getByText(/Only 12 decisions were scored by both.*Below 100/);
    expect(within(report).queryByRole('img')).toBeNull();
  });
});

describe('the history', () => {
  it('is listed page by page, in the language shown, with a way to the entry for who may read the log', async () => {
    const office = officeOf(AGNES);
    const [champion] = office.updates.state.held;
    for (let seq = 100; seq < 120; seq++) office.updates.state.held.push({ ...champion!, alias: 'previous', seq, cause: 'switched' });
    await openUpdates(office);
    fireEvent.click(screen.getByRole('tab', { name: 'History' }));
    await screen.findByText('1 to 20 of 23 entries');
    screen.getByRole('link', { name: '119' });
    expect(screen.getAllByText('instalment-loan-boosted 1.1.0 – switched on this PC')).toHaveLength(20);
    press('Older');
    await screen.findByText('21 to 23 of 23 entries');
    screen.getByText('instalment-loan-boosted 1.1.0 – released by head office');
  });
});

describe('whom it is shown to', () => {
  it('is no officer, who reads of no challenger anywhere', async () => {
    const office = new FakeOffice({
      door: new FakeDoor([ADA]),
      status: {
        troubles: [{ kind: 'model-suspended', product: 'instalment-loan', since: '2026-11-28T09:00:00.000Z', works: '', refused: '' }],
      },
    });
    openScreens({ office });
    await screen.findByText(/The scoring model is suspended/);
    expect(within(screen.getByRole('navigation')).queryByText('Updates')).toBeNull();
    expect(document.body.textContent).not.toMatch(/challenger/i);
  });

  it('is an auditor too, without anything to press', async () => {
    await openUpdates(officeOf(AGNES));
    for (const action of ['Suspend …', 'Roll back …', 'Switch to it …', 'Check now']) expect(screen.queryByText(action)).toBeNull();
  });

  it('reads in Spanish', async () => {
    await openUpdates(officeOf(MARTA), 'es-ES');
    screen.getByText('Firmado por ciencia de datos con 2 claves');
    screen.getByText('Volver atrás …');
  });
});
