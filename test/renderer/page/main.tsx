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
import { FakeDoor } from '../fake-door.ts';
import { FakeOffice } from '../fake-office.ts';
import { FakeShell } from '../fake-shell.ts';
import { fillOffice } from '../sample-applications.ts';

const wanted = new URLSearchParams(location.search);
const connection = openConnection();
const office = new FakeOffice({ deciding: 300, ...(wanted.get('at') === 'auditor' && { door: new FakeDoor([AGNES]) }) });
await fillOffice(office, Number(wanted.get('entries') ?? 240));
office.audit.size = Number(wanted.get('log') ?? 0);
const shell = new FakeShell(connection, office, {
  language: wanted.get('language') ?? 'en-GB',
  theme: wanted.get('theme') === 'dark' ? 'dark' : 'light',
  cards: { 'instalment-loan': instalmentCard, 'personal-loan': personalCard },
});
const state = wanted.get('state');
if (state) shell.tell(JSON.parse(state));
Object.assign(window, { shell });

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App connection={connection} />
    </StrictMode>,
  );
