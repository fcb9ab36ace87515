import type { Speaker } from './speech.ts';

type Language = 'en' | 'cmn';
export type Text = readonly [language: Language, text: string];

const en = (...texts: string[]): Text[] => texts.map((text) => ['en', text]);
const zh = (...texts: string[]): Text[] => texts.map((text) => ['cmn', text]);

/** What people say at home or on their own phone. */
export const shortGreetings: readonly Text[] = [
  ...en(
    'Hello?',
    'Hi.',
    'Yes?',
    'Yeah?',
    'Hello, hello?',
    "Hello, who's this?",
    'Speaking.',
    'Hi, Anna here.',
  ),
  ...en('Hey.', 'Good morning.', 'Hello, yes?', 'This is Tom.', 'Miller.', 'Who is calling?'),
  ...zh('喂？', '喂，你好。', '你好。', '喂，哪位？', '您好，请讲。', '喂喂？', '谁呀？', '哎，你好。'),
  ...zh('嗯，你说。', '喂，您好。', '你好，哪位？', '喂，请问哪位？'),
];

/** What people say who answer for a company. */
export const businessGreetings: readonly Text[] = [
  ...en(
    'Acme Plumbing, hello?',
    'Good morning, front desk.',
    "Doctor Miller's office.",
    'Sales, Jane speaking.',
  ),
  ...en(
    'Wilson and Sons.',
    'Accounting, good afternoon.',
    'Reception, hello.',
    'Garden Hotel, Peter speaking.',
  ),
  ...zh('您好，前台。', '你好，宏达公司。', '您好，客服中心。', '喂，您好，财务部。'),
];

/** Greetings of answering machines, voice boxes of networks, assistants that answer for somebody. */
export const machineGreetings: readonly Text[] = [
  ...en(
    "Hi, you've reached Sarah Miller. I can't come to the phone right now. Please leave a message after the tone.",
    'Hello, this is the Johnson family. We are not at home at the moment. Leave your name and number and we will call you back.',
    'The person you are calling is not available. Please leave your message after the tone.',
    'Your call has been forwarded to an automatic voice message system. The number you dialed is not available.',
    "Hey it's Mike, sorry I missed your call, leave me a message and I'll get back to you as soon as I can.",
    'Welcome to the voice mailbox of five five five, two three six eight. At the tone, please record your message.',
    'Thank you for calling Green Valley Dental. Our office is currently closed. Our hours are Monday to Friday, nine to five.',
    "You have reached the voicemail of David Brown. I'm either on another call or away from my desk.",
    'Hello. I am unable to take your call right now. Please leave a message with your name, number and the reason of your call.',
    'This is an automated assistant. Please say your name and why you are calling, and I will see if the person is available.',
  ),
  ...zh(
    '您好，您拨打的用户暂时无法接听，请在提示音后留言。',
    '您好，我是机主的来电助理，机主现在不方便接听您的电话，请问您有什么事情需要我转达？',
    '你好，我现在不在，请在听到嘀声后留下您的姓名和电话，我会尽快给您回电。',
    '您所呼叫的用户已启用语音信箱，请在提示音之后开始录音，录音完毕请挂机。',
    '这里是王先生的语音信箱，我现在不方便接听电话，请您留言，谢谢。',
    '感谢您致电阳光口腔，现在是非工作时间，我们的营业时间是周一至周五上午九点到下午六点。',
    '您好，这里是智能秘书，机主正忙，您可以告诉我您的来意，我会第一时间通知他。',
    '对不起，您拨打的电话暂时无人接听，请在嘀的一声后留言，按井号键结束。',
  ),
];

/** What networks announce before they release a call. */
export const announcementTexts: readonly Text[] = [
  ...en(
    'The number you have dialed is not in service. Please check the number and dial again.',
    'The subscriber you have dialed is powered off. Please try again later.',
    'The subscriber you dialed cannot be connected for the moment. Please redial later.',
  ),
  ...zh(
    '您好，您拨打的号码是空号，请核对后再拨。',
    '您好，您拨打的电话已关机，请稍后再拨。',
    '您好，您拨打的电话已停机。',
    '您好，您拨打的电话正在通话中，请稍后再拨。',
  ),
];

export const languagesOf = (language: Language): readonly Speaker['language'][] =>
  language === 'en' ? ['en-us', 'en-gb'] : ['cmn'];
