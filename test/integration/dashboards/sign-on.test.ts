import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Center, until, type Person } from '../controller/center.ts';
import { temporaryFolder } from './parts.ts';

const folder = temporaryFolder('proxy');
const proxies = join(import.meta.dirname, '../../../dashboards/proxy');
/** What Grafana was asked, as it would see it. */
const seen: IncomingHttpHeaders[] = [];
let center: Center;
let scoped: Person;
let grafana: Server;

beforeAll(async () => {
  center = await Center.start();
  await center.site('east');
  scoped = await center.person('eastern', 'supervisor', 'east');
  grafana = createServer((request, response) => {
    seen.push(request.headers);
    response.end('grafana');
  }).listen(0, '127.0.0.1');
  await once(grafana, 'listening');
});

afterAll(async () => {
  grafana?.close();
  await center?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('the controller tells a proxy who is signed in', () => {
  const ask = async (cookie?: string): Promise<Response> =>
    fetch(`${center.controller.httpUrl}/api/v1/session/proxy`, { headers: cookie ? { cookie } : {} });

  test('name and role of whoever may see all sites', async () => {
    const response = await ask(center.admin.cookie);
    expect(response.status).toBe(204);
    expect(response.headers.get('x-branchline-role')).toBe('Admin');
    expect(response.headers.get('x-branchline-user')).toBe('admin');
    const auditor = await center.person('auditor', 'auditor');
    expect((await ask(auditor.cookie)).headers.get('x-branchline-role')).toBe('Viewer');
  });

  test('nobody else: without a session 401, with sight of one site 403, as an agent 403', async () => {
    const agent = await center.person('an-agent', 'agent');
    const answers = await Promise.all([
      ask(),
      ask('branchline_session=made-up'),
      ask(scoped.cookie),
      ask(agent.cookie),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403, 403]);
    for (const { headers } of answers) expect(headers.get('x-branchline-user')).toBeNull();
  });
});

const found = (name: string): string | undefined => {
  const own = process.env[`BRANCHLINE_${name.toUpperCase()}`];
  const paths = [own ?? '', `/usr/sbin/${name}`, `/usr/bin/${name}`].filter((path) => path !== '');
  return paths.find((path) => spawnSync(path, [name === 'caddy' ? 'version' : '-v']).status === 0);
};

/** The file as it is kept, with the ports of this test and without TLS. */
function configured(name: string, listen: number): string {
  const controllerPort = new URL(center.controller.httpUrl).port;
  const { port } = grafana.address() as AddressInfo;
  return readFileSync(join(proxies, name), 'utf8')
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${controllerPort}`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`)
    .replaceAll(/^\s*ssl_certificate.*$/gm, '')
    .replace('listen 443 ssl;', `listen 127.0.0.1:${listen};`)
    .replace(/^center\.example \{/m, `http://127.0.0.1:${listen} {`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const starters: Record<string, (program: string, port: number) => ChildProcess> = {
  nginx: (program, port) => {
    const home = join(folder.path, 'nginx');
    mkdirSync(home);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${home}/${kind};`)
      .join('\n');
    writeFileSync(
      join(home, 'nginx.conf'),
      `daemon off; pid ${home}/pid; error_log ${home}/error.log; worker_processes 1; user root;
events {}
http { access_log off; ${paths}
${configured('nginx.conf', port)} }`,
    );
    return spawn(program, ['-c', join(home, 'nginx.conf'), '-p', home], { stdio: 'ignore' });
  },
  caddy: (program, port) => {
    const file = join(folder.path, 'Caddyfile');
    writeFileSync(file, `{\n\tadmin off\n}\n${configured('Caddyfile', port)}`);
    return spawn(program, ['run', '--config', file, '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder.path, XDG_DATA_HOME: folder.path, XDG_CONFIG_HOME: folder.path },
    });
  },
};

describe.each(['nginx', 'caddy'])('behind %s', (name) => {
  const program = found(name);
  let proxy: ChildProcess | undefined;
  let url = '';

  beforeAll(async () => {
    if (program === undefined) return;
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    proxy = starters[name]?.(program, port);
    await until(`${name} answers`, () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  afterAll(async () => {
    if (!proxy) return;
    proxy.kill('SIGTERM');
    await once(proxy, 'exit');
  });

  const visit = (
    headers: Record<string, string>,
    path = '/grafana/d/branchline-overview',
  ): Promise<Response> => fetch(`${url}${path}`, { headers, redirect: 'manual' });

  test.runIf(program)('whoever is signed in to the console reaches Grafana under that name', async () => {
    const response = await visit({ cookie: `a=1; ${center.admin.cookie}; grafana_session=2` });
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 200,
      text: 'grafana',
    });
    expect(seen.at(-1)).toMatchObject({ 'x-branchline-user': 'admin', 'x-branchline-role': 'Admin' });
    // The secret of the console's session is not for Grafana.
    expect(JSON.stringify(seen.at(-1))).not.toContain('branchline_session');
    expect(seen.at(-1)?.cookie).toContain('grafana_session=2');
  });

  test.runIf(program)('a name that a client sends itself never arrives', async () => {
    await visit({
      'x-branchline-user': 'somebody-else',
      'x-branchline-role': 'Admin',
      authorization: 'Basic YWRtaW46YWRtaW4=',
      cookie: (await center.person(`viewer-${name}`, 'auditor')).cookie,
    });
    expect(seen.at(-1)).toMatchObject({
      'x-branchline-user': `viewer-${name}`,
      'x-branchline-role': 'Viewer',
    });
    expect(seen.at(-1)).not.toHaveProperty('authorization');
  });

  test.runIf(program)(
    'without a session one is sent to sign in; with sight of one site one is refused',
    async () => {
      const before = seen.length;
      const out = await visit({ 'x-branchline-user': 'admin' });
      expect(out.status).toBe(302);
      expect(new URL(out.headers.get('location') ?? '', url).pathname).toBe('/login');
      expect((await visit({ cookie: scoped.cookie })).status).toBe(403);
      expect(seen.length).toBe(before);
    },
  );

  test.runIf(program)('the console is there too, and the metrics of the controller are not', async () => {
    expect((await visit({}, '/readyz')).status).toBe(200);
    expect((await visit({ cookie: center.admin.cookie }, '/metrics')).status).toBe(404);
  });
});
