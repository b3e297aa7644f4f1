/** What every page of the fleet has around it. */
import type { OperatorPermission } from '../../contract/operators.ts';
import { mayDo } from '../operators/permissions.ts';
import type { SignedIn } from '../operators/sessions.ts';
import { type Html, html } from './html.ts';
import { number } from './words.ts';

const NAVIGATION: readonly { href: string; title: string; needs: OperatorPermission }[] = [
  { href: '/fleet', title: 'Overview', needs: 'see-fleet' },
  { href: '/fleet/branches', title: 'Branches', needs: 'see-fleet' },
  { href: '/fleet/alarms', title: 'Alarms', needs: 'see-fleet' },
  { href: '/fleet/downloads', title: 'Downloads', needs: 'see-fleet' },
  { href: '/fleet/actions', title: 'Actions', needs: 'see-actions' },
];

export interface PageParts {
  title: string;
  /** Of the navigation; null: none of it. */
  at: string | null;
  body: Html;
  /** Way back: pages above this one. */
  above?: readonly { href: string; title: string }[];
}

export interface Around {
  who: SignedIn;
  form: string;
  openAlarms: number;
}

/** @param around null: nobody is signed in */
export function renderPage({ title, at, body, above = [] }: PageParts, around: Around | null): string {
  const { text } = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Outpost head office</title>
<link rel="stylesheet" href="/fleet/style.css">
<link rel="icon" href="/fleet/icon.svg" type="image/svg+xml">
</head>
<body${around === null ? html` class="door"` : null}>
<a class="skip" href="#content">Skip to the content</a>
${around === null ? null : rail(at, around)}
<main id="content" tabindex="-1">
${above.length === 0 ? null : html`<nav class="above" aria-label="Way back">${above.map(({ href, title }) => html`<a href="${href}">${title}</a><span aria-hidden="true"> / </span>`)}</nav>`}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return `<!doctype html>\n${text}`;
}

function rail(at: string | null, { who, form, openAlarms }: Around): Html {
  const link = ({ href, title }: (typeof NAVIGATION)[number]) => {
    const count =
      title === 'Alarms' && openAlarms > 0
        ? html` <span class="count" aria-label="${number(openAlarms)} open">${number(openAlarms)}</span>`
        : null;
    return html`<li><a href="${href}"${at === href ? html` aria-current="page"` : null}>${title}${count}</a></li>`;
  };
  return html`<header class="rail">
<p class="brand"><strong>Outpost</strong> <span>Head office</span></p>
<nav aria-label="Pages"><ul>${NAVIGATION.filter(({ needs }) => mayDo(who.role, needs)).map(link)}</ul></nav>
<div class="who"><p><strong>${who.name}</strong><br><span>${who.role}</span></p>
<form method="post" action="/fleet/sign-out"><input type="hidden" name="form" value="${form}"><button>Sign out</button></form></div>
</header>`;
}
