import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { activityCsv } from '../../renderer/audit/activity-csv.ts';
import { tidyLogFilter } from '../../renderer/audit/tidy-log-filter.ts';
import { daysOf, layersOf, spanName } from '../../renderer/audit/timeline-layers.ts';
import { AGNES } from './fake-audit.ts';
import { FakeDoor, SAMUEL } from './fake-door.ts';
import { FakeOffice } from './fake-office.ts';
import { openScreens } from './open-screens.tsx';
import { fillOffice } from './sample-applications.ts';

async function room(size = 500, decisions = 0) {
  const office = new FakeOffice({ door: new FakeDoor([AGNES]) });
  await fillOffice(office, decisions);
  office.audit.size = size;
  openScreens({ office, at: '#/audit' });
  return { office, audit: office.audit, grid: await screen.findByRole('grid', { name: 'Entries of the log' }) };
}

describe('the log in the auditor’s room', () => {
  it('reaches every one of a million entries with only the rows in view in the page', async () => {
    const { grid } = await room(1_000_000);
    expect(grid.getAttribute('aria-rowcount')).toBe('1000001');
    screen.getByText('1,000,000 entries');
    expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(60);
    const rows = grid.querySelector('[role=presentation]') as HTMLElement;
    // Chromium draws nothing beyond 33,554,428 px.
    expect(Number.parseInt(rows.style.height, 10)).toBeLessThanOrEqual(33_554_428);
    fireEvent.keyDown(grid, { key: 'End' });
    fireEvent.keyDown(grid, { key: 'ArrowUp' });
    await waitFor(() => expect(grid.querySelector('[aria-selected=true]')?.id).toBe('entry-999998'));
  });

  it('stays as it is while the log grows, and shows what is newer on request', async () => {
    const { audit, grid } = await room(500);
    audit.size = 520;
    const more = await screen.findByText('Show 20 newer entries');
    expect(grid.getAttribute('aria-rowcount')).toBe('501');
    fireEvent.click(more);
    await screen.findByText('520 entries');
  });

  it('asks the service for what is filtered, and offers everything again when nothing matches', async () => {
    const { audit } = await room();
    fireEvent.click(screen.getByLabelText('Decline'));
    await waitFor(() => expect(audit.filters.at(-1)).toEqual({ outcomes: ['decline'] }));
    fireEvent.click(screen.getByLabelText('Overridden'));
    await screen.findByText('No entry matches these filters.');
    fireEvent.click(screen.getByText('Show all entries'));
    await screen.findByText('500 entries');
  });

  it('narrows the days by a bar of the timeline', async () => {
    const { audit } = await room();
    fireEvent.click(await screen.findByText('Show as a table'));
    const table = (await screen.findByText(/spans with entries/)).closest('table')!;
    fireEvent.click(within(table).getAllByRole('button')[0]!);
    await waitFor(() => expect(audit.filters.at(-1)).toEqual({ from: '2024-01-02', to: '2024-01-02' }));
  });

  it('opens the entry under the keys, and comes back to it', async () => {
    const { grid } = await room();
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    await waitFor(() => expect(grid.querySelector('[aria-selected=true]')?.textContent).toContain('497'));
    fireEvent.keyDown(grid, { key: 'Enter' });
    await screen.findByRole('heading', { level: 1, name: 'Entry 497' });
    fireEvent.click(screen.getByText('Back to the log'));
    const again = await screen.findByRole('grid', { name: 'Entries of the log' });
    await waitFor(() => expect(again.querySelector('[aria-selected=true]')?.textContent).toContain('497'));
  });
});

describe('one entry', () => {
  it('shows a review with what it says, its sealed remark unopened, and the decision that it is about', async () => {
    const office = new FakeOffice({ door: new FakeDoor([AGNES]) });
    office.audit.size = 100;
    openScreens({ office, at: '#/audit/62' });
    await screen.findByRole('heading', { level: 1, name: 'Entry 62' });
    await screen.findByText('security-offered');
    screen.getByText('sealed; only its key opens it');
    screen.getByRole('link', { name: 'Entry 61' });
    screen.getByText(/No witness has seen the entry itself yet/);
    expect(screen.queryByText('Replay this decision')).toBeNull();
  });

  it('shows a decision with all that led to it, replays it, and holds its record', async () => {
    const office = new FakeOffice({ door: new FakeDoor([AGNES]) });
    await fillOffice(office, 3);
    openScreens({ office, at: '#/audit/8' });
    await screen.findByRole('heading', { name: 'Stored as entry 8' });
    screen.getByText('Policy rules');
    fireEvent.click(screen.getByText('Replay this decision'));
    await screen.findByText('Every decision comes out as it was stored.');
    expect(office.audit.replays).toEqual([{ from: 8, to: 8 }]);
    fireEvent.click(await screen.findByText('Set a legal hold'));
    await screen.findByText(/This record is held since/);
    expect(office.audit.holds).toMatchObject([{ application: office.views[1]!.applicationId, reason: 'complaint' }]);
    fireEvent.click(screen.getByText('Lift the legal hold'));
    await screen.findByText(/This record is not held/);
  });

  it('says so where there is none', async () => {
    openScreens({ door: new FakeDoor([AGNES]), at: '#/audit/9999' });
    await screen.findByText('The log has no entry 9999.');
  });
});

describe('evidence', () => {
  it('is exported for what is listed, without names unless they are asked for, and tells where the file is', async () => {
    const { audit } = await room();
    fireEvent.click(screen.getByLabelText('Decline'));
    await waitFor(() => expect(audit.filters.at(-1)).toEqual({ outcomes: ['decline'] }));
    fireEvent.click(await screen.findByText('Replay or export these'));
    await screen.findByText(/The file names no applicant/);
    const exporting = screen.getByRole('button', { name: 'Export evidence' }) as HTMLButtonElement;
    // Until the length of the log is known there is nothing to export.
    await waitFor(() => expect(exporting.disabled).toBe(false));
    fireEvent.click(exporting);
    await screen.findByText('/data/exports/evidence-1.zip');
    expect(audit.exports).toEqual([{ from: 2, to: 497, personal: false }]);
    fireEvent.click(screen.getByLabelText(/Include personal data/));
    screen.getByText(/The file will name the applicants/);
  });

  it('names what comes out differently, and refuses a range that the log does not have', async () => {
    const { audit } = await room();
    audit.differing = [
      { seq: 7, verdict: 'different', differences: [{ part: 'pd', stored: '0.1', computed: '0.2' }], causes: ['onnxruntime'] },
    ];
    fireEvent.click(screen.getByRole('tab', { name: 'Verify and export' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Replay decisions' }));
    await screen.findByText('Not every decision comes out as it was stored.');
    screen.getByText('onnxruntime');
    fireEvent.change(screen.getByLabelText('To entry'), { target: { value: '500' } });
    await screen.findByText('The log has no such entries.');
    expect((screen.getByRole('button', { name: 'Replay decisions' }) as HTMLButtonElement).disabled).toBe(true);
  });
});

describe('the report of activity', () => {
  it('counts for each person, and gives a spreadsheet nothing that computes', async () => {
    const { audit } = await room();
    fireEvent.click(screen.getByRole('tab', { name: 'Activity' }));
    const table = await screen.findByRole('region', { name: 'Activity of each person' });
    within(table).getByText('340');
    within(table).getByText('no account');
    const lines = activityCsv(audit.activity()).split('\r\n');
    expect(lines[1]).toMatch(/^a\.osei,"'=Ada ""Osei""",12,2,340,/);
    expect(lines).toHaveLength(4);
  });
});

describe('the room', () => {
  it('is not on the rail of those who may not read the log', async () => {
    openScreens({ door: new FakeDoor([SAMUEL]) });
    await screen.findByRole('link', { name: 'Decisions' });
    expect(screen.queryByRole('link', { name: 'Audit' })).toBeNull();
  });
});

describe('bars of the timeline', () => {
  const bar = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', entries: 10, approve: 4, refer: 0, decline: 3 };
  it('stand on each other, without what is empty', () => {
    expect(layersOf(bar)).toEqual([
      { layer: 'approve', from: 0, to: 4 },
      { layer: 'decline', from: 4, to: 7 },
      { layer: 'other', from: 7, to: 10 },
    ]);
  });

  it('mean whole days, and are named as precisely as they are wide', () => {
    expect(daysOf(bar, { ...bar, to: '2026-05-01T00:00:00.000Z' })).toEqual({ from: '2026-03-01', to: '2026-04-30' });
    expect(spanName(bar, 'en-GB')).toBe('Mar 2026');
    expect(spanName({ ...bar, to: '2026-03-02T00:00:00.000Z' }, 'en-GB')).toBe('1 Mar 2026');
    expect(tidyLogFilter({ types: [], actor: null, from: '2026-03-01', overridden: undefined })).toEqual({ from: '2026-03-01' });
  });
});
