import { expect, test } from 'vitest';
import { legEnd } from './events.ts';

const end = (values: Record<string, string>) =>
  legEnd((name) => values[name.replace('variable_rtp_audio_in_', '')] ?? '').quality;
const whole = { packet_count: '750', mos: '4.32', jitter_loss_rate: '1.50', jitter_max_variance: '9.00' };

test('what was received is told as MOS, share lost and spread', () => {
  expect(end(whole)).toEqual({ mos: 4.32, loss: 0.015, jitterMs: 3, packets: 750 });
});

test('a leg on which nothing came has no quality, and figures that make no sense are kept in bounds', () => {
  expect(end({ ...whole, packet_count: '0' })).toBeUndefined();
  expect(end({})).toBeUndefined();
  expect(end({ ...whole, mos: 'nan' })).toBeUndefined();
  expect(end({ packet_count: '5', mos: '0', jitter_loss_rate: '140', jitter_max_variance: '-3' })).toEqual({
    mos: 1,
    loss: 1,
    jitterMs: 0,
    packets: 5,
  });
  expect(end({ packet_count: '5', mos: '4.5' })).toEqual({ mos: 4.5, loss: 0, jitterMs: 0, packets: 5 });
});
