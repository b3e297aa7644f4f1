import { describe, expect, it } from 'vitest';
import { readBytes, refusalOf } from './read-file.ts';

const id = '0190a5a0-0000-7000-8000-000000000001';

describe('reading applications from JSON', () => {
  it('reads a list of full applications', async () => {
    const { rows } = await readBytes(
      JSON.stringify([{ applicationId: id, product: 'small-loan', answers: { amount: 5, ratio: 0.5 }, identity: { full_name: 'Ada' } }]),
      'a.json',
    );
    expect(rows[0]?.application).toEqual({
      applicationId: id,
      product: 'small-loan',
      answers: { amount: 5, ratio: 0.5, job: null },
      identity: { full_name: 'Ada' },
    });
  });

  it('reads flat columns, one object, and JSON Lines', async () => {
    for (const [text, name] of [
      ['{"Amount": 5, "full_name": "Ada"}', 'a.json'],
      ['{"applications": [{"Amount": 5, "full_name": "Ada"}]}', 'a.json'],
      ['\n{"Amount": 5, "full_name": "Ada"}\n\n', 'a.jsonl'],
      ['{"amount": 5, "full_name": "Ada"}\n{"amount": 6}', 'unnamed'],
    ] as const) {
      const { rows } = await readBytes(text, name);
      expect(rows[0]?.application).toMatchObject({ answers: { amount: 5, ratio: null }, identity: { full_name: 'Ada' } });
    }
  });

  it('names unknown and ignored names once', async () => {
    const { notices } = await readBytes('[{"amount":1,"Status":"good","extra":1},{"amount":2,"Status":"bad","extra":2}]', 'a.json');
    expect(notices).toEqual([
      'Column Status is not used. The outcome; not known yet.',
      'Not known to product small-loan and not used: extra.',
    ]);
  });

  it.each([
    ['{"amount": 1e400}', 'amount', 'too large'],
    ['{"amount": "5"}', 'amount', 'without quotes'],
    ['{"amount": true}', 'amount', 'not a number'],
    ['{"amount": 1, "job": 5}', 'job', 'not a text'],
    ['{"amount": 1, "Amount": 2}', 'Amount', 'given twice'],
    ['{"amount": 1, "amount": 2}', null, 'stands twice'],
    ['{"amount": 1, "\\u0061mount": 2}', null, 'stands twice'],
    ['{"amount": 1, "full_name": "a\\u0000b"}', 'full_name', 'control character'],
    ['{"amount": 1, "answers": 5}', null, 'must be objects'],
    ['{"amount": 1, "product": "another"}', 'product', 'not an application for'],
    ['{"amount": 1, "applicationId": "x"}', 'applicationId', 'not a UUID'],
    ['{"amount": SECRET}', null, 'not JSON'],
    ['[1]', null, 'not an object'],
    ['5', null, 'not an object'],
  ])('sets %s aside and goes on', async (line, column, cause) => {
    const { rows, bad } = await readBytes(`${line}\n{"amount": 7}\n`, 'a.jsonl');
    expect(bad).toHaveLength(1);
    expect(bad[0]).toMatchObject({ row: 1, line: 1, column });
    expect(bad[0]?.cause).toContain(cause);
    expect(bad[0]?.cause).not.toContain('SECRET');
    expect(rows[0]?.application.answers.amount).toBe(7);
  });

  it('keeps a name such as __proto__ out of everything', async () => {
    const { rows, notices } = await readBytes('{"amount": 7, "__proto__": {"job": "fixed"}, "constructor": 1}', 'a.json');
    expect(rows[0]?.application.answers).toEqual({ amount: 7, ratio: null, job: null });
    expect(notices[0]).toContain('__proto__, constructor');
  });

  it('tells the line of each object in a list', async () => {
    const { rows } = await readBytes('[\n  {"amount": 1},\n  {\n    "amount": 2\n  },\n  {"amount": 3}\n]\n', 'a.json');
    expect(rows.map((row) => row.line)).toEqual([2, 3, 6]);
  });

  it('refuses a document that is broken, repeats a name or holds no application', async () => {
    expect((await refusalOf('[{"amount": 1},\n{"amount": SECRET}]', 'a.json')).happened).toContain('not JSON');
    expect(JSON.stringify(await refusalOf('[{"amount": 1},\n{"amount": SECRET}]', 'a.json'))).not.toContain('SECRET');
    expect((await refusalOf('[{"amount": 1, "amount": 2}]', 'a.json')).happened).toContain('stands twice');
    expect((await refusalOf('[]', 'a.json')).happened).toContain('no application');
    expect((await refusalOf('"text"', 'a.json')).happened).toContain('neither an object');
    expect((await refusalOf('[['.repeat(50_000), 'a.json')).kind).toBe('file-malformed');
  });
});
