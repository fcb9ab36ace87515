import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { BranchlineError, problemOf, type Clock } from '@branchline/shared';
import { isLocalHost, writeDurably } from '@branchline/shared/node';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;
const authorityDays = 20 * 365;
const serverDays = 365;
const edgeDays = 2 * 365;
/** A server certificate with less than this left is made anew at start. */
const renewDays = 60;

// The library's type is the browser's; Node's implementation of it differs only in its declarations.
x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface IssuedCertificate {
  readonly certificate: string;
  /** Upper-case hexadecimal without leading zeros, as TLS sockets show it. */
  readonly serial: string;
  readonly expiresAt: number;
}

/**
 * The installation's own certificate authority, kept in a folder: it vouches for the controller towards the boxes and for
 * the boxes towards the controller. Certificates live in transport time.
 */
export class DeviceAuthority {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;
  readonly certificate: string;

  private constructor(
    folder: string,
    clock: Clock,
    keys: webcrypto.CryptoKeyPair,
    certificate: x509.X509Certificate,
  ) {
    this.#folder = folder;
    this.#clock = clock;
    this.#keys = keys;
    this.#certificate = certificate;
    this.certificate = certificate.toString('pem');
  }

  /**
   * Opens the authority of a folder; makes one on first start.
   * @throws BranchlineError `BL_CONFIG_UNREADABLE` when the folder holds only half of one: making a new authority would
   *   lock every enrolled box out
   */
  static async open(folder: string, clock: Clock): Promise<DeviceAuthority> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [keyText, certText] = await Promise.all([
      readIfThere(join(folder, 'ca.key')),
      readIfThere(join(folder, 'ca.crt')),
    ]);
    if (keyText === undefined && certText === undefined) return DeviceAuthority.#create(folder, clock);
    try {
      if (keyText === undefined || certText === undefined) throw new Error('its other half is missing');
      const certificate = new x509.X509Certificate(certText);
      const keys = await importKeys(keyText, certificate);
      return new DeviceAuthority(folder, clock, keys, certificate);
    } catch (error) {
      throw new BranchlineError(
        'BL_CONFIG_UNREADABLE',
        { file: join(folder, 'ca.key'), problem: problemOf(error) },
        error,
      );
    }
  }

  static async #create(folder: string, clock: Clock): Promise<DeviceAuthority> {
    const keys = await generateKeys();
    const now = clock.now();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(),
      name: `CN=Branchline device authority ${randomBytes(4).toString('hex')}`,
      notBefore: new Date(now - day),
      notAfter: new Date(now + authorityDays * day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    await writeDurably(join(folder, 'ca.key'), await exportKey(keys.privateKey), 0o600);
    await writeDurably(join(folder, 'ca.crt'), certificate.toString('pem'), 0o644);
    return new DeviceAuthority(folder, clock, keys, certificate);
  }

  /** SHA-256 of the authority's certificate, hexadecimal. */
  get fingerprint(): string {
    return createHash('sha256').update(Buffer.from(this.#certificate.rawData)).digest('hex');
  }

  /** The controller's own certificate for these host names and addresses; kept, and renewed in time. */
  async serverCertificate(hosts: readonly string[]): Promise<ServerCertificate> {
    const wanted = [...new Set(['localhost', '127.0.0.1', ...hosts])];
    const kept = await this.#keptServerCertificate(wanted);
    if (kept) return kept;
    const keys = await generateKeys();
    const now = this.#clock.now();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: 'CN=branchline-controller',
      issuer: this.#certificate.subject,
      notBefore: new Date(now - day),
      notAfter: new Date(now + serverDays * day),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        namesOf(wanted),
      ],
    });
    const made = { cert: certificate.toString('pem'), key: await exportKey(keys.privateKey) };
    await writeDurably(join(this.#folder, 'server.key'), made.key, 0o600);
    await writeDurably(join(this.#folder, 'server.crt'), made.cert, 0o644);
    await writeDurably(join(this.#folder, 'server.hosts'), wanted.toSorted().join('\n'), 0o644);
    return made;
  }

  /**
   * A client certificate for an edge from its own request; the CN is the edge's name whatever the request says.
   * @throws BranchlineError `BL_ENROL_CSR`
   */
  async issue(edge: string, csr: string): Promise<IssuedCertificate> {
    return this.#certify(edge, csr, edgeDays, [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ]);
  }

  /**
   * A server certificate for what a box serves on the branch's own network, from its own request: only for names and
   * addresses that can be of such a network, so that no box can speak for the center or for a public name.
   * @throws BranchlineError `BL_ENROL_CSR`
   */
  async issueLocal(edge: string, csr: string, hosts: readonly string[]): Promise<IssuedCertificate> {
    const foreign = hosts.find((host) => !isLocalHost(host, edge));
    if (foreign !== undefined)
      throw new BranchlineError('BL_ENROL_CSR', {
        problem: `"${foreign}" is no name of a branch's own network`,
      });
    return this.#certify(`${edge} desk`, csr, serverDays, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      namesOf(hosts),
    ]);
  }

  /** A certificate for the key of a request, under a name that we give. @throws BranchlineError `BL_ENROL_CSR` */
  async #certify(
    name: string,
    csr: string,
    days: number,
    extensions: readonly x509.Extension[],
  ): Promise<IssuedCertificate> {
    const request = await readRequest(csr);
    const now = this.#clock.now();
    const serialNumber = newSerial();
    const expiresAt = now + days * day;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber,
      subject: `CN=${name}`,
      issuer: this.#certificate.subject,
      notBefore: new Date(now - day),
      notAfter: new Date(expiresAt),
      signingAlgorithm: algorithm,
      publicKey: request.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), ...extensions],
    });
    return { certificate: certificate.toString('pem'), serial: shownSerial(serialNumber), expiresAt };
  }

  /** The revocation list as Node's TLS wants it: its own label, and never out of date while this process runs. */
  async revocationList(revoked: readonly { serial: string; at: number }[]): Promise<string> {
    const now = this.#clock.now();
    const crl = await x509.X509CrlGenerator.create({
      issuer: this.#certificate.subject,
      thisUpdate: new Date(now - day),
      // An expired list would shut every box out, so it outlives any run of this process.
      nextUpdate: new Date(now + 10 * 365 * day),
      signingAlgorithm: algorithm,
      signingKey: this.#keys.privateKey,
      entries: revoked.map(({ serial, at }) => ({
        serialNumber: serial.length % 2 === 0 ? serial : `0${serial}`,
        revocationDate: new Date(at),
      })),
    });
    return x509.PemConverter.encode(crl.rawData, 'X509 CRL');
  }

  async #keptServerCertificate(hosts: readonly string[]): Promise<ServerCertificate | undefined> {
    const [key, cert, names] = await Promise.all(
      ['server.key', 'server.crt', 'server.hosts'].map((name) => readIfThere(join(this.#folder, name))),
    );
    if (!key || !cert || names !== hosts.toSorted().join('\n')) return undefined;
    const parsed = new x509.X509Certificate(cert);
    const fresh = parsed.notAfter.getTime() - this.#clock.now() > renewDays * day;
    const ours = await parsed.verify({ publicKey: this.#certificate, signatureOnly: true });
    return fresh && ours ? { key, cert } : undefined;
  }
}

async function readRequest(csr: string): Promise<x509.Pkcs10CertificateRequest> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new BranchlineError('BL_ENROL_CSR', { problem }, cause);
  };
  try {
    const request = new x509.Pkcs10CertificateRequest(csr);
    const { name } = request.publicKey.algorithm as { name: string };
    if (!['ECDSA', 'Ed25519'].includes(name)) return refuse(`a ${name} key is not accepted`);
    if (!(await request.verify())) return refuse('its signature does not fit its key');
    return request;
  } catch (error) {
    if (error instanceof BranchlineError) throw error;
    return refuse('it cannot be read', error);
  }
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function importKeys(pem: string, certificate: x509.X509Certificate): Promise<webcrypto.CryptoKeyPair> {
  const [raw] = x509.PemConverter.decode(pem);
  if (!raw) throw new Error('it holds no key');
  const privateKey = await webcrypto.subtle.importKey('pkcs8', raw, algorithm, true, ['sign']);
  const publicKey = await certificate.publicKey.export(algorithm, ['verify']);
  return { privateKey, publicKey: publicKey as webcrypto.CryptoKey };
}

/** 15 random bytes below 0x80: positive, and long enough to be unguessable (CA/B requirement is 64 bits). */
function newSerial(): string {
  const bytes = randomBytes(15);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function shownSerial(hex: string): string {
  return hex.toUpperCase().replace(/^0+/, '');
}

function namesOf(hosts: readonly string[]): x509.SubjectAlternativeNameExtension {
  return new x509.SubjectAlternativeNameExtension(
    hosts.map((host) => ({ type: isAddress(host) ? ('ip' as const) : ('dns' as const), value: host })),
  );
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BranchlineError('BL_CONFIG_UNREADABLE', { file, problem: problemOf(error) }, error);
  }
}
