/** What a batch came to: counted as it goes, said at the end. */
import type { DecidedGroup } from '../../branch/decide-file.ts';

export class BatchSummary {
  readonly #began = performance.now();
  readonly #outcomes = { approve: 0, refer: 0, decline: 0 };
  #seconds = 0;
  #storedBefore = 0;
  #first: number | null = null;
  #last: number | null = null;
  bad = 0;

  /** Decisions that were stored by this batch. */
  get decided(): number {
    return this.#outcomes.approve + this.#outcomes.refer + this.#outcomes.decline - this.#storedBefore;
  }

  add({ decided, bad }: DecidedGroup): void {
    this.bad += bad.length;
    for (const { decision, seq, storedBefore } of decided) {
      this.#outcomes[decision] += 1;
      if (storedBefore) {
        this.#storedBefore += 1;
        continue;
      }
      this.#first ??= seq;
      this.#last = seq;
    }
  }

  end(): void {
    this.#seconds = (performance.now() - this.#began) / 1000;
  }

  counts(): Record<string, number | null> {
    return {
      ...this.#outcomes,
      storedBefore: this.#storedBefore,
      quarantined: this.bad,
      seconds: Math.round(this.#seconds * 1000) / 1000,
      firstSeq: this.#first,
      lastSeq: this.#last,
    };
  }

  lines(quarantineFile: string, { size, root }: { size: number; root: string }): string[] {
    const { approve, refer, decline } = this.#outcomes;
    const rate = this.#seconds > 0 ? Math.round(this.decided / this.#seconds) : 0;
    return [
      `approve ${approve}, refer ${refer}, decline ${decline}; set aside ${this.bad}`,
      ...(this.#storedBefore > 0 ? [`Decided and stored before, given back as they were: ${this.#storedBefore}`] : []),
      ...(this.bad > 0 ? [`Set aside, with line and cause: ${quarantineFile}`] : []),
      `${this.decided} stored${this.#first === null ? '' : ` as entries ${this.#first} to ${this.#last}`} in ${this.#seconds.toFixed(1)} s (${rate} a second)`,
      `log size ${size}, root ${root}`,
    ];
  }
}
