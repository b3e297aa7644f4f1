/** What a verification found, the verdict that follows, and how both are told. */

/** Bytes that are not what they must be. The message is one line for a person. */
export class Malformed extends Error {}

/** Lines of one kind that are kept: a log that is wrong everywhere is told in its first ones. */
const MAX_LINES = 50;

export type Verdict = 'intact' | 'tampered' | 'unwitnessed-tail' | 'malformed';
export const EXIT_CODES: Record<Verdict, 0 | 1 | 2 | 3> = { intact: 0, tampered: 1, 'unwitnessed-tail': 2, malformed: 3 };

/** Said each time: no arithmetic can see these. */
const UNDETECTABLE = [
  'False input at entry time: a log keeps what it was told.',
  'Rewriting before the first countersignature, by somebody who holds the PC and the log key; only a receipt or a checkpoint kept elsewhere shows it.',
  'Changes in the unwitnessed tail, by the same; only a receipt or a checkpoint kept elsewhere shows them.',
  'Leaving out what came after some checkpoint, countersigned or not; only a later checkpoint or receipt shows it.',
  'Future entries, once machine and key are both stolen.',
  'Anything, where as many witnesses as the quorum needs act together with the holder of the log key.',
];

export class Report {
  /** Numbers and names for programs, in the order in which they are found out. */
  readonly facts: Record<string, unknown> = {};
  readonly #lines = { proven: [] as string[], unproven: [] as string[], tampered: [] as string[], malformed: [] as string[] };
  readonly #counts = { proven: 0, unproven: 0, tampered: 0, malformed: 0 };
  /** Everything is under a countersigned checkpoint, and nothing that was to be held against the log could not be. */
  #isCountersigned = false;

  proven = (line: string): void => this.#add('proven', line);
  /** Not a fault, but nobody should believe it for this report's sake. */
  unproven = (line: string): void => this.#add('unproven', line);
  /** Something differs from what was signed or hashed. */
  tampered = (line: string): void => this.#add('tampered', line);
  /** Something cannot be read as what it should be. */
  malformed = (line: string): void => this.#add('malformed', line);

  allIsCountersigned(): void {
    this.#isCountersigned = true;
  }

  /** Proof of tampering outweighs what cannot be read; what cannot be read outweighs all that looks well. */
  get verdict(): Verdict {
    if (this.#counts.tampered > 0) return 'tampered';
    if (this.#counts.malformed > 0) return 'malformed';
    return this.#isCountersigned ? 'intact' : 'unwitnessed-tail';
  }

  get exitCode(): 0 | 1 | 2 | 3 {
    return EXIT_CODES[this.verdict];
  }

  toJSON(): object {
    const lines = { ...this.#lines, proven: this.#sound };
    return { verdict: this.verdict, exitCode: this.exitCode, ...this.facts, ...lines, undetectable: UNDETECTABLE };
  }

  /** For a person. What came from the bundle cannot steer the terminal. */
  toString(): string {
    const said: Record<Verdict, string> = {
      intact: 'INTACT: every entry that is here is under a countersigned checkpoint, and everything agrees.',
      tampered: 'TAMPERED: something was changed, removed or added after it was signed.',
      'unwitnessed-tail': 'INTACT, WITH AN UNWITNESSED PART: everything agrees, but not everything is countersigned or could be compared.',
      malformed: 'MALFORMED: this cannot be read as evidence of a log.',
    };
    const parts = [`${said[this.verdict]} (exit code ${this.exitCode})`];
    const section = (title: string, sign: string, lines: readonly string[], count = lines.length): void => {
      if (lines.length === 0) return;
      const more = count > lines.length ? [`${sign} … and ${count - lines.length} more`] : [];
      parts.push([title, ...lines.map((line) => `${sign} ${line}`), ...more].join('\n'));
    };
    section('Changed:', '  !', this.#lines.tampered, this.#counts.tampered);
    section('Cannot be read:', '  !', this.#lines.malformed, this.#counts.malformed);
    section('Proven:', '  +', this.#sound);
    section('Not proven:', '  -', this.#lines.unproven, this.#counts.unproven);
    section('What could never be detected:', '  ~', UNDETECTABLE);
    return `${parts.join('\n\n')}\n`;
  }

  /** Where one thing is false, the others were read out of the same files: nothing of them is called proven. */
  get #sound(): readonly string[] {
    return ['tampered', 'malformed'].includes(this.verdict) ? [] : this.#lines.proven;
  }

  #add(kind: 'proven' | 'unproven' | 'tampered' | 'malformed', line: string): void {
    this.#counts[kind]++;
    if (this.#lines[kind].length < MAX_LINES) this.#lines[kind].push(plain(line));
  }
}

/** Control, format and unassigned characters become `?`, and a line stays a line. */
export function plain(text: string): string {
  return text.toWellFormed().replaceAll(/\p{C}/gu, '?').slice(0, 500);
}
