import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { inboundQueue, type Desired } from '@branchline/shared';
import { testAgent } from '../support/branch.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { JoinedSites } from '../support/join-sites.ts';
import { findSwitch } from '../virtual-branch/contract/real-laboratory.ts';
import { openRealBranch, type RealBranch } from './real-branch.ts';
import { sippMissing } from './sipp.ts';

const found = findSwitch();
const missing = 'missing' in found ? found.missing : sippMissing();
const binary = 'binary' in found ? found.binary : '';

describe.skipIf(missing !== undefined)(
  `two sites, a real FreeSWITCH each${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let east: RealBranch;
    let west: RealBranch;
    let joined: JoinedSites | undefined;
    afterEach(async () => {
      await joined?.stop();
      await Promise.all([east.close(), west.close()]);
    });

    const open = async (site: string, extension: string, port: number): Promise<RealBranch> => {
      const queue = { ...inboundQueue, overflow: [{ afterSeconds: 1, exit: { to: 'site' as const } }] };
      const change: Partial<Desired> = {
        site: { id: site, name: site, zone: 'Asia/Shanghai', region: 'CN' },
        queues: [queue],
        overlay: { address: '127.0.0.1/32', port },
      };
      const branch = await openRealBranch(binary, [testAgent(extension, { mode: 'ring' })], change);
      await branch.startEdge();
      await branch.startSwitch();
      return branch;
    };
    const logIn = async (branch: RealBranch, extension: string): Promise<number> => {
      const port = await branch.register(extension);
      branch.dial(extension, '*11');
      await eventually(
        `${extension} is ready`,
        () => branch.controller.rows('agent').at(-1)?.to === 'ready',
        20_000,
      );
      return port;
    };

    /** A caller at east who stays for so long, whose only agent has a break, and an agent of west who has answered. */
    const talkAcross = async (staysMs: number) => {
      const ports = (await freePorts(4)) as [number, number, number, number];
      [east, west] = await Promise.all([open('east', '1001', ports[0]), open('west', '1002', ports[1])]);
      const [phone, far] = await Promise.all([logIn(east, '1001'), logIn(west, '1002')]);
      west.parties.answering(far);
      east.dial('1001', '*131');
      await eventually('east has nobody', () => east.controller.rows('agent').at(-1)?.to === 'break', 20_000);
      joined = new JoinedSites([
        { site: 'east', edge: 'edge-1', controller: east.controller },
        { site: 'west', edge: 'edge-1', controller: west.controller },
      ]);
      await eventually(
        'west shows an agent who is ready',
        () => joined!.live('west')?.queues?.['inbound']?.ready === 1 && joined!.live('east')?.guests,
        20_000,
      );
      // In the overlay nobody is let in by a number.
      const stranger = west.parties.inbound(ports[3], ports[1], [100]);
      east.parties.inbound(ports[2], east.ports.external, [staysMs]);
      const connected = await eventually(
        'an agent of west has the caller',
        () => west.controller.rows('event').find((row) => row.type === 'queue' && row.step === 'connected'),
        20_000,
      );
      return { phone, stranger, connected };
    };

    test('a caller at one talks with an agent at the other, both ways, recorded there; who was not announced is refused', async () => {
      const { connected, stranger } = await talkAcross(8000);
      expect(connected).toMatchObject({ peer: 'east' });
      const [here, there] = await eventually(
        'both tell the call',
        () => {
          const calls = [east, west].map(({ controller }) => controller.rows('call')[0]);
          return calls[0] && calls[1] ? ([calls[0], calls[1]] as const) : undefined;
        },
        30_000,
      );
      expect(here).toMatchObject({ outcome: 'ANSWERED', sentTo: 'west', hangupBy: 'customer' });
      expect(there).toMatchObject({ outcome: 'ANSWERED', guestOf: 'east', conversation: here.conversation });
      expect(here.recording?.pauses).toHaveLength(1);
      // Speech came in on every leg: from the customer, from the other box, from the agent.
      for (const { legs } of [here, there])
        expect(legs.map(({ role, quality }) => [role, (quality?.packets ?? 0) > 100])).toEqual([
          ['agent', true],
          ['customer', true],
        ]);
      const wav = await readFile(there.recording!.file);
      expect(wav.readUInt16LE(22)).toBe(2);
      expect([0, 1].map((side) => pitchOf(wav, side))).toEqual([440, 880]);
      expect(await stranger.done).not.toBe(0);
      expect(east.controller.problems).toEqual([]);
      expect(west.controller.problems).toEqual([]);
    });

    test('when the other box dies in a talk its caller is back in line, and is served at home', async () => {
      const { phone } = await talkAcross(60_000);
      east.parties.answering(phone);
      await Promise.all([west.killSwitch(), west.killEdge()]);
      east.dial('1001', '*14');
      await eventually(
        'the agent at home has the caller',
        () => east.controller.rows('event').find((row) => row.type === 'queue' && row.step === 'connected'),
        60_000,
      );
      const told = await eventually('the call is told', () => east.controller.rows('call')[0], 60_000);
      expect(told).toMatchObject({ outcome: 'ANSWERED', sentTo: 'west', agent: 'agent-1001' });
      expect(told.legs.map(({ role, cause }) => `${role} ${cause}`)).toContain('agent MEDIA_TIMEOUT');
    });
  },
);

/** Which of the two tones that the parties say is louder on one side of a stereo recording, Hz. */
function pitchOf(wav: Buffer, side: number): number {
  const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, Math.floor((wav.length - 44) / 2));
  const power = (frequency: number): number => {
    let [re, im] = [0, 0];
    for (let i = side; i < samples.length; i += 2) {
      const angle = (Math.PI * frequency * i) / 8000;
      re += samples[i]! * Math.cos(angle);
      im += samples[i]! * Math.sin(angle);
    }
    return re * re + im * im;
  };
  return power(440) > power(880) ? 440 : 880;
}
