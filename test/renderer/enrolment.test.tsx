import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeDoor } from './fake-door.ts';
import { FINGERPRINT } from './fake-enrolment.ts';
import { openScreens } from './open-screens.tsx';

const press = (name: string) => fireEvent.click(screen.getByText(name, { selector: 'button *' }));
const set = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label, { selector: 'input' }), { target: { value } });

describe('a first start with a branch file', () => {
  it('shows whose branch it is, enrols only once the fingerprint was compared, and has the named people ready', async () => {
    const { office } = openScreens({ door: new FakeDoor([], null) });
    const { enrolment } = office;
    fireEvent.click(await screen.findByText('I have a branch file'));
    fireEvent.click(await screen.findByText('Choose the branch file …'));
    await screen.findByText('Riverside (riverside)');
    expect(enrolment.read).toEqual([{ path: '/media/stick/riverside.branch' }]);
    for (const group of FINGERPRINT.split('-')) screen.getByText(group);
    press('Enrol this PC');
    expect(enrolment.confirmed).toEqual([]);
    fireEvent.click(screen.getByLabelText(/They read me the same fingerprint/));
    press('Enrol this PC');
    await screen.findByText(/This PC is the branch Riverside of First Regional Bank/);
    expect(enrolment.confirmed).toEqual([FINGERPRINT]);
    expect(screen.getByLabelText('Account', { selector: 'input' })).toHaveProperty('value', 'ines');
    set('Passphrase', 'four quiet river stones');
    set('The same again', 'four quiet river stones');
    press('Make the account of IT');

    await screen.findByText('Named by head office, not added yet');
    fireEvent.click(screen.getByLabelText('Add Olga Marsh'));
    await screen.findByText('First passphrase', { selector: 'label' });
    expect(screen.getByLabelText('Name', { selector: 'input' })).toHaveProperty('value', 'Olga Marsh');
    expect(screen.getByLabelText('Account', { selector: 'input' })).toHaveProperty('value', 'olga');
  });

  it('takes the text of a QR code, asks for no comparing where the key is known, and says that head office was not reached', async () => {
    const { office } = openScreens({ door: new FakeDoor([], null) });
    const { enrolment } = office;
    enrolment.view = { ...enrolment.view, isPinned: true, isExpired: true };
    enrolment.isReached = false;
    fireEvent.click(await screen.findByText('I have a branch file'));
    fireEvent.change(await screen.findByLabelText('Or the text of its QR code'), { target: { value: '{"v":1}' } });
    press('Read the text');
    await screen.findByText(/the file expired on/);
    expect(screen.queryByText(/They read me the same fingerprint/)).toBeNull();
    press('Enrol this PC');
    await screen.findByText(/Head office hears of it as soon as there is a line/);
    expect([enrolment.read, enrolment.confirmed]).toEqual([[{ text: '{"v":1}' }], [null]]);
  });
});
