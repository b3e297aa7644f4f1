/** The screens' entry. Ports are listened for before anything else: preload posts them once. */
// First: nothing that holds a schema may be evaluated before it.
import './no-eval.ts';
import '@fontsource-variable/noto-sans/wght.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import './look/tokens.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openConnection } from './connection/connection.tsx';
import { listenForPorts } from './connection/ports.ts';
import { App } from './shell/app.tsx';

const connection = openConnection();
listenForPorts({ service: connection.service.connect, native: connection.native.connect });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App connection={connection} />
  </StrictMode>,
);
