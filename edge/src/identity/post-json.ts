import { request } from 'node:https';
import type { Static, TSchema } from 'typebox';
import { check } from '@branchline/shared';

/** How the controller is trusted, and what it is shown. */
export interface ClientTls {
  readonly ca: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** The controller was asked, and said no. */
export class Refusal extends Error {}

/**
 * Asks the controller for something that it makes (201).
 * @throws Refusal with what the controller said, Error with why it could not be asked
 */
export function postJson<const S extends TSchema>(
  url: URL,
  tls: ClientTls,
  body: object,
  answerOf: S,
): Promise<Static<S>> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const call = request(
      url,
      {
        ...tls,
        method: 'POST',
        minVersion: 'TLSv1.3',
        timeout: 15_000,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (answer += chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            const value: unknown = JSON.parse(answer);
            if (response.statusCode !== 201)
              throw new Refusal((value as { message?: string }).message ?? `status ${response.statusCode}`);
            resolve(check(answerOf, value));
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error('the controller does not answer')));
    call.on('error', reject);
    call.end(text);
  });
}
