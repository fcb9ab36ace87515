import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBranch, type Branch } from '../support/branch.ts';

/** In a network of its own: the machine's own rules are not touched. */
const apart = ['--net', 'sh', '-c'];
const possible =
  spawnSync('unshare', [...apart, 'nft list ruleset && ip link set lo up && command -v tcpdump']).status ===
  0;
const missing = possible
  ? ''
  : ' (skipped: needs nftables, iproute2, tcpdump, and root for a network namespace)';

describe.skipIf(!possible)(`marks on what FreeSWITCH sends${missing}`, () => {
  let branch: Branch;
  beforeAll(async () => {
    branch = await startBranch();
    await branch.startEdge();
  });
  afterAll(() => branch.close());

  test('speech leaves as EF, signalling as CS3, everything else as it was; loading twice changes nothing', async () => {
    const folder = join(branch.home, 'freeswitch');
    const sent = [16_384, 20_000, 32_768, 5060, 5080, 5090, 40_000];
    await writeFile(
      join(folder, 'send.mjs'),
      `import { createSocket } from 'node:dgram';
      for (const port of ${JSON.stringify(sent)}) {
        const socket = createSocket('udp4');
        socket.bind(port, '127.0.0.1', () => socket.send('x', 9, '127.0.0.1', () => socket.close()));
      }`,
    );
    const steps = `ip link set lo up && nft -f dscp.nft && nft -f dscp.nft &&
      (timeout 20 tcpdump -Z root -n -v -l -i lo -c ${sent.length} udp dst port 9 > seen 2> said & watch=$!;
      timeout 20 sh -c 'until grep -q listening said; do sleep 0.1; done' && '${process.execPath}' send.mjs && wait $watch) && cat seen`;
    const { stdout } = await promisify(execFile)('unshare', [...apart, steps], {
      cwd: folder,
      timeout: 60_000,
    });
    const marks = Object.fromEntries(
      [...stdout.matchAll(/tos (0x\w+)[^]*?127\.0\.0\.1\.(\d+) >/g)].map(([, tos, port]) => [port, tos]),
    );
    // EF is 46, CS3 is 24; the two low bits are not theirs.
    expect(marks).toEqual({
      16384: '0xb8',
      20000: '0xb8',
      32768: '0xb8',
      5060: '0x60',
      5080: '0x60',
      5090: '0x0',
      40000: '0x0',
    });
  });
});
