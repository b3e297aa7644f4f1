import { render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlocks } from '../../renderer/model/blocks.ts';
import { Markdown } from '../../renderer/model/markdown.tsx';

const CARD = `# Title

A *plain* paragraph with \`code\`, **weight** and a [link](https://example.org).

- one
- two
  goes on

1. first

| Figure | Value |  |
|---|---|---|
| AUC | 0.87 | <b>x</b> |

\`\`\`
raw | text
\`\`\`
`;

describe('a model card', () => {
  it('is read into headings, paragraphs, lists, tables and code', () => {
    expect(readBlocks(CARD).map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'table', 'code']);
  });

  it('is shown as elements, and its text never becomes markup or a way out', () => {
    const { container } = render(<Markdown source={CARD} />);
    screen.getByRole('heading', { level: 2, name: 'Title' });
    screen.getByText('two goes on');
    screen.getByText('<b>x</b>');
    expect(container.querySelector('a, b, script')).toBeNull();
  });

  it('shows any text whatever, once each of its blocks ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('# a', '| a | b |', '|---|', '- x', '```', '', 'text', '1. y', '**'), { maxLength: 30 }),
        (lines) => {
          expect(() => readBlocks(lines.join('\n'))).not.toThrow();
        },
      ),
    );
  });
});
