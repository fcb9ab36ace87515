import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { BranchlineError, problemOf, type Language } from '@branchline/shared';

/** What somebody asked for. */
export type Order =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'phones'; readonly home: string; readonly json: boolean; readonly language: Language }
  | {
      readonly command: 'doctor';
      readonly home: string;
      readonly json: boolean;
      readonly language: Language;
      readonly call?: string;
      readonly line?: string;
    };

export const usage = `branchline doctor [options]    examines this box and says what to do about what is wrong
branchline phones [options]    addresses at which desk phones find their settings; the edge must run
branchline --help | --version

  --home DIR        the edge's home (default $BRANCHLINE_HOME, or /var/lib/branchline)
  --line ID         only this line
  --call NUMBER     calls NUMBER over each line (or over --line) and listens for its echo;
                    the edge must run, and each call counts and costs like any other
  --lang en|zh-CN   language of the table (default: by $LANG)
  --json            one JSON object instead of a table

Exit code: 0 nothing failed, 1 something failed, 2 the box could not be examined.`;

/**
 * Reads a command line.
 * @throws BranchlineError `BL_API_INVALID`
 */
export function readOrder(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Order {
  const { values, positionals } = parse(args);
  if (values.version) return { command: 'version' };
  const [command, ...more] = positionals;
  if (values.help || command === undefined || command === 'help') return { command: 'help' };
  if (command !== 'doctor' && command !== 'phones') throw invalid('command', `there is no "${command}"`);
  if (more[0] !== undefined) throw invalid(more[0], `${command} takes options only`);
  const { call, line } = values;
  const common = {
    home: resolve(values.home ?? environment['BRANCHLINE_HOME'] ?? '/var/lib/branchline'),
    json: values.json ?? false,
    language: languageOf(values.lang, environment),
  };
  if (command === 'phones') {
    if (call !== undefined || line !== undefined)
      throw invalid('phones', 'it takes --home, --lang and --json only');
    return { command, ...common };
  }
  if (call !== undefined && !/^\+?[0-9]{2,20}$/.test(call)) throw invalid('--call', `"${call}" is no number`);
  if (line !== undefined && !/^[a-z0-9-]{1,40}$/.test(line)) throw invalid('--line', `"${line}" is no line`);
  return {
    command,
    ...common,
    ...(call !== undefined && { call }),
    ...(line !== undefined && { line }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
        home: { type: 'string' },
        json: { type: 'boolean' },
        lang: { type: 'string' },
        call: { type: 'string' },
        line: { type: 'string' },
      },
    });
  } catch (error) {
    throw invalid('the command line', problemOf(error).replace(/\. .*/s, ''));
  }
}

function languageOf(
  wanted: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  if (wanted === 'en' || wanted === 'zh-CN') return wanted;
  if (wanted !== undefined) throw invalid('--lang', `"${wanted}" is neither en nor zh-CN`);
  const own = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return own.startsWith('zh') ? 'zh-CN' : 'en';
}

function invalid(place: string, problem: string): BranchlineError {
  return new BranchlineError('BL_API_INVALID', { place, problem });
}
