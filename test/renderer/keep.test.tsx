import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ADA, FakeDoor, MARTA, SAMUEL } from './fake-door.ts';
import { RECOVERY_KEY } from './fake-keep-state.ts';
import { FakeOffice } from './fake-office.ts';
import { openScreens } from './open-screens.tsx';
import { sampleApplication } from './sample-applications.ts';

const press = (name: string | RegExp) => fireEvent.click(screen.getByText(name, { selector: 'button *, a *' }));
const set = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label, { selector: 'input' }), { target: { value } });
const buttonOf = (name: string) => screen.getByText(name, { selector: 'button *' }).closest('button')!;

/** Two decisions, of which Samuel may erase: Kofi Osei's, entry 7, and another of the same name, entry 8. */
async function decided(): Promise<FakeOffice> {
  const office = new FakeOffice({ door: new FakeDoor([SAMUEL]) });
  await office.decide(sampleApplication(1), '2024-09-23T10:00:00.000Z');
  await office.decide({ ...sampleApplication(2), identity: { full_name: 'Kofi Osei' } }, '2026-11-23T10:00:00.000Z');
  return office;
}

describe('erasing an applicant', () => {
  it('begins with a search, shows what goes and what stays, asks why, says what is irreversible, and tells what is beyond reach', async () => {
    const office = await decided();
    office.keep.beyond = { deleted: ['evidence-1.zip'], takenAway: [3, 5], backupsBefore: ['old.outpost-backup'], isClean: false };
    office.reviews.set(7, [
      { seq: 20, wall: '2024-09-24T10:00:00.000Z', actor: 'ivy', outcome: 'approve', override: null, codes: [], note: 'Seen.' },
    ]);
    openScreens({ office, at: '#/privacy' });
    await screen.findByText('Whom is it about?');
    press('Find');
    await screen.findByText('Type a name or the number of an entry.');
    set('Name or number of the entry', 'Kofi');
    press('Find');
    fireEvent.click(await screen.findByLabelText('What would go of entry 7'));
    const goes = await screen.findByLabelText('What goes');
    within(goes).getByText("Full name, a reviewer's remark");
    within(goes).getByText(/keys to the sealed parts of entries 7, 20/);
    await screen.findByText(/Another decision is of the same name/);
    press('Erase …');
    await screen.findByText('Choose why the applicant is erased.');
    fireEvent.click(screen.getByLabelText('The duty of keeping is over'));
    press('Erase …');
    await screen.findByText('Erase Kofi Osei?');
    screen.getByText(/This cannot be undone/);
    expect(office.keep.asked).toEqual([]);
    press('Erase for ever');
    await screen.findByText(/Erased. Entry \d+ of the log says so./);
    expect(office.keep.asked).toMatchObject([{ application: office.views[0]?.applicationId, ground: 'retention-over' }]);
    for (const text of ['evidence-1.zip', 'old.outpost-backup']) screen.getByText(text);
    screen.getByText(/entries 3, 5 say when and by whom/);
    screen.getByText(/cleaned up when Outpost starts the next time/);
    expect(document.body.textContent).not.toContain('Kofi Osei');
  });

  it('leaves no name on the screens that had shown it before', async () => {
    const office = await decided();
    openScreens({ office, at: '#/decisions/7' });
    await screen.findAllByText(/Kofi Osei/);
    press('Erase the applicant …');
    fireEvent.click(await screen.findByLabelText(/The applicant asks for it/));
    press('Erase …');
    fireEvent.click(await screen.findByText('Erase for ever'));
    await screen.findByText(/Erased. Entry/);
    location.hash = '#/decisions/7';
    await screen.findByText(/Stored as entry/);
    expect(document.body.textContent).not.toContain('Kofi Osei');
    location.hash = '#/privacy/7';
    await screen.findByText(/There is nothing left to erase/);
    screen.getByText('nobody is named');
    expect(screen.queryByText('Erase …')).toBeNull();
  });

  it.each([
    [{ cause: 'retention', until: '2028-12-23' } as const, /until 23 December 2028/, /must be kept until 23 December 2028/],
    [{ cause: 'legal-hold', until: null } as const, /An auditor holds this record/, /under a legal hold. Ask the auditor/],
  ])('is refused where something stands in the way (%o), with the number of the entry that documents it', async (refusal, cause, told) => {
    const office = await decided();
    office.keep.refusals.set(office.views[1]!.applicationId, refusal);
    const { audit } = office;
    openScreens({ office, at: '#/privacy' });
    await screen.findByText('Whom is it about?');
    set('Name or number of the entry', '8');
    press('Find');
    const panel = await screen.findByLabelText('It may not be erased now');
    expect(panel.textContent).toMatch(cause);
    expect(screen.queryByText('Erase …')).toBeNull();
    const next = audit.size;
    press('Refuse the request and note it');
    await screen.findByText(`Refused. Entry ${next} documents it.`);
    screen.getByText(told);
    expect(office.views[1]?.identity).not.toBeNull();
    expect(screen.queryByText('Refuse the request and note it')).toBeNull();
  });

  it('lists who is named for longer than the law obliges', async () => {
    const office = await decided();
    office.keep.due = [{ application: office.views[0]!.applicationId, seq: 7, keptUntil: '2026-10-23' }];
    openScreens({ office, at: '#/privacy' });
    await screen.findByText('1 applicant is still named.');
    screen.getByText('23 October 2026');
    screen.getByText(/for 25 months/);
    fireEvent.click(screen.getByLabelText('What would go of entry 7'));
    await screen.findByText('Erase an applicant');
  });

  it('is offered to nobody else', async () => {
    const office = new FakeOffice({ door: new FakeDoor([ADA]) });
    await office.decide(sampleApplication(1));
    openScreens({ office, at: '#/decisions/7' });
    await screen.findByText(/Stored as entry/);
    expect(screen.queryByText('Erase the applicant …')).toBeNull();
    expect(screen.queryByText('Privacy')).toBeNull();
  });
});

describe('the recovery key and backups', () => {
  const openBackup = () => {
    const office = new FakeOffice({ door: new FakeDoor([MARTA]) });
    openScreens({ office, at: '#/backup' });
    return office;
  };

  it('shows the key once, after a question, until it is written down; only then can a backup be made', async () => {
    const office = openBackup();
    await screen.findByText(/There is none/);
    expect(buttonOf('Back up now').disabled).toBe(true);
    screen.getByText(/Make a recovery key first/);
    press('Make a recovery key …');
    await screen.findByText(/The key is shown once/);
    expect(office.keep.recoveryKey).toBe('none');
    press('Show the new key');
    const sheet = await screen.findByLabelText('The recovery key');
    expect(sheet.querySelector('code')?.textContent).toBe(RECOVERY_KEY);
    await within(sheet).findByText('Riverside');
    press('I have written it down');
    await screen.findByText(/Somebody was given it/);
    expect(document.body.textContent).not.toContain(RECOVERY_KEY.slice(0, 5));
    press('Back up now');
    await screen.findByText(/The backup is written: 7 entries, 18.4 MB/);
    screen.getByText(/exports\/riverside-2026-11-23-1/);
    screen.getByText(/5e0d83a6f1c2/);
    screen.getByText(/they still name applicants who were erased since/);
  });

  it('asks before the page with the key is left', async () => {
    openBackup();
    await screen.findByText(/There is none/);
    press('Make a recovery key …');
    fireEvent.click(await screen.findByText('Show the new key'));
    await screen.findByLabelText('The recovery key');
    press('People');
    await screen.findByText(/Is the key written down\?/);
    press('Stay here');
    await waitFor(() => expect(screen.queryByText(/Is the key written down\?/)).toBeNull());
    screen.getByLabelText('The recovery key');
    press('People');
    fireEvent.click(await screen.findByText('It is written down: leave'));
    await screen.findByRole('table', { name: 'People' });
  });

  it('takes a key that nobody has seen for none, and warns that a new one replaces the one before', async () => {
    const office = new FakeOffice({ door: new FakeDoor([MARTA]) });
    office.keep.recoveryKey = 'unseen';
    const first = openScreens({ office, at: '#/backup' });
    await screen.findByText(/nobody has seen it/);
    expect(buttonOf('Back up now').disabled).toBe(true);
    first.unmount();
    office.keep.recoveryKey = 'given';
    openScreens({ office, at: '#/backup' });
    await screen.findByText(/Somebody was given it/);
    press('Make a new recovery key …');
    await screen.findByText(/opens only the backups made with it/);
    press('Cancel');
    await waitFor(() => expect(screen.queryByText(/opens only the backups made with it/)).toBeNull());
  });
});

describe('a first start from a backup', () => {
  const TYPED = RECOVERY_KEY.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');

  async function openRestore() {
    const office = new FakeOffice({ door: new FakeDoor([], null) });
    office.keep.inBackup = [SAMUEL];
    const { shell } = openScreens({ office });
    fireEvent.click(await screen.findByText('Restore from a backup'));
    await screen.findByLabelText('Recovery key');
    return { office, shell };
  }

  it('takes a key in any case, with or without hyphens, and ends at the sign-in of those who are in the backup', async () => {
    const { office, shell } = await openRestore();
    press('Restore');
    await screen.findByText('Choose the backup first.');
    screen.getByText('Type the recovery key.');
    press('Choose the file …');
    await screen.findByText(/riverside-2026-11-20/);
    set('Recovery key', 'abc u');
    press('Restore');
    await screen.findByText(/No recovery key has these: U/);
    set('Recovery key', TYPED.slice(0, -2));
    await screen.findByText('2 letters are still missing');
    press('Restore');
    await screen.findByText('A recovery key has 35 letters and digits; these are 33.');
    expect(office.keep.restored).toEqual([]);
    set('Recovery key', TYPED);
    press('Restore');
    await screen.findByText(/The backup is opened, checked and put in place/);
    await screen.findByText('Sign in', { selector: 'h1' });
    expect(office.keep.restored).toEqual([{ file: shell.backup, recoveryKey: RECOVERY_KEY }]);
  });

  it('says why it failed, and keeps what was typed', async () => {
    const { office } = await openRestore();
    const [happened, safe, next] = ['This recovery key does not open it.', 'Nothing was changed.', 'Look at the paper.'];
    office.keep.failNext = { kind: 'recovery-key-wrong', happened, safe, next, facts: {} };
    press('Choose the file …');
    await screen.findByText(/riverside-2026-11-20/);
    set('Recovery key', TYPED);
    press('Restore');
    const alert = await screen.findByRole('alert');
    for (const text of [happened, safe, next]) within(alert).getByText(text);
    screen.getByText('Check it letter by letter.');
    expect(screen.getByLabelText<HTMLInputElement>('Recovery key').value).not.toBe('');
    press('Restore');
    await screen.findByText('Sign in', { selector: 'h1' });
  });

  it('goes on to the sign-in also where the service restarted before it could answer', async () => {
    const { office, shell } = await openRestore();
    office.keep.lasting = 60_000;
    press('Choose the file …');
    await screen.findByText(/riverside-2026-11-20/);
    set('Recovery key', TYPED);
    press('Restore');
    await screen.findByText(/The backup is opened/);
    shell.killService();
    await screen.findByText(/branch service is restarting/);
    office.door.people.push(SAMUEL);
    shell.startService();
    await screen.findByText('Sign in', { selector: 'h1' });
  });

  it('is left as it was when the dialog is closed without choosing', async () => {
    const { shell } = await openRestore();
    shell.backup = null;
    press('Choose the file …');
    await screen.findByText('Choose the file …');
    press('Restore');
    await screen.findByText('Choose the backup first.');
  });
});
