import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, phonePassword, type RealBranch } from './real-branch.ts';
import { isProtected, SecurePhone } from './secure-phone.ts';

const found = findSwitch();
const missing = 'missing' in found ? ` (skipped: ${found.missing})` : '';
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(binary === '')(`desk phones with TLS and SRTP on a real FreeSWITCH${missing}`, () => {
  let branch: RealBranch;
  let phone: SecurePhone | undefined;
  afterEach(async () => {
    phone?.close();
    phone = undefined;
    await branch.close();
  });

  test('a secure phone registers by TLS, is called with SRTP only, and its own calls are SRTP in the order of the plan', async () => {
    branch = await openRealBranch(
      binary,
      undefined,
      {},
      {},
      {
        '1001': { vendor: 'yealink', mac: '805ec0112233', secure: true },
      },
    );
    await branch.startEdge();
    await branch.startSwitch();
    const ca = await readFile(join(branch.home, 'identity', 'ca.pem'), 'utf8');
    const { tls: port } = branch.ports;
    phone = await SecurePhone.open({
      extension: '1001',
      password: phonePassword,
      domain: 'branch.local',
      port,
      ca,
    });
    expect(await phone.register()).toBe('SIP/2.0 200 OK');
    await eventually('FreeSWITCH knows the way', async () =>
      /1001.*transport=tls/.test(await branch.cli('show registrations')),
    );

    void branch.cli('bgapi originate user/1001@branch.local &playback(tone_stream://%(5000,0,440))');
    const { body } = await phone.answer();
    expect(body).toMatch(/^m=audio \d+ RTP\/SAVP /m);
    const packet = await eventually('speech', () => phone!.packets[20]);
    expect(isProtected(packet, body)).toBe(true);
    packet[14]! ^= 1;
    expect(isProtected(packet, body)).toBe(false);
    await branch.cli('hupall');

    // µ-law first is what the phone would like; the plan says A-law. Nobody has this number: a prompt says so.
    const answer = await phone.dial('5555', '0 8');
    expect(answer.start).toBe('SIP/2.0 200 OK');
    expect(answer.body).toMatch(/^m=audio \d+ RTP\/SAVP 8\b/m);
  });

  test('old versions of TLS and strange authorities do not get through', async () => {
    branch = await openRealBranch(binary);
    await branch.startEdge();
    await branch.startSwitch();
    const { tls: port } = branch.ports;
    const tried = async (options: object): Promise<string> => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
      const result = await once(socket, 'secureConnect').then(
        () => socket.getProtocol() ?? '',
        () => 'refused',
      );
      socket.destroy();
      return result;
    };
    expect(await tried({})).toBe('TLSv1.3');
    expect(await tried({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    const weak = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(await tried(weak)).toBe('refused');
    expect(await tried({ rejectUnauthorized: true })).toBe('refused');
  });
});
