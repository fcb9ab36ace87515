import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { BranchlineError, problemOf, type Artifact } from '@branchline/shared';
import { writeDurably } from '@branchline/shared/node';

export interface ArtifactStoreOptions {
  readonly folder: string;
  /** `https://host:port` of the controller's edge door. */
  readonly url: string;
  readonly tls: { readonly caFile: string; readonly certificateFile: string; readonly keyFile: string };
  /** Longest wait for one download, real ms (default 60000). */
  readonly timeoutMs?: number;
}

/** Files that are delivered over HTTPS with the edge's certificate, verified by hash and swapped whole. */
export class ArtifactStore {
  readonly #options: ArtifactStoreOptions;

  constructor(options: ArtifactStoreOptions) {
    this.#options = options;
  }

  /** The bytes of an artifact: from disk when they are there and right, else from the controller. */
  async get(artifact: Artifact): Promise<Buffer> {
    const file = join(this.#options.folder, `${artifact.name}-${artifact.version}`);
    const stored = await readFile(file).catch(() => undefined);
    if (stored && digest(stored) === artifact.sha256) return stored;
    const bytes = await this.download(artifact.url, artifact.bytes);
    if (digest(bytes) !== artifact.sha256)
      throw new BranchlineError('BL_ARTIFACT_HASH', { name: artifact.name, version: artifact.version });
    await writeDurably(file, bytes);
    await this.#forget(artifact);
    return bytes;
  }

  /** Leaves the version before: the document that names it may still be in force. */
  async #forget({ name, version }: Artifact): Promise<void> {
    const versions = (await readdir(this.#options.folder))
      .flatMap((file) => (file.startsWith(`${name}-`) ? [Number(file.slice(name.length + 1))] : []))
      .filter((other) => other < version)
      .toSorted((a, b) => b - a);
    for (const old of versions.slice(1))
      await rm(join(this.#options.folder, `${name}-${old}`), { force: true });
  }

  /** Fetches a path of the controller's edge door. @param limit most bytes. @throws BranchlineError `BL_UPLINK_REFUSED` */
  async download(path: string, limit: number): Promise<Buffer> {
    const { url, tls } = this.#options;
    const [ca, cert, key] = await Promise.all([
      readFile(tls.caFile),
      readFile(tls.certificateFile),
      readFile(tls.keyFile),
    ]);
    return new Promise((resolve, reject) => {
      const fail = (problem: string): void =>
        reject(new BranchlineError('BL_UPLINK_REFUSED', { edge: url, problem }));
      const call = request(
        new URL(path, url),
        { ca, cert, key, minVersion: 'TLSv1.3', timeout: this.#options.timeoutMs ?? 60_000 },
        (response) => {
          if (response.statusCode !== 200) {
            response.resume();
            return fail(`${path} answered ${response.statusCode}`);
          }
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.byteLength;
            if (bytes > limit) call.destroy(new Error(`more than the stated ${limit} bytes`));
            else chunks.push(chunk);
          });
          response.on('end', () => resolve(Buffer.concat(chunks)));
          response.on('error', (error) => fail(problemOf(error)));
        },
      );
      call.on('timeout', () => call.destroy(new Error('no answer in time')));
      call.on('error', (error) => fail(problemOf(error)));
      call.end();
    });
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
