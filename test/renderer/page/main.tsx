/** The screens on a fake office, for looking at them without a shell: `vite --config test/renderer/page/vite.config.ts`. */
import '@fontsource-variable/noto-sans/wght.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '../../../renderer/look/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import instalmentCard from '../../../models/bundled/instalment-loan/champion/model-card.md?raw';
import personalCard from '../../../models/bundled/personal-loan/champion/model-card.md?raw';
import { openConnection } from '../../../renderer/connection/connection.tsx';
import { App } from '../../../renderer/shell/app.tsx';
import { AGNES } from '../fake-audit.ts';
import { ADA, FakeDoor, MARTA, SAMUEL } from '../fake-door.ts';
import { FakeOffice } from '../fake-office.ts';
import { FakeShell } from '../fake-shell.ts';
import { fillOffice } from '../sample-applications.ts';

const wanted = new URLSearchParams(location.search);
const connection = openConnection();
/** By `?at=`: who is at work; nobody has an account yet at `first-start`. */
const DOORS: Record<string, FakeDoor> = {
  officer: new FakeDoor(),
  auditor: new FakeDoor([AGNES]),
  supervisor: new FakeDoor([SAMUEL]),
  it: new FakeDoor([MARTA, ADA, SAMUEL]),
  'first-start': new FakeDoor([], null),
};
const troubles = wanted.get('troubles');
const office = new FakeOffice({
  deciding: 300,
  door: DOORS[wanted.get('at') ?? 'officer'] ?? new FakeDoor(),
  ...(troubles && { status: { troubles: JSON.parse(troubles) } }),
});
await fillOffice(office, Number(wanted.get('entries') ?? 240));
office.keep.due = office.views.slice(0, 12).map(({ applicationId, seq }) => ({ application: applicationId, seq, keptUntil: '2026-11-20' }));
office.keep.beyond = {
  deleted: ['evidence-2026-03-02.zip'],
  takenAway: [88, 131],
  backupsBefore: ['riverside-2026-11-01.outpost-backup'],
  isClean: false,
};
const [held, young] = office.views.slice(-2);
if (held) office.keep.refusals.set(held.applicationId, { cause: 'legal-hold', until: null });
if (young) office.keep.refusals.set(young.applicationId, { cause: 'retention', until: '2028-12-23' });
office.keep.inBackup = [SAMUEL];
office.keep.lasting = 1500;
office.audit.size = Number(wanted.get('log') ?? 0);
const shell = new FakeShell(connection, office, {
  language: wanted.get('language') ?? 'en-GB',
  theme: wanted.get('theme') === 'dark' ? 'dark' : 'light',
  cards: { 'instalment-loan': instalmentCard, 'personal-loan': personalCard },
});
const state = wanted.get('state');
if (state) shell.tell(JSON.parse(state));
Object.assign(window, { shell, office });

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App connection={connection} />
    </StrictMode>,
  );
