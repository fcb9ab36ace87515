import { execFile } from 'node:child_process';
import { stat, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { BranchlineError } from '@branchline/shared';

/** The account PostgreSQL runs as, and the command words that put it there. */
export interface DatabaseUser {
  readonly name: string;
  /** Absent when we are not root and PostgreSQL runs as ourselves. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** Words before the program: `setpriv …`. */
  readonly prefix: readonly string[];
}

/** Accounts that suit, best first; PostgreSQL refuses to run as root. */
const accounts = ['branchline', 'postgres', 'nobody'];

/**
 * With only this capability, and the securebit that keeps it over the change of user, a server may traverse the 700 home of
 * somebody else, for its data as for its own binaries; it still writes only what it owns.
 */
const traverse = [
  '--inh-caps=-all,+dac_read_search',
  '--ambient-caps=-all,+dac_read_search',
  '--bounding-set=-all,+dac_read_search',
  '--securebits=+no_setuid_fixup',
];

/** Prints the first folder that cannot be entered. The kernel is asked, so that access lists and mounts count too. */
const probe = 'for folder; do test -d "$folder/." || { printf %s "$folder"; exit 3; }; done';

/**
 * Finds the user for PostgreSQL's binaries and data.
 * @param folders existing folders that it must be able to enter
 * @param owner uid and gid of data that exists already
 * @throws BranchlineError `BL_DB_FOLDER` naming the first folder on the way that refuses
 */
export async function chooseDatabaseUser(
  folders: readonly string[],
  owner?: { uid: number; gid: number },
): Promise<DatabaseUser> {
  const ways = [...new Set(folders.flatMap(ancestors))];
  // The server must not outlive us, however we end. The signal is sent when the thread that spawned it ends.
  const leash = ['--pdeathsig', 'SIGINT'];
  if (process.getuid?.() !== 0) {
    const name = userInfo().username;
    const closed = await firstClosed([], ways);
    if (closed !== undefined) throw new BranchlineError('BL_DB_FOLDER', { user: name, folder: closed });
    return { name, prefix: ['setpriv', ...leash] };
  }
  const { name, ...ids } = await accountFor(owner);
  const drop = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'];
  const plain = ['setpriv', ...leash, ...drop];
  const closed = await firstClosed(plain, ways);
  if (closed === undefined) return { name, ids, prefix: plain };
  // Containers often withhold the capability; then setpriv fails and the folder found first is the answer.
  const able = ['setpriv', ...leash, ...drop, ...traverse];
  if ((await firstClosed(able, ways)) === undefined) return { name, ids, prefix: able };
  throw new BranchlineError('BL_DB_FOLDER', { user: name, folder: closed });
}

/** `/`, `/a`, `/a/b` for `/a/b`. */
export function ancestors(folder: string): string[] {
  const path = resolve(folder);
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}

function firstClosed(prefix: readonly string[], ways: readonly string[]): Promise<string | undefined> {
  const [program = 'sh', ...words] = [...prefix, 'sh', '-c', probe, 'sh', ...ways];
  return new Promise((done, fail) => {
    execFile(program, words, { cwd: '/' }, (error, stdout, stderr) => {
      if (!error) return done(undefined);
      if (error.code === 3) return done(stdout);
      if (prefix.length > 0 && stderr.startsWith('setpriv:')) return done('(setpriv)');
      fail(
        new BranchlineError('BL_DB_START', { folder: ways.at(-1), problem: stderr.trim() || error.message }),
      );
    });
  });
}

async function accountFor(owner?: {
  uid: number;
  gid: number;
}): Promise<{ name: string; uid: number; gid: number }> {
  const known = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
  // Data that is there already stays with the account that owns it.
  if (owner && owner.uid !== 0) {
    return { ...owner, name: known.find((account) => account.uid === owner.uid)?.name ?? String(owner.uid) };
  }
  for (const name of accounts) {
    const account = known.find((one) => one.name === name);
    if (account) return account;
  }
  throw new BranchlineError('BL_DB_START', {
    folder: '/etc/passwd',
    problem: `PostgreSQL does not run as root and none of the accounts ${accounts.join(', ')} exists`,
  });
}

/** Who owns a folder; undefined when it does not exist. */
export async function ownerOf(folder: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
