import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatewayTarget, phoneTarget, renderVariables, spanTarget } from './dial-string.ts';

test('variables are rendered in order, with quotes around blanks', () => {
  expect(renderVariables({ a: 1, b: 'two words', c: undefined, d: true })).toBe("{a=1,b='two words',d=true}");
});

test.each([
  ['a,b'],
  ["it's"],
  ['${system(reboot)}'],
  ['x}sofia/gateway/evil/900'],
  ['[leg]'],
  ['a|b'],
  ['line\nend'],
  ['nul\0'],
])('a value with dial string syntax is refused: %j', (value) => {
  expect(() => renderVariables({ name: value })).toThrow(
    expect.objectContaining({ code: 'BL_SWITCH_ARGUMENT' }),
  );
});

test('no text can add a variable, a leg or a command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      let rendered: string;
      try {
        rendered = renderVariables({ name: value });
      } catch {
        return;
      }
      expect(rendered.match(/[{}]/g)).toHaveLength(2);
      expect(rendered).not.toMatch(/[\r\n\0,|$\\[\]<>]/);
    }),
  );
});

test('targets take digits and names only', () => {
  expect(gatewayTarget('carrier-a', '+8613912345678')).toBe('sofia/gateway/carrier-a/+8613912345678');
  expect(phoneTarget('1001', 'branch.local')).toBe('user/1001@branch.local');
  expect(() => gatewayTarget('a/b', '1')).toThrow(/gateway/);
  expect(() => gatewayTarget('a', '1 &park()')).toThrow(/number/);
  expect(() => phoneTarget('1001@evil', 'x')).toThrow(/extension/);
});

test('a span is dialed against the hunting of the exchange, and takes no dial string syntax', () => {
  expect(spanTarget('e1_1', 'down', '13912345678')).toBe('freetdm/e1_1/A/13912345678');
  expect(spanTarget('e1_1', 'up', '110')).toBe('freetdm/e1_1/a/110');
  for (const [span, number] of [
    ['1', '110'],
    ['e1/1', '110'],
    ['e1_1', '110,user/1'],
    ['e1_1', '+86139'],
  ] as const)
    expect(() => spanTarget(span, 'up', number)).toThrow(/BL_SWITCH_ARGUMENT|not /);
});
