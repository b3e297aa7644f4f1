/** Notices a process that runs but does not answer. It counts beats, not time: a PC that slept has missed none. */

const EVERY_MS = 1000;
/** Longer than any step of the service holds its event loop: opening with a passphrase (Argon2) is the longest, about two seconds. */
const MOST_UNANSWERED = 10;

export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #beat = 0;
  #answered = 0;

  /**
   * @param send asks for a sign of life
   * @param onSilence called once when too many beats went unanswered
   */
  constructor(send: (beat: number) => void, onSilence: () => void) {
    this.#timer = setInterval(() => {
      if (this.#beat - this.#answered >= MOST_UNANSWERED) {
        this.stop();
        onSilence();
        return;
      }
      this.#beat += 1;
      send(this.#beat);
    }, EVERY_MS);
  }

  answered(beat: number): void {
    this.#answered = Math.max(this.#answered, beat);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
