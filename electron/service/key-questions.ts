/** The system's key store, which only the main process can ask: as a `KeyStore` for the branch, over messages. */
import type { KeyStore } from '../../branch/keys/key-file.ts';
import type { FromService } from '../../contract/service-messages.ts';

export class KeyQuestions {
  readonly #tell: (message: FromService) => void;
  readonly #open = new Map<number, PromiseWithResolvers<string>>();
  #lastId = 0;

  constructor(tell: (message: FromService) => void) {
    this.#tell = tell;
  }

  /** A key store that rejects when the system's own refuses. */
  keyStore(backend: string): KeyStore {
    return { backend, wrap: (secret) => this.#ask('wrap', secret), unwrap: (wrapped) => this.#ask('unwrap', wrapped) };
  }

  answer(id: number, value: string | null): void {
    const question = this.#open.get(id);
    this.#open.delete(id);
    if (value === null) question?.reject(new Error('the key store refused'));
    else question?.resolve(value);
  }

  #ask(ask: 'wrap' | 'unwrap', value: string): Promise<string> {
    const id = ++this.#lastId;
    const question = Promise.withResolvers<string>();
    this.#open.set(id, question);
    this.#tell({ kind: 'key-question', id, ask, value });
    return question.promise;
  }
}
