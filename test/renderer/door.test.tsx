import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ADA, FakeDoor, MARTA, SAMUEL } from './fake-door.ts';
import { openScreens } from './open-screens.tsx';
import { filledOffice, findInput, type } from './typing.ts';

const set = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label, { selector: 'input' }), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByText(name, { selector: 'button *' }));
const railLinks = async () =>
  within(await screen.findByRole('navigation', { name: 'Pages' }))
    .getAllByRole('link')
    .map(({ textContent }) => textContent);

async function openMenu(): Promise<void> {
  fireEvent.click(await screen.findByText('lock, passphrase, sign out'));
}

describe('the first start', () => {
  it('makes the account of IT, says what IT does, and goes on to the people of the branch', async () => {
    const door = new FakeDoor([], null);
    openScreens({ door });
    await screen.findByText('Set up this branch');
    screen.getByText(/IT sees no applicant and no decision/);
    press('Make the account of IT');
    await screen.findByText(/Type the name by which colleagues know/);
    screen.getByText(/Use 2 to 32 small letters/);
    screen.getByText(/Use at least 10 characters/);
    set('Name', 'Marta Ruiz');
    set('Account', 'Marta');
    set('Passphrase', 'nine char');
    await screen.findByText('1 more character');
    set('Passphrase', 'four quiet river stones');
    set('The same again', 'four quiet river stone');
    press('Make the account of IT');
    await screen.findByText('The two are not the same. Type it again.');
    expect(door.people).toEqual([]);
    set('The same again', 'four quiet river stones');
    press('Make the account of IT');
    await screen.findByText('Marta Ruiz', { selector: 'button *' });
    expect(door.people).toMatchObject([{ account: 'marta', name: 'Marta Ruiz', role: 'it' }]);
    expect(await railLinks()).toEqual(['People', 'Backups', 'Updates', 'Head office', 'Log']);
  });
});

describe('signing in', () => {
  it('says the same for an unknown account and a wrong passphrase, and counts the wait down', async () => {
    const door = new FakeDoor([ADA], null);
    openScreens({ door });
    await screen.findByLabelText('Account');
    set('Account', 'Nobody');
    set('Passphrase', 'something long');
    press('Sign in');
    await screen.findByText(/Account and passphrase do not fit/);
    screen.getByText(/next try is possible in 2 seconds/);
    expect(screen.getByText('Sign in', { selector: 'button *' }).closest('button')).toHaveProperty('disabled', true);
    expect(door.tried).toEqual(['nobody']);
    // Another name has a wait of its own.
    set('Account', ADA.account);
    set('Passphrase', 'not the right one');
    press('Sign in');
    await waitFor(() => expect(door.tried).toEqual(['nobody', ADA.account]));
    await screen.findByText(/next try is possible in 1 second\./);
    await waitFor(() => expect(screen.queryByText(/next try is possible/)).toBeNull());
    set('Passphrase', ADA.passphrase);
    press('Sign in');
    await findInput('Full name');
    expect(await railLinks()).toEqual(['New application', 'Decisions', 'Head office', 'Log', 'Model']);
  });

  it('warns of Caps Lock while the passphrase is typed', async () => {
    openScreens({ door: new FakeDoor([ADA], null) });
    const input = await screen.findByLabelText('Passphrase', { selector: 'input' });
    fireEvent.keyDown(input, { key: 'A', modifierCapsLock: true });
    await screen.findByText('Caps Lock is on.');
    fireEvent.keyUp(input, { key: 'a', modifierCapsLock: false });
    await waitFor(() => expect(screen.queryByText('Caps Lock is on.')).toBeNull());
  });

  it('lets nobody past a first passphrase before they chose their own', async () => {
    const door = new FakeDoor([{ ...ADA, mustChange: true }]);
    openScreens({ door });
    await screen.findByText('Choose your own passphrase');
    expect(screen.queryByRole('navigation')).toBeNull();
    set('Passphrase from IT', 'wrong');
    set('New passphrase', 'seven green bottles');
    set('The same again', 'seven green bottles');
    press('Change the passphrase');
    await screen.findByText(/This is not the present passphrase/);
    set('Passphrase from IT', ADA.passphrase);
    press('Change the passphrase');
    await findInput('Full name');
    expect(door.find(ADA.account)?.passphrase).toBe('seven green bottles');
  });
});

describe('a locked screen', () => {
  it('takes the work off the page, saves what was typed first, and brings it back for the same person', async () => {
    const office = filledOffice();
    openScreens({ office });
    await type('Telephone', '555 0101');
    await openMenu();
    fireEvent.click(await screen.findByText('Lock the screen'));
    await screen.findByText('Locked');
    expect(document.body.textContent).not.toContain('Ama Osei');
    await waitFor(() =>
      expect(office.drafts.get('instalment-loan')?.typed.telephone ?? office.drafts.get('instalment-loan')?.typed).toBeTruthy(),
    );
    expect(JSON.stringify(office.drafts.get('instalment-loan'))).toContain('555 0101');
    await waitFor(() => expect(office.door.session.state).toBe('locked'));
    set('Passphrase', ADA.passphrase);
    press('Unlock');
    expect((await findInput('Telephone')).value).toBe('555 0101');
  });

  it('comes by itself after a time without a key or a movement', async () => {
    const door = new FakeDoor([ADA]);
    door.lockAfterMs = 1500;
    openScreens({ office: filledOffice({ door }) });
    await findInput('Full name');
    for (let moves = 0; moves < 5; moves += 1) {
      await act(() => new Promise((resolve) => setTimeout(resolve, 400)));
      fireEvent.pointerMove(window);
    }
    expect(screen.queryByText('Locked')).toBeNull();
    await screen.findByText('Locked');
    await waitFor(() => expect(door.session.state).toBe('locked'));
  });

  it('can be left for somebody else, who sees nothing of what the first one saw', async () => {
    const door = new FakeDoor([ADA, MARTA]);
    const office = filledOffice({ door });
    openScreens({ office });
    await findInput('Full name');
    act(() => void door.lock());
    await screen.findByText('Locked');
    press('Sign out');
    await screen.findByLabelText('Account');
    set('Account', MARTA.account);
    set('Passphrase', MARTA.passphrase);
    press('Sign in');
    expect(await railLinks()).toEqual(['People', 'Backups', 'Updates', 'Head office', 'Log']);
    expect(document.body.textContent).not.toContain('Ama Osei');
  });
});

describe('a restart of the service', () => {
  it('is no reason to ask anybody for a passphrase: the session is taken up by its token before anything else is asked', async () => {
    const office = filledOffice();
    const { shell } = openScreens({ office });
    await type('Telephone', '555 0101');
    shell.killService();
    await screen.findByText(/branch service is restarting/);
    shell.startService();
    await waitFor(() => expect(screen.queryByText(/branch service is restarting/)).toBeNull());
    expect(office.door.resumed).toEqual([`token of ${ADA.account}`]);
    expect((await findInput('Telephone')).value).toBe('555 0101');
  });
});

describe('the people of a branch', () => {
  const openPeople = () => {
    const door = new FakeDoor([MARTA, ADA, SAMUEL]);
    openScreens({ door });
    return door;
  };

  it('are listed with their roles; one cannot change oneself', async () => {
    openPeople();
    await screen.findByLabelText('Role of Ada Osei');
    expect(screen.queryByLabelText('Role of Marta Ruiz')).toBeNull();
    screen.getByText(/somebody else of IT changes your account/);
  });

  it('are added with a role and a first passphrase, and IT is told what to hand over', async () => {
    const door = openPeople();
    await screen.findByLabelText('Role of Ada Osei');
    press('Add a person');
    await screen.findByLabelText('First passphrase', { selector: 'input' });
    set('Name', 'Ivy Chen');
    set('Account', 'ivy');
    fireEvent.change(screen.getByLabelText('Role'), { target: { value: 'auditor' } });
    set('First passphrase', 'seven green bottles');
    set('The same again', 'seven green bottles');
    press('Make the account');
    await screen.findByText(/Ivy Chen has an account/);
    screen.getByText(/not by e-mail/);
    expect(document.body.textContent).not.toContain('seven green bottles');
    expect(door.find('ivy')).toMatchObject({ role: 'auditor', mustChange: true });
    await screen.findByText('has to choose a passphrase');
  });

  it('get another role, are switched off, and get a new first passphrase', async () => {
    const door = openPeople();
    fireEvent.change(await screen.findByLabelText('Role of Ada Osei'), { target: { value: 'supervisor' } });
    await waitFor(() => expect(door.find(ADA.account)?.role).toBe('supervisor'));
    await waitFor(() => expect(screen.getByLabelText('Switch off Ada Osei')).toHaveProperty('disabled', false));
    fireEvent.click(screen.getByLabelText('Switch off Ada Osei'));
    await screen.findByLabelText('Switch on Ada Osei');
    expect(door.find(ADA.account)?.disabled).toBe(true);
    fireEvent.click(screen.getByLabelText('New passphrase for Samuel Otieno'));
    await screen.findByLabelText('First passphrase', { selector: 'input' });
    set('First passphrase', 'seven green bottles');
    set('The same again', 'seven green bottles');
    press('Set the passphrase');
    await screen.findByText(/Samuel Otieno has a new first passphrase/);
    expect(door.find(SAMUEL.account)).toMatchObject({ passphrase: 'seven green bottles', mustChange: true });
  });
});
