/** Reasons of the gate in Chinese, by their English; `(.+)` stands for a figure, a name or whose rule it is. */
const inChinese: readonly (readonly [reason: string, words: string])[] = [
  ['the campaign is (.+)', '活动状态：$1'],
  ['the clock of this box cannot be believed', '主机时钟不可信'],
  ['the lead was lent only until now', '名单的下发期限已到'],
  ['emergency services are never dialed by a campaign', '活动绝不呼叫紧急服务'],
  ['short numbers are services, not people', '短号码是服务号码，不是个人'],
  ['no such number exists in the numbering plan', '编号计划中没有此号码'],
  ['the callee would pay \\((.+?)\\)?', '被叫需付费（$1）'],
  ['no rules are known for numbers of (.+): .+', '没有 $1 号码的呼叫规则，请先加入'],
  ['the do-not-call lists are not known here', '此处没有免打扰名单'],
  ['the person asked not to be called', '此人要求不再来电'],
  ['no calls to people on the register: (.+)', '不得呼叫登记册中的人：$1'],
  ['no call without evidence of consent: (.+)', '没有同意的凭证不得呼叫：$1'],
  ['only calls that an agent begins: (.+)', '只允许由坐席发起的呼叫：$1'],
  ['the caller ID (.+) is not registered for any line here', '主叫号码 $1 未在此处任何线路登记'],
  ['ringing longer than (.+) s: (.+)', '振铃须长于 $1 秒：$2'],
  ['a notice of the recording: (.+)', '须告知录音：$1'],
  ['all (.+) attempts are spent', '$1 次拨打已用完'],
  ['it is not known whether a call to this number was abandoned', '不知道对此号码的呼叫是否曾被放弃'],
  [
    'the last call was abandoned; only with an agent reserved for (.+) s \\((.+?)\\)?',
    '上次呼叫被放弃，$1 秒内须先预留坐席（$2）',
  ],
  ['it is not known how often this number was called', '不知道此号码已被呼叫多少次'],
  ['(.+) calls in (.+) s have been made \\((.+?)\\)?', '$2 秒内已呼叫 $1 次（$3）'],
  ['it is too early after the last attempt', '距上次拨打时间太短'],
  ['a public holiday, or one cannot tell, in (.+) \\((.+?)\\)?', '$1 为公共假日，或无法判断（$2）'],
  ['outside the calling hours in (.+) \\((.+?)\\)?', '$1 不在可拨时段内（$2）'],
];

/** What differs and has a Chinese word of its own. */
const words: Readonly<Record<string, string>> = {
  'the campaign': '活动',
  'an unknown zone': '未知时区',
  draft: '草稿',
  paused: '已暂停',
  stopped: '已停止',
  'not in force here': '未在此生效',
};

const patterns = inChinese.map(([reason, text]) => [new RegExp(`^${reason}$`), text] as const);

/** A reason of the gate in Chinese, with its figures; undefined when it has no words of its own, as of a newer box. */
export function gateReasonInChinese(reason: string): string | undefined {
  for (const [pattern, text] of patterns) {
    const found = pattern.exec(reason);
    if (found)
      return text.replaceAll(
        /\$(\d)/g,
        (_, nth: string) => words[found[Number(nth)]!] ?? found[Number(nth)]!,
      );
  }
  return undefined;
}
