/** A browser without a screen: it keeps cookies, sends forms as their pages have them, and says where it comes from. */
import type { FastifyInstance } from 'fastify';

const HOST = 'office.example';

export interface Answer {
  status: number;
  body: string;
  bytes: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #app: FastifyInstance;
  readonly #address: string;

  constructor(app: FastifyInstance, address = '127.0.0.1') {
    this.#app = app;
    this.#address = address;
  }

  async get(url: string): Promise<Answer> {
    return await this.#ask('GET', url, {});
  }

  /** Sends a form. @param headers of a browser on another site, for attacks */
  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = { origin: `http://${HOST}` }): Promise<Answer> {
    return await this.#ask(
      'POST',
      url,
      { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      new URLSearchParams(fields).toString(),
    );
  }

  async signIn(operator: string, passphrase: string, to = ''): Promise<Answer> {
    const door = await this.get(`/fleet/sign-in?to=${encodeURIComponent(to)}`);
    return await this.post('/fleet/sign-in', { ...hiddenOf(door.body), operator, passphrase });
  }

  async #ask(method: 'GET' | 'POST', url: string, headers: Record<string, string>, payload?: string): Promise<Answer> {
    const answer = await this.#app.inject({
      method,
      url,
      remoteAddress: this.#address,
      headers: { host: HOST, ...headers, cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value } of answer.cookies as { name: string; value: string }[]) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: answer.statusCode, body: answer.body, bytes: answer.rawPayload, headers: answer.headers as Answer['headers'] };
  }
}

/** Hidden fields of the last form of a page that has this action; of the first form where none is named. */
export function hiddenOf(page: string, action?: string): Record<string, string> {
  const forms = page.split('<form').slice(1);
  const form = forms.findLast((one) => action === undefined || one.includes(`action="${action}"`)) ?? '';
  const fields = [...form.split('</form>')[0]!.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name!, value!.replaceAll('&amp;', '&')]));
}
