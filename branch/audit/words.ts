/** Words by number: a column of a million small numbers instead of a million texts. */
export class Words {
  readonly #codes = new Map<string, number>();
  readonly #words: string[] = [''];
  readonly #most: number;

  /** @param most the greatest number that the column holds */
  constructor(most: number) {
    this.#most = most;
  }

  /** The word's number, from 1; null has 0. */
  code(word: string | null): number {
    if (word === null) return 0;
    let code = this.#codes.get(word);
    if (code === undefined) {
      code = this.#words.length;
      if (code > this.#most) throw new RangeError(`a column of more than ${this.#most} words`);
      this.#codes.set(word, code);
      this.#words.push(word);
    }
    return code;
  }

  word(code: number): string {
    return this.#words[code] ?? '';
  }

  /** All that occur, in no order. */
  get all(): readonly string[] {
    return this.#words.slice(1);
  }

  /** By number: 1 for the words that are let through; nothing (0) never is. */
  allowing(lets: (word: string) => boolean): Uint8Array {
    return Uint8Array.from(this.#words, (word, code) => (code > 0 && lets(word) ? 1 : 0));
  }
}
