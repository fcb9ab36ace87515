import { gateReasonInChinese } from './gate/reason-words.ts';

/** Reasons of a refusal in Chinese, by their English; `(.+)` stands for what differs. A box gives them in English. */
const inChinese: readonly (readonly [reason: string, words: string])[] = [
  ['nobody is there to be called now', '现在没有可拨打的人'],
  ['nobody is shown', '没有显示任何人'],
  ['the agent is (.+)', '您当前的状态是“$1”'],
  ['the number of this call is not known', '不知道这通电话的号码'],
  ['the call is no longer yours', '这通电话已不属于您'],
  ['the call is your colleague’s still', '这通电话仍由同事负责'],
  ['a note needs words', '备注不能为空'],
  ['a message needs words', '消息不能为空'],
  ['nobody is there to read it', '没有人在线接收'],
  ['this is for supervisors', '仅班长可以操作'],
  ['the call is over', '通话已结束'],
  ['there is no agent (.+)', '没有坐席 $1'],
  ['nobody can take this call now', '现在没有人能接这通电话'],
  ['who waits goes to a queue or to an agent', '等待中的客户只能转到队列或坐席'],
  ['the caller has left the queue', '客户已离开队列'],
  ['somebody is asked already', '已经在咨询别人'],
  ['the customer is on hold', '客户处于保持状态'],
  ['that is you', '那是您自己'],
  ['the plan gives this agent a phone beside the page', '方案中您使用独立话机，而非网页电话'],
  ['there is no phone (.+)', '没有话机 $1'],
  ['nobody is asked', '没有在咨询任何人'],
  ['the other one is not there yet', '对方还没有接听'],
  ['there is no queue (.+)', '没有队列 $1'],
  ['handing customers to numbers outside is not allowed to you', '您无权把客户转到外线号码'],
  ['an emergency number is dialed on the phone', '紧急号码请直接用话机拨打'],
  ['this is no phone number', '这不是电话号码'],
  ['the number may not be called: (.+)', '规则不允许呼叫此号码：$1'],
  ['no line is free for this number', '没有可呼叫此号码的空闲线路'],
  ['nobody talks on this call', '这通电话没有人在讲话'],
  ['this call is not recorded', '这通电话没有录音'],
  ['so many digits cannot be sent at once', '不能一次发送这么多按键'],
  ['there is no such message', '没有这条留言'],
  ['there is no such promise', '没有这个回拨约定'],
  ['this person is being called', '正在呼叫此人'],
  ['the message is done', '这条留言已处理'],
  ['(.+) sees to this message', '$1正在处理这条留言'],
  ['the recording of the message is gone', '这条留言的录音已不存在'],
  ['this phone listens to no such call', '这部话机没有监听这通电话'],
  ['the phone of the colleague has no line', '同事的话机没有连接'],
  ['the colleague is in another call', '同事正在其他通话中'],
  ['the colleague is (.+)', '同事当前的状态是“$1”'],
  ['the agent has no call of a campaign', '您没有活动中的通话'],
  ['the form asks for “(.+)” first', '请先填写“$1”'],
  ['the answer to “(.+)” does not fit', '“$1”填写有误'],
  ['this is not part of the training', '培训中没有此操作'],
  ['stop work before the training', '请先停止工作再进入培训'],
  ['the campaign has no form', '该活动没有表单'],
  ['the campaign has no such disposition', '该活动没有这个结果'],
  ['the disposition ends the lead, which cannot be called again', '该结果已终结名单，不能再约回拨'],
  ['the time to call again is over', '回拨时间已过'],
  ['the time to call again is more than 90 days ahead', '回拨时间超过 90 天'],
];

const patterns = inChinese.map(([reason, words]) => [new RegExp(`^${reason}$`), words] as const);

/** A reason of a refusal in Chinese; undefined when it has no words of its own. @param stateWord an agent's state as people read it */
export function refusalInChinese(reason: string, stateWord: (state: string) => string): string | undefined {
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(reason);
    if (!found) continue;
    const [, differs = ''] = found;
    return words.replace('$1', gateReasonInChinese(differs) ?? stateWord(differs));
  }
  return undefined;
}
