import { BranchlineError } from '@branchline/shared';
import type { ChannelSnapshot, GatewayReceived, GsmGateway } from '../src/index.ts';

/** Begins what a recorded dialogue asks for; its end in the words of the fixtures. */
export async function doTask(gateway: GsmGateway, channel: string, task: string): Promise<string> {
  const [what = '', ...words] = task.split(' ');
  try {
    switch (what) {
      case 'message':
        return `resolves ${await gateway.sendMessage(channel, words[0]!, words.slice(1).join(' '))}`;
      case 'ussd':
        return `resolves ${(await gateway.ussd(channel, words[0]!)).text}`;
      case 'reset':
        await gateway.reset(channel);
        return 'resolves';
      default:
        await gateway.setEnabled(channel, false);
        return 'resolves';
    }
  } catch (error) {
    if (!(error instanceof BranchlineError)) throw error;
    const { answer, problem } = error.details as Readonly<Record<string, unknown>>;
    return `${error.code} ${String(answer ?? problem)}`;
  }
}

export function wordsOf(received: GatewayReceived): string {
  return received.type === 'message'
    ? `message ${received.from} ${received.text}`
    : `report ${received.reference} ${received.delivery} ${received.to}`;
}

export function conditionWords({ condition }: ChannelSnapshot): string[] {
  return condition.phase === 'failed' ? [condition.fault] : [condition.phase, condition.reason];
}
