import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import type { ApiError, DeskAct, DeskPeople, DeskView } from '@branchline/shared';

/** A refusal of the desk page's API. */
export class DeskRefusal extends Error {
  readonly code: string;

  constructor({ code, message }: Pick<ApiError, 'code' | 'message'>) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A browser at one machine of the branch, as far as the desk page's API is concerned. */
export class DeskClient {
  readonly #ca: string;
  readonly #port: number;
  readonly #address: string;
  cookie = '';

  private constructor(ca: string, port: number, address: string) {
    this.#ca = ca;
    this.#port = port;
    this.#address = address;
  }

  /** @param address of the machine: any of 127.0.0.0/8 */
  static async at(home: string, port: number, address = '127.0.0.1'): Promise<DeskClient> {
    return new DeskClient(await readFile(join(home, 'identity', 'ca.pem'), 'utf8'), port, address);
  }

  people(): Promise<DeskPeople> {
    return this.ask('GET', '/desk/v1/people');
  }

  view(): Promise<DeskView> {
    return this.ask('GET', '/desk/v1/view');
  }

  signIn(agent: string, pin: string): Promise<DeskView> {
    return this.ask('POST', '/desk/v1/session', { agent, pin });
  }

  act(act: DeskAct): Promise<DeskView> {
    return this.ask('POST', '/desk/v1/acts', act);
  }

  /** @throws DeskRefusal */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.text(path, method, body);
    return (answer === '' ? undefined : JSON.parse(answer)) as T;
  }

  /** A part of a file, from one byte to another. @throws DeskRefusal */
  part(path: string, from: number, to: number): Promise<string> {
    return this.text(path, 'GET', undefined, { range: `bytes=${from}-${to}` });
  }

  /** An answer as it came. @throws DeskRefusal */
  text(path: string, method = 'GET', body?: unknown, more: Record<string, string> = {}): Promise<string> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          localAddress: this.#address,
          ca: this.#ca,
          method,
          path,
          headers: {
            ...more,
            ...(this.cookie && { cookie: this.cookie }),
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        (response) => {
          const set = response.headers['set-cookie']?.[0];
          if (set) this.cookie = set.split(';')[0]!;
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (answer += chunk));
          response.on('end', () => {
            if ((response.statusCode ?? 500) < 400) resolve(answer);
            else reject(new DeskRefusal(JSON.parse(answer) as ApiError));
          });
        },
      );
      call.on('error', reject);
      call.end(text);
    });
  }
}
