import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openScreens } from './open-screens.tsx';
import { filledOffice, findInput, type } from './typing.ts';

const FIRST_USE = { state: 'needs-passphrase', firstUse: true, why: 'No key store.', wrong: false } as const;

describe('the states of the shell', () => {
  it('asks twice for a new passphrase, says what its loss means, and refuses a short or a differing one', async () => {
    const { shell } = openScreens();
    shell.tell(FIRST_USE);
    await screen.findByText(/nobody can open the data again/);
    const [first, again] = [screen.getByLabelText('Passphrase'), screen.getByLabelText('Passphrase again')];
    const set = (input: HTMLElement, value: string) => fireEvent.change(input, { target: { value } });
    const submit = () => fireEvent.click(screen.getByText('Set passphrase and open'));
    set(first, 'short');
    submit();
    await screen.findByText(/at least 15 characters/);
    set(first, 'four quiet river stones');
    set(again, 'four quiet river stone');
    submit();
    await screen.findByText('The two are not the same. Type it again.');
    expect(shell.passphrases).toEqual([]);
    set(again, 'four quiet river stones');
    submit();
    await waitFor(() => expect(shell.passphrases).toEqual(['four quiet river stones']));
  });

  it('says that a passphrase was wrong and that nothing was changed', async () => {
    const { shell } = openScreens();
    shell.tell({ ...FIRST_USE, firstUse: false, wrong: true });
    await screen.findByText(/not the passphrase of this branch. Nothing was changed/);
  });

  it('keeps what is typed on the screen while the service restarts', async () => {
    const { shell } = openScreens({ office: filledOffice() });
    await findInput('Full name');
    await type('Telephone', '555 0101');
    shell.killService();
    await screen.findByText(/branch service is restarting/);
    expect((await findInput('Telephone')).value).toBe('555 0101');
    shell.startService();
    await waitFor(() => expect(screen.queryByText(/branch service is restarting/)).toBeNull());
    expect((await findInput('Telephone')).value).toBe('555 0101');
  });

  it('gives the whole window to a failure that leaves nothing else to do', async () => {
    const { shell } = openScreens();
    const failure = {
      kind: 'database-newer' as const,
      happened: 'Written by 9.0.0.',
      safe: 'Untouched.',
      next: 'Install 9.0.0.',
      facts: {},
    };
    shell.tell({ state: 'failed', failure });
    for (const text of [failure.happened, failure.safe, failure.next]) await screen.findByText(text);
    expect(screen.queryByRole('navigation')).toBeNull();
  });

  it('tells the shell which colours are wanted, and changes language with all labels', async () => {
    const { shell } = openScreens();
    fireEvent.change(await screen.findByLabelText('Colours'), { target: { value: 'dark' } });
    await waitFor(() => expect(shell.themes).toEqual(['dark']));
    fireEvent.change(screen.getByLabelText('Language'), { target: { value: 'es' } });
    await findInput('Ingresos mensuales');
    expect(document.documentElement.lang).toBe('es');
    expect(document.title).toBe('Nueva solicitud – Outpost');
  });
});

describe('the status bar', () => {
  it('counts what is not sent and says why', async () => {
    openScreens();
    await screen.findByText('7 entries not yet sent – no head office set up');
    screen.getByText('Stand-in shell');
    screen.getByText('Key under passphrase');
    screen.getByText('a.osei · loan officer · Riverside');
  });

  it.each([
    [5, /expires in 5 days/],
    [0, /expires today/],
    [-1, /expired: a person must decide/],
  ])('says what %i days left mean', async (daysLeft, text) => {
    openScreens({ daysLeft });
    expect((await screen.findAllByText(text)).length).toBe(2);
  });

  it('warns of a full disk and an unprotected key', async () => {
    openScreens({ status: { diskLow: true, diskFreeBytes: 41e6, keyProtection: 'none' } });
    await screen.findByText(/Disk almost full \(41 MB free\)/);
    screen.getByText('Key not protected');
  });
});
