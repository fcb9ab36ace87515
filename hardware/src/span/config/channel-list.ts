/** `1-15,17-31` as numbers; undefined for what is no list. */
export function readChannelList(text: string, highest = 9_999): number[] | undefined {
  const channels: number[] = [];
  for (const part of text.split(',')) {
    const [, from, to = from] = /^\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*$/.exec(part) ?? [];
    const [low, high] = [Number(from), Number(to)];
    if (from === undefined || low < 1 || high < low || high > highest) return undefined;
    for (let channel = low; channel <= high; channel++) channels.push(channel);
  }
  return channels;
}

/** The shortest list of rising numbers. */
export function channelList(channels: readonly number[]): string {
  const runs: [low: number, high: number][] = [];
  for (const channel of channels) {
    const run = runs.at(-1);
    if (run && run[1] === channel - 1) run[1] = channel;
    else runs.push([channel, channel]);
  }
  return runs.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`)).join(',');
}
