import type { SwitchSettings } from './settings.ts';

/**
 * Rules of nftables that mark what FreeSWITCH sends, as RFC 4594 says: speech as EF, signalling as CS3. FreeSWITCH has no setting for it; the kernel
 * knows its packets by the ports they come from. Loading them anew replaces them.
 */
export function dscpRules(settings: SwitchSettings): string {
  const { rtpPorts, internalPort, externalPort, tlsPort, webSocketPort } = settings;
  const marks = [
    [`udp sport ${rtpPorts[0]}-${rtpPorts[1]}`, 'ef'],
    [`udp sport { ${internalPort}, ${externalPort} }`, 'cs3'],
    [`tcp sport { ${internalPort}, ${externalPort}, ${tlsPort}, ${webSocketPort} }`, 'cs3'],
  ];
  const rules = marks.flatMap(([match, mark]) =>
    ['ip', 'ip6'].map((family) => `    ${match} ${family} dscp set ${mark}`),
  );
  return `# nft -f this file: what FreeSWITCH sends is marked, speech EF and signalling CS3
table inet branchline_dscp
delete table inet branchline_dscp
table inet branchline_dscp {
  chain output {
    type filter hook output priority mangle;
${rules.join('\n')}
  }
}
`;
}
