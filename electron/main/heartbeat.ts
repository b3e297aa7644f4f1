/** Notices a process that runs but does not answer. It counts beats, not time: a PC that slept has missed none. */

const EVERY_MS = 1000;
/** Longer than any step of an open office holds the service's event loop. */
const MOST_UNANSWERED = 10;
/** Opening may bring a large database up to date in one step; ended half-way it would only begin again. */
const MOST_WHILE_OPENING = 120;

export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #beat = 0;
  #answered = 0;
  #isOpen = false;

  /**
   * @param send asks for a sign of life
   * @param onSilence called once when too many beats went unanswered
   */
  constructor(send: (beat: number) => void, onSilence: () => void) {
    this.#timer = setInterval(() => {
      if (this.#beat - this.#answered >= (this.#isOpen ? MOST_UNANSWERED : MOST_WHILE_OPENING)) {
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

  /** The office is open: from now on silence is taken seriously sooner. */
  opened(): void {
    this.#isOpen = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
