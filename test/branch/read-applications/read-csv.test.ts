import { describe, expect, it } from 'vitest';
import { UUID } from '../../../branch/read-applications/rows.ts';
import { readBytes, refusalOf } from './read-file.ts';

const header = 'Amount,Ratio,Job,full_name';
const row = '1000,0.5,fixed,Ada';

describe('reading applications from CSV', () => {
  it('reads numbers, choices and identity apart from each other', async () => {
    const { rows, bad } = await readBytes(`${header}\n${row}\n`);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      row: 1,
      line: 2,
      application: { product: 'small-loan', answers: { amount: 1000, ratio: 0.5, job: 'fixed' }, identity: { full_name: 'Ada' } },
    });
  });

  it.each([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
    ['bar', '|'],
  ])('finds the separator from the header: %s', async (_name, separator) => {
    const { rows } = await readBytes(`${header}\n${row}\n`.replaceAll(',', separator));
    expect(rows[0]?.application.answers).toEqual({ amount: 1000, ratio: 0.5, job: 'fixed' });
  });

  it.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
    ['CR', '\r'],
  ])('reads lines that end in %s, with and without one at the end', async (_name, end) => {
    for (const text of [`${header}${end}${row}${end}${row}`, `${header}${end}${row}${end}${row}${end}`]) {
      const { rows, bad } = await readBytes(text);
      expect([rows.length, bad.length]).toEqual([2, 0]);
      expect(rows[1]?.line).toBe(3);
      expect(rows[1]?.application.identity).toEqual({ full_name: 'Ada' });
    }
  });

  it('takes an empty cell as missing, and spaces around a value as nothing', async () => {
    const { rows } = await readBytes(`${header}\n 1000 ,, fixed ,\n`);
    expect(rows[0]?.application).toMatchObject({ answers: { amount: 1000, ratio: null, job: 'fixed' }, identity: {} });
  });

  it('reads quoted separators, quotes and line ends', async () => {
    const { rows, bad } = await readBytes(`${header}\n1000,0.5,fixed,"Ada, Countess"\n1000,0.5,fixed,"A ""B"" C"\n2000,"0.5","fixed",D\n`);
    expect(bad).toEqual([]);
    expect(rows.map((r) => r.application.identity.full_name)).toEqual(['Ada, Countess', 'A "B" C', 'D']);
  });

  it('counts physical lines behind a quoted line end', async () => {
    const { rows } = await readBytes(`note,${header}\n"one\ntwo",${row}\nx,${row}\n`);
    expect(rows.map((r) => [r.row, r.line])).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });

  it('reads a decimal comma where the file shows that it is one', async () => {
    const { rows, bad } = await readBytes('Amount;Ratio;Job\n1000;0,5;fixed\n1000;1,234;fixed\n');
    expect(bad).toEqual([]);
    expect(rows.map((r) => r.application.answers.ratio)).toEqual([0.5, 1.234]);
  });

  it('refuses a number that may be a thousand or a decimal, and reads it once an earlier row has told', async () => {
    const { rows, bad } = await readBytes('Amount;Ratio;Job\n1000;1,234;fixed\n');
    expect(rows).toEqual([]);
    expect(bad).toEqual([
      {
        row: 1,
        line: 2,
        column: 'Ratio',
        cause: 'a comma before three digits may mean thousands or decimals, and the file does not tell which',
      },
    ]);
  });

  it('refuses the file when decimals are written in two ways', async () => {
    expect((await refusalOf('Amount;Ratio;Job\n1000;0,5;fixed\n1000;0.5;fixed\n')).happened).toContain(
      'decimal comma and others a decimal point',
    );
  });

  it.each([
    ['1e400', 'too large'],
    ['1e-400', 'too small'],
    ['NaN', 'infinite or not a number'],
    ['Infinity', 'infinite'],
    ['0x10', 'hexadecimal'],
    ['1 000', 'spaces inside'],
    ['1\u00a0000', 'spaces inside'],
    ['"1,234"', 'between thousands'],
    ['"1,234,567"', 'between thousands'],
    ["1'234", 'between thousands'],
    ['٣٤', 'digits that are not 0-9'],
    ['3.٤', 'digits that are not 0-9'],
    ['NA', 'missing value'],
    ['null', 'missing value'],
    ['-', 'missing value'],
    ['=1+1', 'a formula'],
    ['+5', 'as a formula does'],
    ['@SUM(1)', 'a formula'],
    ['5%', 'percent'],
    ['€5', 'currency'],
    ['12345678901234567', 'more digits'],
    ['five', 'not a number'],
    ['1\u00005', 'NUL byte'],
    ['1\u001b5', 'control character'],
    ['--5', 'not a number'],
    ['1-', 'not a number'],
    ['.5', 'not a number'],
  ])('refuses %s as a number, by name', async (cell, cause) => {
    const { rows, bad } = await readBytes(`Amount,Ratio\n1,${cell}\n2,0.5\n`);
    expect(bad).toHaveLength(1);
    expect(bad[0]).toMatchObject({ row: 1, line: 2, column: 'Ratio' });
    expect(bad[0]?.cause).toContain(cause);
    expect(rows.map((r) => r.row)).toEqual([2]);
  });

  it('reads negative numbers, exponents and leading zeros as what they are', async () => {
    const { rows, bad } = await readBytes('Amount,Ratio\n1,-0.5\n2,1.5e+03\n3,007\n4,1E5\n');
    expect(bad).toEqual([]);
    expect(rows.map((r) => r.application.answers.ratio)).toEqual([-0.5, 1500, 7, 100000]);
  });

  it('refuses formulas in texts, and lets a telephone number begin with +', async () => {
    const { rows, bad } = await readBytes('Amount,full_name,phone\n1,=cmd(),\n2,@x,\n3,-a,\n4,Ada,+34 600 000 000\n5,Ada,+cmd\n');
    expect(bad.map((b) => [b.row, b.column])).toEqual([
      [1, 'full_name'],
      [2, 'full_name'],
      [3, 'full_name'],
      [5, 'phone'],
    ]);
    expect(rows[0]?.application.identity.phone).toBe('+34 600 000 000');
  });

  it('never repeats what stands in a cell', async () => {
    const { bad } = await readBytes('Amount,full_name\nSECRET-1,=SECRET-2\n1,=SECRET-3\n"SECRET-4"x,b\n1,"SECRET-5\n');
    expect(bad).toHaveLength(4);
    expect(JSON.stringify(bad)).not.toContain('SECRET');
  });

  it('refuses dates that are not calendar dates', async () => {
    const { bad, rows } = await readBytes('Amount,birth_date\n1,03/04/1990\n2,1990-04-03\n');
    expect(bad[0]?.cause).toContain('YYYY-MM-DD');
    expect(rows).toHaveLength(1);
  });

  it('sets ragged rows aside and goes on', async () => {
    const { rows, bad } = await readBytes(`${header}\n1,2\n${row}\n1,0.5,fixed,Ada,more\n\n${row}\n`);
    expect(bad.map((b) => [b.row, b.line, b.cause])).toEqual([
      [1, 2, '2 cells where the header has 4'],
      [3, 4, '5 cells where the header has 4'],
    ]);
    expect(rows.map((r) => r.line)).toEqual([3, 6]);
  });

  it('loses one row and not the rest to a quote that is never closed', async () => {
    const { rows, bad } = await readBytes(`${header}\n${row}\n1,0.5,fixed,"Ada\n${row}\n${row}\n`);
    expect(bad).toEqual([{ row: 2, line: 3, column: null, cause: 'a quote is opened and never closed' }]);
    expect(rows.map((r) => r.line)).toEqual([2, 4, 5]);
  });

  it.each(['1,0.5,fixed,A"da', '1,0.5,fixed,"A"da'])('sets a row with a stray quote aside: %s', async (stray) => {
    const { rows, bad } = await readBytes(`${header}\n${row}\n${stray}\n${row}\n"1",0.5,fixed,Ada\n`);
    expect(bad.map((b) => b.line)).toEqual([3]);
    expect(rows.map((r) => r.line)).toEqual([2, 4, 5]);
  });

  it('does not let two stray quotes swallow the rows between them', async () => {
    const { rows, bad } = await readBytes(`${header}\n1,0.5,fixed,6" pipe\n${row}\n${row}\n1,0.5,fixed,7" pipe\n${row}\n`);
    expect(bad.map((b) => b.line)).toEqual([2, 5]);
    expect(rows.map((r) => r.line)).toEqual([3, 4, 6]);
  });

  it('refuses a very long cell', async () => {
    const { bad } = await readBytes(`Amount,full_name\n1,${'x'.repeat(100_000)}\n2,Ada\n`);
    expect(bad[0]?.cause).toContain('longer than');
  });

  it('reads the same rows however the file falls into blocks', async () => {
    const long = 'x'.repeat(1500);
    const lines = Array.from({ length: 2500 }, (_, i) => `${i + 1},0.5,fixed,"${long}\n${i}"`);
    const { rows, bad } = await readBytes([header, ...lines].join('\n'));
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(2500);
    expect(rows.at(-1)).toMatchObject({ row: 2500, line: 2500 * 2, application: { answers: { amount: 2500 } } });
  });
});

describe('the header of a CSV file', () => {
  it('names what is not used once: outcome columns with their reason, unknown ones by name', async () => {
    const { notices } = await readBytes('Status,Amount,Ratio,Extra,\ngood,1,0.5,x,\nbad,2,0.5,y,\n');
    expect(notices).toEqual([
      'Column Status is not used. The outcome; not known yet.',
      'Not known to product small-loan and not used: Extra, (column 5, without a name).',
    ]);
  });

  it('says when a column is absent without which every application is referred', async () => {
    expect((await readBytes('Amount\n1\n')).notices).toEqual(['Not in the file, so every application is referred: Ratio.']);
  });

  it('is refused without a column that every application needs, naming a likely slip', async () => {
    expect((await refusalOf('amount_requested,Ratio\n1,2\n')).happened).toContain('are missing: Amount.');
    expect((await refusalOf('AMOUNT,Ratio\n1,2\n')).happened).toContain('Amount (the file writes it AMOUNT)');
  });

  it('is refused with a column twice', async () => {
    expect((await refusalOf('Amount,Amount\n1,2\n')).happened).toContain('Amount stand twice');
    expect((await refusalOf('Amount,amount\n1,2\n')).happened).toContain('Amount and amount stand twice');
    expect((await refusalOf('Amount,Extra,Extra\n1,2,3\n')).happened).toContain('does not know stands twice');
  });

  it('does not repeat an applicant of a file without a header', async () => {
    const refused = await refusalOf('1000,0.5,fixed,Ada Lovelace\n2000,0.5,fixed,Grace Hopper\n');
    expect(JSON.stringify(refused)).not.toContain('Ada');
  });

  it('is refused alone', async () => {
    expect((await refusalOf(`${header}\n`)).happened).toContain('no application below it');
    expect((await refusalOf('\n\n')).kind).toBe('file-malformed');
  });
});

describe('application ids in a file', () => {
  const id = '0190a5a0-0000-7000-8000-000000000001';

  it('come from a column of that name, and may not stand twice', async () => {
    const { rows, bad } = await readBytes(`application_id,Amount\n${id},1\n${id.toUpperCase()},2\nx,3\n,4\n`);
    expect(rows[0]?.application.applicationId).toBe(id);
    expect(bad.map((b) => b.cause)).toEqual(['this application stands in the file a second time', 'not a UUID']);
    expect(rows[1]?.application.applicationId).not.toBe(id);
  });

  it('are otherwise the same for the same row of the same file, and different for any other', async () => {
    const [one, again, other] = await Promise.all([
      readBytes('Amount\n1\n1\n'),
      readBytes('Amount\n1\n1\n', 'copy.csv'),
      readBytes('Amount\n1\n1\n\n'),
    ]);
    const ids = (file: typeof one) => file.rows.map((r) => r.application.applicationId);
    expect(ids(one)).toEqual(ids(again));
    expect(new Set([...ids(one), ...ids(other)]).size).toBe(4);
    for (const id of ids(one)) expect(id).toMatch(UUID);
  });

  it('sort as the rows do, so that their index is written in order', async () => {
    const { rows } = await readBytes(`Amount\n${'1\n'.repeat(300)}`);
    const ids = rows.map((r) => r.application.applicationId);
    expect(ids).toEqual([...ids].sort());
  });
});
