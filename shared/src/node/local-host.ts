import { BlockList, isIP } from 'node:net';

/** Addresses of private networks (RFC 1918, RFC 3927, RFC 4193, loopback) and names that no public resolver knows. */
const localNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  localNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  localNetworks.addSubnet(network, prefix, 'ipv6');

/** Whether a name or an address can be of a branch's own network. @param edge the box, whose bare name is one */
export function isLocalHost(host: string, edge: string): boolean {
  const family = isIP(host);
  if (family !== 0) return localNetworks.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return (
    host === 'localhost' || host === edge || /^[a-z0-9-]+\.(?:local|lan|home\.arpa|internal)$/.test(host)
  );
}
