/** Mantine in the product's own calm petrol, with text that meets WCAG AA where its defaults do not. */
import { type CSSVariablesResolver, createTheme, Input, type MantineColorsTuple, Modal } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#eff6f8',
  '#dceaee',
  '#b7d4dc',
  '#8dbcca',
  '#67a6b9',
  '#4a93a9',
  '#33809a',
  '#236b84',
  '#17566d',
  '#0e4457',
];

/** Cool greys in place of the library's warm ones: from text (0) over borders (4) and inputs (6) to the page (7). */
const dark: MantineColorsTuple = [
  '#e7edf0',
  '#c3ced4',
  '#a6b5bd',
  '#70838e',
  '#3a4a53',
  '#243039',
  '#10191e',
  '#172026',
  '#10181d',
  '#0b1216',
];

export const theme = createTheme({
  fontFamily: "'Noto Sans Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace",
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 7 },
  colors: { petrol, dark },
  defaultRadius: 'sm',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  components: {
    // WCAG 1.4.11: the border of an input needs 3:1 against the page.
    Input: Input.extend({
      vars: () => ({ wrapper: { '--input-bd': 'var(--line-strong)', '--input-bd-focus': 'var(--accent)', '--input-height': '34px' } }),
    }),
    // Ours open inside the page; without it they stand where the page begins and not in the middle of the window.
    Modal: Modal.extend({ styles: { inner: { left: 0 } } }),
  },
  headings: { fontFamily: "'Noto Sans Variable', system-ui, sans-serif", fontWeight: '600' },
});

/** Mantine's dimmed text, error red and borders fail contrast or clash with the tokens: they become the tokens. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const variables = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-error': 'var(--decline)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-default-hover': 'var(--sunken)',
  };
  return { variables: {}, light: variables, dark: variables };
};

/** The page's style nonce; main fills it in for every response (strict CSP, no unsafe-inline). */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}
