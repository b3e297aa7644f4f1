import { fireEvent, screen, waitFor } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidyFilter } from '../../renderer/decisions/filter-bar.tsx';
import { nextRow } from '../../renderer/decisions/row-keys.ts';
import { FakeOffice } from './fake-office.ts';
import { openScreens } from './open-screens.tsx';
import { fillOffice } from './sample-applications.ts';

async function list(count: number) {
  const office = new FakeOffice();
  await fillOffice(office, count);
  openScreens({ office, at: '#/decisions' });
  return { office, grid: await screen.findByRole('grid', { name: 'Decisions' }) };
}

describe('the list of decisions', () => {
  it('puts only the rows in view into the page and tells how many there are', async () => {
    const { grid } = await list(300);
    expect(grid.getAttribute('aria-rowcount')).toBe('301');
    await waitFor(() => expect(grid.querySelectorAll('[role=row]').length).toBeGreaterThan(5));
    expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(60);
    screen.getByText('300 decisions');
  });

  it('asks the service for what is searched and filtered', async () => {
    const { office } = await list(40);
    fireEvent.change(screen.getByLabelText('Search by name or entry number'), { target: { value: 'Osei' } });
    await waitFor(() => expect(office.filters.at(-1)).toEqual({ search: 'Osei' }));
    fireEvent.click(screen.getByLabelText('Decline'));
    await waitFor(() => expect(office.filters.at(-1)).toEqual({ search: 'Osei', outcomes: ['decline'] }));
    fireEvent.click(screen.getByText('Clear filters'));
    await screen.findByText('40 decisions');
  });

  it('opens the decision under the arrow keys with Enter', async () => {
    const { grid } = await list(20);
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await waitFor(() => expect(grid.querySelector('[aria-selected=true]')?.id).toBe(grid.getAttribute('aria-activedescendant')));
    fireEvent.keyDown(grid, { key: 'Enter' });
    // The newest is entry 26; two rows further down is 24.
    await screen.findByText('Stored as entry 24');
  });

  it('says that nothing was decided yet, and that nothing matches', async () => {
    openScreens({ at: '#/decisions' });
    await screen.findByText('Nothing has been decided on this PC yet.');
    fireEvent.click(screen.getByLabelText('Refer'));
    await screen.findByText('No decision matches these filters.');
  });

  it('keeps an empty filter free of members', () => {
    expect(tidyFilter({ search: '  ', outcomes: [], product: undefined, from: undefined })).toEqual({});
  });

  it('never leads a key out of the list', () => {
    const keys = fc.constantFrom('ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(keys, { maxLength: 50 }), (count, pressed) => {
        let active = 0;
        for (const key of pressed) active = nextRow(key, active, count, 17) ?? active;
        expect(active).toBeGreaterThanOrEqual(0);
        expect(active).toBeLessThan(count);
      }),
    );
    expect(nextRow('a', 3, 10, 5)).toBeNull();
  });
});
