/** Blocks of a model card as elements. Text stays text: nothing in a card can become markup of its own. */
import { Fragment } from 'react';
import { type Block, readBlocks, readSpans } from './blocks.ts';

export function Markdown({ source }: { source: string }) {
  return readBlocks(source).map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a card's blocks never change their places.
    <BlockElement key={index} block={block} />
  ));
}

function BlockElement({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading': {
      // The page has its own h1.
      const Heading = `h${Math.min(block.level + 1, 6)}` as 'h2';
      return (
        <Heading>
          <Spans text={block.text} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Spans text={block.text} />
        </p>
      );
    case 'code':
      return <pre>{block.text}</pre>;
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item) => (
            <li key={item}>
              <Spans text={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return <Table head={block.head} rows={block.rows} />;
  }
}

function Table({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell, column) =>
            cell === '' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column without a heading has no other name.
              <td key={column} />
            ) : (
              <th key={cell} scope="col">
                <Spans text={cell} />
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join('|')}>
            {row.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above.
              <td key={column}>
                <Spans text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spans({ text }: { text: string }) {
  return readSpans(text).map(({ kind, text: of }, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: spans of a fixed text.
    if (kind === 'text') return <Fragment key={index}>{of}</Fragment>;
    const Element = { code: 'code', strong: 'strong', emphasis: 'em' }[kind] as 'code';
    // biome-ignore lint/suspicious/noArrayIndexKey: spans of a fixed text.
    return <Element key={index}>{of}</Element>;
  });
}
