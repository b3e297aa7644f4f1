/** What the stand-in does not cover throws by name, so that an app never runs on a silent guess. */
import { EventEmitter } from 'node:events';

/** Members that JavaScript itself, or a debugger that looks at a value, asks for. */
const ASKED_BY_THE_LANGUAGE = new Set(['then', 'toJSON', 'constructor', 'inspect']);

/**
 * The same object, whose members that it does not have throw when they are read.
 * Members may be replaced: Playwright replaces `app.whenReady` and tests replace dialogs, as they do on Electron.
 */
export function cover<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    // Methods run on the object itself, because a proxy has no private fields.
    get(of, key) {
      const isKnown = typeof key === 'symbol' || key in of || ASKED_BY_THE_LANGUAGE.has(key);
      if (!isKnown) throw new Error(`electron stand-in: ${name}.${key} is not covered`);
      const member: unknown = Reflect.get(of, key, of);
      return typeof member === 'function' ? member.bind(of) : member;
    },
    set: (of, key, value) => Reflect.set(of, key, value, of),
  });
}

/** An emitter of a closed list of events: listening for any other throws. */
export class CoveredEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;
  constructor(name: string, events: readonly string[]) {
    super();
    this.setMaxListeners(0);
    this.#name = name;
    this.#events = new Set([...events, 'newListener', 'removeListener']);
  }
  #check(event: string | symbol): void {
    if (typeof event === 'string' && !this.#events.has(event))
      throw new Error(`electron stand-in: ${this.#name} event '${event}' is not covered`);
  }
  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    this.#check(event);
    return super.on(event, listener as (...args: unknown[]) => void);
  }
  override once(event: string | symbol, listener: (...args: never[]) => void): this {
    this.#check(event);
    return super.once(event, listener as (...args: unknown[]) => void);
  }
}

/** An event whose default a listener may prevent. */
export class StandInEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}
