/** Where a person begins: the form for those who decide, their first page for everybody else. */
import { Navigate } from '@tanstack/react-router';
import { NewApplicationPage } from '../application/new-application-page.tsx';
import { useAtWork } from '../people/session.tsx';
import { pagesFor } from './pages.ts';

export function StartPage() {
  const first = pagesFor(useAtWork().present.permissions)[0]?.to ?? '/log';
  return first === '/' ? <NewApplicationPage /> : <Navigate to={first} replace />;
}
