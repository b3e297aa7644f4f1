/** What a verification found, and the verdict that follows. */
import type { VerifyReport } from '../../contract/ipc.ts';

/** The contract's bound: a log that is wrong everywhere is told in its first hundred lines. */
const MAX_FINDINGS = 100;

export class Findings {
  readonly list: VerifyReport['findings'] = [];
  private tampered = false;
  private malformed = false;

  /** Something is stored that differs from what the log says was stored. `seq` null: it concerns no one entry. */
  addTampered(seq: number | null, message: string): void {
    this.tampered = true;
    this.add(seq, message);
  }

  /** Something cannot be read as what it should be. */
  addMalformed(seq: number | null, message: string): void {
    this.malformed = true;
    this.add(seq, message);
  }

  /** `tail`: entries that no quorum of witnesses has countersigned; what nobody else has seen could have been rewritten. */
  verdict(tail: number): VerifyReport['verdict'] {
    if (this.tampered) return 'tampered';
    if (this.malformed) return 'malformed';
    return tail > 0 ? 'intact-unwitnessed-tail' : 'intact';
  }

  private add(seq: number | null, message: string): void {
    if (this.list.length < MAX_FINDINGS) this.list.push({ seq, message });
  }
}
