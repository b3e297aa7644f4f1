/** `outpost model init`: asks on a terminal for what the graph cannot tell; elsewhere it names the options that would tell. */
import { createInterface } from 'node:readline/promises';
import { type Draft, type DraftAnswers, type DraftRequest, draftModel } from '../../branch/draft-model.ts';
import { Failed } from '../../contract/failure.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { BUNDLED_DIR } from '../open-data-folder.ts';
import { printData, say } from '../print.ts';

interface Options {
  onnx: string;
  product: string;
  out: string;
  badClass?: string;
  column: string[];
  columns?: string;
  output?: string;
  of?: string;
}

type Question = Draft['questions'][number];

const FLAGS: Record<Question['option'], string> = {
  columns: '--columns',
  map: '--column',
  outputName: '--output',
  badClass: '--bad-class',
  of: '--of',
  onnxPath: '--onnx',
};

export async function runInit(options: Options): Promise<ExitCode> {
  const request: DraftRequest = {
    onnxPath: options.onnx,
    product: options.product,
    outDirectory: options.out,
    today: new Date().toISOString().slice(0, 10),
  };
  const answers = answersFrom(options);
  let draft = await draftModel(request, answers, BUNDLED_DIR);
  if (process.stdin.isTTY === true && process.stderr.isTTY === true) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      while (draft.questions.some(({ option }) => option !== 'onnxPath')) {
        for (const question of draft.questions) await ask(terminal, question, answers);
        draft = await draftModel(request, answers, BUNDLED_DIR);
      }
    } finally {
      terminal.close();
    }
  }
  return report(draft, options.out);
}

function answersFrom({ badClass, column, columns, output, of }: Options): DraftAnswers {
  if (of !== undefined && of !== 'bad' && of !== 'good')
    throw new Failed({
      kind: 'usage',
      happened: '--of takes bad or good.',
      safe: 'Nothing was written.',
      next: 'Say of which class the number speaks.',
      facts: {},
    });
  return {
    map: column,
    ...(columns === undefined ? {} : { columns: columns.split(',').map((name) => name.trim()) }),
    ...(output === undefined ? {} : { outputName: output }),
    ...(badClass === undefined ? {} : { badClass }),
    ...(of === undefined ? {} : { of }),
  };
}

async function ask(terminal: ReturnType<typeof createInterface>, question: Question, answers: DraftAnswers): Promise<void> {
  if (question.option === 'onnxPath') return;
  const choices = question.choices.length === 0 ? '' : ` [${question.choices.join(', ')}]`;
  const answer = (await terminal.question(`${question.question}${choices}: `)).trim();
  if (answer === '') return;
  if (question.option === 'columns') answers.columns = answer.split(',').map((name) => name.trim());
  else if (question.option === 'map') answers.map = [...answers.map, `${question.column ?? ''}=${answer}`];
  else if (question.option === 'of') answers.of = answer === 'good' ? 'good' : 'bad';
  else answers[question.option] = answer;
}

function report({ questions, notes, opened }: Draft, out: string): ExitCode {
  if (opened !== null) {
    for (const note of notes) say(`To be corrected by hand: ${note}`);
    printData(`${out}: ${opened.artefact.name} ${opened.artefact.version}, ${opened.artefact.sha256}\n`);
    say(`Check it with: outpost model check ${out}`);
    return EXIT.done;
  }
  say(`${out}: a draft is written, and cannot be used before these are answered:`);
  for (const { option, question, choices, column } of questions) {
    const flag = `${FLAGS[option]}${column === undefined ? '' : ` "${column}=<field>"`}`;
    say(`  ${flag}: ${question}${choices.length === 0 ? '' : ` [${choices.join(', ')}]`}`);
  }
  return EXIT.input;
}
