import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '@branchline/shared/node';

/** FreeSWITCH's names: SIP over TLS reads the first, secure WebSockets the last. */
const files = { tls: 'agent.pem', authority: 'cafile.pem', webSocket: 'wss.pem' } as const;

/** Whether FreeSWITCH finds a certificate of the box in the folder. */
export function hasCertificate(folder: string): boolean {
  return existsSync(join(folder, files.webSocket));
}

/**
 * Puts the box's certificate where FreeSWITCH reads it.
 * @param ca PEM of the installation's authority
 * @returns whether it is another one than before
 */
export async function placeCertificate(
  folder: string,
  { cert, key }: { readonly cert: string; readonly key: string },
  ca: string,
): Promise<boolean> {
  const own = `${key.trim()}\n${cert.trim()}\n`;
  const present = await readFile(join(folder, files.webSocket), 'utf8').catch(() => '');
  if (present === own) return false;
  await mkdir(folder, { recursive: true });
  await writeDurably(join(folder, files.authority), ca, 0o640);
  await writeDurably(join(folder, files.tls), own, 0o640);
  await writeDurably(join(folder, files.webSocket), own, 0o640);
  return true;
}
