import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ManualClock } from '@branchline/shared';
import { DeviceAuthority } from './device-authority.ts';
import { tokenProblem } from './enrolment.ts';
import { SecretVault } from './secret-vault.ts';
import { makeBoxKeys } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'branchline-authority-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const clock = new ManualClock(Date.parse('2026-01-01'));

test('an authority opened again is the same one, and its server certificate is kept until the hosts change or it grows old', async () => {
  const home = join(folder, 'kept');
  const first = await DeviceAuthority.open(home, clock);
  const again = await DeviceAuthority.open(home, clock);
  expect(again.certificate).toBe(first.certificate);
  const server = await first.serverCertificate([]);
  expect(await again.serverCertificate([])).toEqual(server);
  const renamed = await again.serverCertificate(['center.example']);
  expect(renamed.cert).not.toBe(server.cert);
  expect(new X509Certificate(renamed.cert).checkHost('center.example')).toBe('center.example');
  expect(new X509Certificate(renamed.cert).checkIP('127.0.0.1')).toBe('127.0.0.1');
  const later = new ManualClock(clock.now() + 330 * 86_400_000);
  const renewed = await (await DeviceAuthority.open(home, later)).serverCertificate(['center.example']);
  expect(renewed.cert).not.toBe(renamed.cert);
});

test('half an authority is an error and not a new authority, which would lock every box out', async () => {
  const home = join(folder, 'half');
  await DeviceAuthority.open(home, clock);
  await rm(join(home, 'ca.crt'));
  await expect(DeviceAuthority.open(home, clock)).rejects.toMatchObject({ code: 'BL_CONFIG_UNREADABLE' });
});

test('a box gets a certificate for its own name whatever its request says, and TLS takes the revocation list', async () => {
  const authority = await DeviceAuthority.open(join(folder, 'issue'), clock);
  const keys = await makeBoxKeys('somebody-else');
  const issued = await authority.issue('edge-1', keys.csr);
  const certificate = new X509Certificate(issued.certificate);
  expect(certificate.subject).toBe('CN=edge-1');
  expect(certificate.serialNumber).toBe(issued.serial);
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  const crl = await authority.revocationList([{ serial: issued.serial, at: clock.now() }]);
  expect(() => createSecureContext({ crl, ca: authority.certificate })).not.toThrow();
});

test('a request that is damaged, or signed by another key than its own, is refused', async () => {
  const authority = await DeviceAuthority.open(join(folder, 'refuse'), clock);
  const { csr } = await makeBoxKeys('edge-1');
  await expect(authority.issue('edge-1', 'not a request')).rejects.toMatchObject({ code: 'BL_ENROL_CSR' });
  const bytes = Buffer.from(csr.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
  await expect(authority.issue('edge-1', forged)).rejects.toMatchObject({ code: 'BL_ENROL_CSR' });
});

test('a token enrols only its edge, once, in time, and the box the name is bound to', () => {
  const token = { edge: 'a', expires_at: 1000, used_at: null };
  const request = { edge: 'a', hardwareId: 'box' };
  expect(tokenProblem(token, request, null, 999)).toBeUndefined();
  expect(tokenProblem(token, request, 'box', 999)).toBeUndefined();
  expect(tokenProblem(undefined, request, null, 999)).toBe('it is unknown for this edge');
  expect(tokenProblem(token, { ...request, edge: 'b' }, null, 999)).toBe('it is unknown for this edge');
  expect(tokenProblem({ ...token, used_at: 5 }, request, null, 999)).toBe('it was used already');
  expect(tokenProblem(token, request, null, 1000)).toBe('it has expired');
  expect(tokenProblem(token, request, 'other box', 999)).toBe('the edge is bound to another box');
});

test('a stored secret opens with the center’s key only, and is sealed anew for a box', async () => {
  const vault = await SecretVault.open(join(folder, 'secrets.agekey'));
  const stored = await vault.store('a secret');
  expect(stored).toContain('BEGIN AGE ENCRYPTED FILE');
  expect(await (await SecretVault.open(join(folder, 'secrets.agekey'))).open(stored)).toBe('a secret');
  const stranger = await SecretVault.open(join(folder, 'other.agekey'));
  await expect(stranger.open(stored)).rejects.toMatchObject({ code: 'BL_CONFIG_UNREADABLE' });
  const { recipient } = await makeBoxKeys('edge-1');
  expect(await vault.sealFor(recipient, stored)).not.toBe(stored);
});

test('a box gets a certificate for its own network, and for no name or address of another', async () => {
  const authority = await DeviceAuthority.open(join(folder, 'local'), clock);
  const { csr } = await makeBoxKeys('north-1');
  const hosts = ['localhost', '10.1.0.2', 'fd00::7', 'north-1.local', 'north-1'];
  const { certificate } = await authority.issueLocal('north-1', csr, hosts);
  const made = new X509Certificate(certificate);
  expect(made.checkIP('10.1.0.2')).toBe('10.1.0.2');
  expect(made.checkHost('north-1.local')).toBe('north-1.local');
  expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  for (const foreign of [
    '8.8.8.8',
    '2001:db8::1',
    'center.example',
    'bank.com',
    'north-2',
    'a.b.local',
    '172.32.0.1',
  ])
    await expect(authority.issueLocal('north-1', csr, ['localhost', foreign])).rejects.toMatchObject({
      code: 'BL_ENROL_CSR',
    });
});
