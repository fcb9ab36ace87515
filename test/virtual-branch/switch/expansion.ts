import type { SwitchCore } from './core.ts';
import type { Session } from './session.ts';

/**
 * Replaces `${variable}`, `${variable:offset:length}`, `${api(arguments)}` and `${api arguments}`; innermost first.
 * An API that would have to wait yields nothing: an expansion cannot block here.
 */
export function expand(core: SwitchCore, session: Session | undefined, text: string): string {
  if (!text.includes('${')) return text;
  let out = '';
  for (let i = 0; i < text.length;) {
    if (text[i] === '\\' && text[i + 1] === '$') {
      out += '$';
      i += 2;
      continue;
    }
    if (text[i] !== '$' || text[i + 1] !== '{') {
      out += text[i++];
      continue;
    }
    const end = closingBrace(text, i + 1);
    if (end < 0) return out + text.slice(i);
    out += value(core, session, expand(core, session, text.slice(i + 2, end)));
    i = end + 1;
  }
  return out;
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

function value(core: SwitchCore, session: Session | undefined, inner: string): string {
  const call = /^([\w.-]+)(?:\((.*)\)|\s+(.*))$/s.exec(inner);
  if (call?.[1] !== undefined) {
    const answer = core.api(call[1], call[2] ?? call[3] ?? '');
    return typeof answer === 'string' && !answer.startsWith('-ERR') ? answer.trimEnd() : '';
  }
  const [name = '', offset, length] = inner.split(':');
  const whole = session?.channel.get(name) ?? core.globals.get(name) ?? '';
  if (offset === undefined) return whole;
  const start = Number.parseInt(offset, 10) || 0;
  const rest = start < 0 ? whole.slice(start) : whole.slice(start);
  return length === undefined ? rest : rest.slice(0, Number.parseInt(length, 10) || 0);
}
