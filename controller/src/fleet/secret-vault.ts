import { readFile } from 'node:fs/promises';
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { BranchlineError, problemOf } from '@branchline/shared';
import { writeDurably } from '@branchline/shared/node';

/**
 * Seals secrets of branch plans. At rest they are encrypted to the center's own age key (a file of the home folder, apart
 * from the database and its backups); on the way they are encrypted to the key of the one box that needs them.
 */
export class SecretVault {
  readonly #identity: string;
  /** The age recipient to which secrets are stored. */
  readonly recipient: string;

  private constructor(identity: string, recipient: string) {
    this.#identity = identity;
    this.recipient = recipient;
  }

  /** Opens the key file; makes one on first start. @throws BranchlineError `BL_CONFIG_UNREADABLE` */
  static async open(file: string): Promise<SecretVault> {
    let identity: string;
    try {
      identity = (await readFile(file, 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(file, error);
      identity = await generateX25519Identity();
      await writeDurably(file, `${identity}\n`, 0o600);
    }
    try {
      return new SecretVault(identity, await identityToRecipient(identity));
    } catch (error) {
      throw unreadable(file, error);
    }
  }

  /** Ciphertext for the center's own database. */
  store(clear: string): Promise<string> {
    return seal(clear, this.recipient);
  }

  /** @throws BranchlineError `BL_CONFIG_UNREADABLE` when the key file is not the one the text was sealed to */
  async open(sealed: string): Promise<string> {
    const decrypter = new Decrypter();
    decrypter.addIdentity(this.#identity);
    try {
      return await decrypter.decrypt(armor.decode(sealed), 'text');
    } catch (error) {
      throw unreadable('a stored secret', error);
    }
  }

  /** A stored secret for one box. */
  async sealFor(recipient: string, stored: string): Promise<string> {
    return seal(await this.open(stored), recipient);
  }
}

async function seal(clear: string, recipient: string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(clear));
}

function unreadable(file: string, error: unknown): BranchlineError {
  return new BranchlineError('BL_CONFIG_UNREADABLE', { file, problem: problemOf(error) }, error);
}
