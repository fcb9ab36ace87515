/** English text → Chinese. A text without an entry, and an entry without a text, fail the tests. */
export const chinese: Readonly<Record<string, string>> = {
  'Spans and SIMs': '中继与 SIM 卡',
  'Faults of the lines, signal and balance of SIMs, slips of spans, limits used, cost of calls.':
    '线路故障、SIM 卡信号与余额、中继滑码、限额使用和通话费用。',
  'Lines that reported within the time range.': '在所选时间内上报过的线路。',
  'Open faults': '未恢复的故障',
  'Faults that began within the time range and last.': '在所选时间内发生且仍未恢复的故障。',
  Availability: '可用率',
  'Share of the time in which lines that reported were not down.': '上报线路处于可用状态的时间占比。',
  'Weakest signal': '最弱信号',
  'The lowest signal that a modem or gateway told, in dBm. Below −97 calls break.':
    '模块或网关上报的最低信号（dBm）。低于 −97 通话会中断。',
  'Lowest balance': '最低余额',
  'The lowest of the last balances that SIMs told.': '各 SIM 卡最近一次余额中的最低值。',
  'Signal by line': '各线路信号',
  'The weakest signal of each SIM in each interval, in dBm.': '每个时段各 SIM 卡的最弱信号（dBm）。',
  Signal: '信号',
  'Slips by span': '各中继滑码',
  'Clock slips per hour. Steady slips without an alarm mean that both sides use a clock of their own.':
    '每小时时钟滑码数。持续滑码且无告警，说明双方各用各的时钟。',
  Queues: '队列',
  Queue: '队列',
  'Queues with callers within the time range.': '所选时间内有来电的队列。',
  'How long callers wait, who is served in time, who gives up, and who goes elsewhere.':
    '来电者等待多久、谁及时接通、谁放弃、谁被转往别处。',
  'Connected in time': '及时接通率',
  'Share of the callers who had an agent within the target of their queue, of all who had one or gave up.':
    '在队列目标时间内接通坐席的来电者，占已接通与放弃总数的比例。',
  'Gave up': '放弃',
  'Share of those who came to a queue and hung up in it.': '进入队列后在队列中挂断的比例。',
  'Waited for an agent (95 %)': '等待坐席（95 %）',
  'Of those who were connected, from the moment they came to the queue.': '已接通者自进入队列起的等待时间。',
  'Went elsewhere': '转往别处',
  'Callers whom a queue sent to another, to the group, to voicemail or to another branch.':
    '被队列转到其他队列、振铃组、语音信箱或其他网点的来电者。',
  'Callers by queue': '各队列来电',
  'Callers who came to each queue in each interval.': '各时段进入各队列的来电者。',
  'What became of them': '等待结果',
  'Ends of waits in each interval.': '各时段结束的等待。',
  'Each queue: who came, who was served in time, who gave up, and phones that rang in vain.':
    '各队列：来电、及时接通、放弃，以及无人接听的振铃。',
  Callers: '来电者',
  Connected: '已接通',
  'Rang in vain': '振铃无人接',
  'Longest wait': '最长等待',
  'Ways out': '出口',
  'Where queues sent those who waited too long, came to a full queue or a closed one.':
    '等待过久、队列已满或关闭时，来电者被转往何处。',
  'Where to': '去向',
  'Limits used': '限额使用',
  'What each line had used of its day and month when it told so last.':
    '各线路最近一次上报时当日和当月已使用的额度。',
  'Calls, hour': '每小时呼叫',
  'Calls, day': '当日呼叫',
  'Minutes, day': '当日分钟',
  'Minutes, month': '当月分钟',
  Balance: '余额',
  'Cost by line': '各线路费用',
  'What outbound calls cost by the tariffs of their lines, and what an answered one cost.':
    '按线路资费计算的呼出费用，以及每次接通的费用。',
  Currency: '币种',
  Cost: '费用',
  'Cost of an answered call': '每次接通费用',
  'Faults of lines': '线路故障',
  'Every fault within the time range, the latest first. One without an end lasts; the lines page of the console says what to do.':
    '所选时间内的全部故障，最新在前。没有结束时间的仍在持续；处理办法见控制台的线路页。',
  Since: '开始于',
  Fault: '故障',
  Lasted: '持续',
  'Span in alarm': '中继告警',
  'Span {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} has an alarm.':
    '{{ .Labels.site }} 设备 {{ .Labels.edge }} 的中继 {{ .Labels.line }} 有告警。',
  'Red: check the cable, then call the carrier. Yellow: the carrier does not receive us. Blue: equipment of the carrier failed.':
    '红色：检查线缆，再联系运营商。黄色：运营商收不到我方信号。蓝色：运营商设备故障。',
  'Signalling channel is down': '信令通道中断',
  'The signalling channel of {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is down.':
    '{{ .Labels.site }} 设备 {{ .Labels.edge }} 的 {{ .Labels.line }} 信令通道中断。',
  'The line itself is there: compare switch type and network side with the carrier.':
    '物理线路正常：请与运营商核对交换机类型和网络侧设置。',
  'Span slips': '中继滑码',
  'Span {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} slips.':
    '{{ .Labels.site }} 设备 {{ .Labels.edge }} 的中继 {{ .Labels.line }} 正在滑码。',
  'Both sides use a clock of their own: let the box take its timing from the carrier.':
    '双方各用各的时钟：让设备从运营商取时钟。',
  'SIM is quarantined': 'SIM 卡被隔离',
  'Line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} takes no calls until a person looks.':
    '{{ .Labels.site }} 设备 {{ .Labels.edge }} 的线路 {{ .Labels.line }} 需人工处理后才能继续呼叫。',
  'The network refused its calls one after the other, or too few were answered. Ask the operator before ending the quarantine; no other SIM takes its place.':
    '网络连续拒绝其呼叫，或接通过少。解除隔离前先咨询运营商；系统不会用其他 SIM 卡代替。',
  'Balance of a SIM is low': 'SIM 卡余额不足',
  'The SIM of line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is below its floor.':
    '{{ .Labels.site }} 设备 {{ .Labels.edge }} 线路 {{ .Labels.line }} 的 SIM 卡余额低于下限。',
  'Top it up. Calls begin again when the operator tells the new balance.':
    '请充值。运营商通知新余额后自动恢复呼叫。',
  'A carrier reaches nobody any more': '某线路接通骤降',
  'Line {{ .Labels.line }} of {{ .Labels.site }} gets through less than half as often as in the hours before.':
    '{{ .Labels.site }} 线路 {{ .Labels.line }} 的接通率不足此前数小时的一半。',
  'A fall on one line alone is the carrier: a blocked number, a wrong caller ID, a route that went bad. Compare the lines on the dashboard and call the carrier.':
    '只有一条线路下降是运营商问题：号码被封、主叫号码错误或路由异常。请在看板上对比各线路并联系运营商。',
  Console: '控制台',
  'Overview of the console, live': '控制台总览（实时）',
  'Operations overview': '运营总览',
  'All branches at a glance: calls, reach, abandons, and where to look closer.':
    '全部分支一览：通话、接触率、呼损，以及该细看哪里。',
  Site: '分支',
  'Branches that reported their health within the time range.': '在所选时间内上报过健康状况的分支。',
  'Time zone': '时区',
  'Zone in which days and hours of the day are counted. Curves follow the time zone of the page.':
    '日期和时段按此时区计算；曲线使用页面自身的时区。',
  Calls: '通话',
  'Closed calls that started within the time range, in and out.':
    '在所选时间内开始且已结束的通话，呼入呼出都算。',
  Answered: '已接通',
  'Share of the calls that reached a person and were connected to an agent.':
    '找到客户并接到坐席的通话占比。',
  Abandoned: '呼损',
  'Share of the people who picked up and got no agent in time. The cap is 3 %; above it the campaign must slow down.':
    '客户接起后未能及时接到坐席的占比。上限 3 %，超过时活动必须放慢。',
  'Average talk': '平均通话时长',
  'Average time with an agent of the calls that had one.': '有坐席参与的通话与坐席的平均时长。',
  'Attempts dialed': '已拨打',
  'Efforts to reach a lead that led to at least one call.': '至少拨出一通电话的外呼尝试。',
  'Attempts refused': '已拒绝',
  'Efforts that the gate stopped before dialing: calling hours, caps, do-not-call. The campaign page has the rules.':
    '拨打前被闸门拦下的尝试：拨打时段、次数上限、免打扰名单。活动页列出具体规则。',
  'Calls by outcome': '通话结果',
  'Calls that started in each interval, by what the network or the dialer saw.':
    '每个时段开始的通话，按网络或拨号器看到的结果划分。',
  'Answered and abandoned': '接通与呼损',
  'The two shares over time. A rise of abandons with level answers means that agents are missing.':
    '两个占比随时间的变化。接通平稳而呼损上升，说明坐席不足。',
  'Calls by hour, today and yesterday': '今天与昨天的每小时通话',
  'Calls that started in each hour of the day, in the chosen time zone. Today is the day of the end of the time range.':
    '按所选时区统计每小时开始的通话。“今天”是所选时间末尾所在的那一天。',
  Today: '今天',
  Yesterday: '昨天',
  'Channels in use': '占用通道',
  'Most channels that were busy at once in each interval, summed over the boxes of a site.':
    '每个时段同时占用的最多通道数，按分支内的设备相加。',
  Sites: '分支列表',
  'One row a branch. The last report is the last minute of health that reached the center; an old one means that the branch is cut off and goes on by itself.':
    '每个分支一行。最近上报是中心收到的最后一分钟健康数据；时间久说明该分支已断开、正在独立运行。',
  'Open the site': '打开该分支',
  'Customer waited for the agent (95 %)': '客户等待坐席（95 %）',
  'Last report ago': '距最近上报',
  'One branch: its calls, inbound service, and the health of its boxes.':
    '单个分支：通话、呼入服务和设备健康状况。',
  'Service level': '服务水平',
  'Share of the inbound calls that had an agent within 20 seconds. Calls that never had one count against it.':
    '20 秒内接到坐席的呼入占比；始终未接到坐席的也计入分母。',
  'Inbound calls without an agent': '无坐席的呼入',
  'Customers who called and left, or were sent to a message, without having spoken to an agent.':
    '未与坐席通话就离开或转到语音提示的来电客户。',
  'Average handling time': '平均处理时长',
  'Talk and the work after it, per call that had an agent.': '每通有坐席的通话的通话时长加话后处理时长。',
  'Calls by direction': '按方向的通话',
  'Calls that started in each interval.': '每个时段开始的通话。',
  Outcomes: '结果',
  'What became of the calls, most frequent first.': '通话的最终结果，最多的在前。',
  Direction: '方向',
  Outcome: '结果名',
  'The calls in the console': '在控制台查看通话',
  'The site in the console': '在控制台查看分支',
  CPU: 'CPU',
  'Share of all cores in use, the highest of each interval.': '全部核心的使用率，取每个时段最高值。',
  Memory: '内存',
  'Share of the memory in use, the highest of each interval.': '内存使用率，取每个时段最高值。',
  Disk: '磁盘',
  'Share of the disk in use. Recordings wait here until the center has them; a full disk stops recording.':
    '磁盘使用率。录音在中心收妥前存在这里；磁盘满了会停止录音。',
  'Delay of the event loop (99 %)': '事件循环延迟（99 %）',
  'How late the edge process gets to its work. Above 100 ms agents notice.':
    '边缘进程处理事务的滞后。超过 100 毫秒坐席会察觉。',
  'Rows that wait for the center': '等待中心确认的记录',
  'Facts stored in the branch and not yet acknowledged. They pile up while the link is down and drain afterwards.':
    '分支已保存而中心尚未确认的记录。断线时堆积，恢复后清空。',
  'Most channels that were busy at once in each interval.': '每个时段同时占用的最多通道数。',
  'What happened': '发生了什么',
  'Lines that came and went, configuration, the switch, the clock: the last 100 within the time range.':
    '线路通断、配置、交换机、时钟：所选时间内最近 100 条。',
  At: '时间',
  Edge: '主机',
  Type: '类型',
  Detail: '详情',
  Campaign: '活动',
  'One campaign: funnel, abandons, outcomes, refusals and dispositions.':
    '单个活动：漏斗、呼损、结果、拒绝和处理结果。',
  'Campaigns with attempts within the time range, by their id; the console shows their names.':
    '所选时间内有尝试的活动，以编号列出；名称见控制台。',
  Funnel: '漏斗',
  'From the attempts that were due to the people who spoke to an agent. The console has the campaign itself.':
    '从到期的尝试到与坐席通话的客户。活动本身见控制台。',
  Attempts: '尝试',
  'The campaign in the console': '在控制台查看活动',
  Dialed: '已拨',
  'A person picked up': '有人接起',
  'Spoke to an agent': '与坐席通话',
  'Share of the people who picked up and got no agent in time. The default cap is 3 %.':
    '客户接起后未能及时接到坐席的占比。默认上限 3 %。',
  Reach: '接触率',
  'Share of the dialed attempts that reached a person.': '已拨尝试中找到客户的占比。',
  'Behind (95 %)': '滞后（95 %）',
  'How long after its due instant an attempt was dialed. Long waits mean too few agents or lines for the list.':
    '尝试在到期多久之后才拨出。等得久说明坐席或线路对这份名单来说太少。',
  'Attempts by outcome': '按结果的尝试',
  'Attempts that started in each interval.': '每个时段开始的尝试。',
  'Reach by hour of the day': '一天中各时段的接触率',
  'Share of the dialed attempts that reached a person, by hour in the chosen time zone: when it pays to call.':
    '按所选时区的小时统计已拨尝试中找到客户的占比：什么时候打最值得。',
  Refusals: '拒绝',
  'Rules of the gate that stopped attempts. Not an error: this is what keeps the campaign lawful.':
    '闸门拦下尝试的规则。这不是错误，而是活动合法的保证。',
  Rule: '规则',
  Dispositions: '处理结果',
  'What agents said came of the calls; of a call that was corrected the last word counts.':
    '坐席对通话的结论；更正过的以最后一次为准。',
  Disposition: '处理结果名',
  'By site': '按分支',
  'The same campaign from each branch.': '同一活动在各分支的情况。',
  'By line': '按线路',
  'Tries of this campaign on each line. A line far below the others is blocked, marked as spam, or broken.':
    '本活动在各线路上的拨打。远低于其他线路的，可能被封、被标记为骚扰或已损坏。',
  Line: '线路',
  'Open the line': '打开该线路',
  Tries: '拨打次数',
  'Carriers and lines': '运营商与线路',
  'Answer-seizure ratio, call duration, set-up delay and faults of each line.':
    '各线路的接通率、通话时长、接续时延和故障。',
  'Lines with calls within the time range.': '所选时间内有通话的线路。',
  'Originates of the attempts that started within the time range.': '在所选时间内开始的尝试所发起的呼叫。',
  'Answer-seizure ratio': '接通率',
  'Share of the tries that a person picked up (ASR).': '有人接起的拨打占比（ASR）。',
  'Line faults': '线路故障',
  'Share of the tries that failed through us and not through the callee: congestion, trunk, SIM, limits.':
    '因我方而非被叫失败的拨打占比：拥塞、中继、SIM 卡、限额。',
  'Set-up delay (median)': '接续时延（中位数）',
  'From the originate to the first sign of ringing (post-dial delay).':
    '从发起呼叫到首次振铃的时间（拨号后时延）。',
  'Answer-seizure ratio by line': '各线路接通率',
  'A sudden fall on one line alone is the carrier; on all lines it is the list or the hour.':
    '只有一条线路骤降是运营商问题；全部骤降是名单或时段问题。',
  'Line faults by line': '各线路故障',
  'Voice quality by line (MOS)': '各线路语音质量（MOS）',
  'Voice quality': '语音质量',
  'How customers were heard, by loss and jitter of what came in: above 4 good, below 3.6 people complain. Only legs on which sound came.':
    '按收到的丢包与抖动估算客户侧语音：高于 4 为好，低于 3.6 会有人抱怨。只计有声音到达的通话。',
  'Carriers by site: mean opinion score, share of packets lost, jitter. The worst first.':
    '各网点的运营商线路：平均意见分、丢包率、抖动。最差的排在最前。',
  'Voice quality of phones': '话机语音质量',
  'How the phone of each agent was heard: mean opinion score, share of packets lost, jitter. Only calls for which the phone rang. The worst first.':
    '各坐席话机的语音：平均意见分、丢包率、抖动。只计话机振铃接听的通话。最差的排在最前。',
  'Voice quality by agent (MOS)': '各坐席语音质量（MOS）',
  'A phone or its cable that gets worse shows here before somebody complains.':
    '话机或其网线变差，会先在这里显现，然后才有人抱怨。',
  Phone: '话机',
  MOS: 'MOS',
  'Below 3.6': '低于 3.6',
  Lost: '丢包',
  Jitter: '抖动',
  'Tries in each interval that failed through us.': '每个时段因我方失败的拨打。',
  Lines: '线路列表',
  'Each line with its tries, its answer-seizure ratio (ASR), the average duration of its answered calls (ACD) and its median set-up delay.':
    '每条线路的拨打次数、接通率（ASR）、已接通话平均时长（ACD）和接续时延中位数。',
  'Its calls in the console': '在控制台查看其通话',
  ASR: 'ASR',
  ACD: 'ACD',
  'Caller IDs': '主叫号码数',
  Causes: '原因',
  'How the network ended outbound calls: FreeSWITCH cause, Q.850 number and SIP status, most frequent first.':
    '网络如何结束呼出通话：FreeSWITCH 原因、Q.850 编号和 SIP 状态，最多的在前。',
  Cause: '原因名',
  'Q.850': 'Q.850',
  'SIP status': 'SIP 状态',
  'State of the lines': '线路状态',
  'The last that each line said of itself within the time range, and how often it went down.':
    '各线路在所选时间内最后的状态，以及中断次数。',
  State: '状态',
  Reason: '说明',
  'Times down': '中断次数',
  'Ups and downs': '线路通断',
  'The last 100 times that a line came or went.': '最近 100 次线路通断。',
  Agents: '坐席',
  'Time in each state, occupancy, handling times and dispositions of agents.':
    '坐席在各状态的时间、占用率、处理时长和处理结果。',
  Agent: '坐席名',
  'Agents who changed their state within the time range.': '所选时间内状态有变化的坐席。',
  'Agents seen': '出现的坐席',
  Occupancy: '占用率',
  'Talk and the work after it, as share of the time logged in. Above 85 % for hours people tire.':
    '通话加话后处理占签入时间的比例。长时间超过 85 % 会疲劳。',
  'From the moment the customer picked up to the moment the agent was there. Above 2 seconds it counts as abandoned.':
    '从客户接起到坐席到位的时间。超过 2 秒计为呼损。',
  'Time on break': '小休时间',
  'Breaks that ended within the time range, all agents together.': '所选时间内结束的小休，全部坐席合计。',
  'Time by state': '各状态时间',
  'Time that ended in each interval, by the state it was spent in. Long states show up when they end.':
    '在每个时段结束的时间，按所处状态划分。长状态在结束时才显示。',
  'Calls, average talk, average work after a call and occupancy of each agent. Compare agents only within one campaign.':
    '每个坐席的通话、平均通话时长、平均话后处理和占用率。只宜在同一活动内比较。',
  'Their calls in the console': '在控制台查看其通话记录',
  'Average wrap-up': '平均话后处理',
  Breaks: '小休',
  'Handed on and listened to': '转交与监听',
  'Customers whom each agent handed on, to whomever and by whatever way, and calls of theirs to which somebody listened.':
    '各坐席转交的客户（不论去向和方式），以及被监听的通话。',
  'Handed on': '转交',
  'Listened to': '被监听',
  'Breaks that ended within the time range, by agent.': '所选时间内结束的小休，按坐席。',
  Longest: '最长',
  'What agents chose; a choice that a timeout made shows as such.': '坐席的选择；由超时作出的选择会注明。',
  'Chosen by': '选择者',
  Times: '次数',
  'Ingest health': '接收健康',
  'Whether what the branches report arrives whole, once, and in time.':
    '分支上报的数据是否完整、只计一次、及时到达。',
  'Boxes that reported their health within the time range.': '在所选时间内上报过健康状况的设备。',
  'Rows by table': '各表行数',
  'Rows by the instant they speak of, not by their arrival: a replay after an outage fills a hole in this picture.':
    '按记录所述的时刻而非到达时刻统计：断线后的补传会填上图中的缺口。',
  Edges: '主机列表',
  'The last report of each box within the time range, and how many rows it still held back then.':
    '每台设备在所选时间内的最近上报，以及当时仍未确认的记录数。',
  'Rows missing in between': '中间缺失的记录',
  'Every box numbers its rows. A missing number between two that arrived is a lost record: it must be 0.':
    '每台设备给记录连续编号。两条已到记录之间缺号就是丢失记录：必须为 0。',
  Stream: '数据流',
  Rows: '行数',
  Missing: '缺失',
  'Stored and counted once': '存储与去重',
  'Rows as stored, repeats of a replay included, and as everything reads them. Duplicates must be 0.':
    '存储的行数（含补传的重复）与各处读取的行数。重复必须为 0。',
  Table: '表',
  Stored: '已存',
  Counted: '计入',
  Duplicates: '重复',
  'Rows that wait at the branches': '分支中等待的记录',
  'Facts stored in a branch and not yet acknowledged by the center.': '分支已保存而中心尚未确认的数据。',
  'Trust in the clocks': '时钟可信度',
  'Reports of health by how far the clock of the box was to be believed. An untrusted clock stops dialing.':
    '健康上报按设备时钟的可信程度划分。不可信的时钟会停止拨打。',
  Reports: '上报',
  Storage: '存储',
  'What ClickHouse keeps at present, whatever the time range. Very many parts mean that merging does not keep up.':
    'ClickHouse 当前保存的数据，与所选时间无关。分片过多说明合并跟不上。',
  'On disk': '占用磁盘',
  Parts: '分片',
  Ledgers: '账本',
  'Boxes that started with a new or a recovered ledger. A new one on a known box means that its disk was lost.':
    '以新账本或恢复的账本启动的设备。已知设备出现新账本，说明它的磁盘丢失。',
  'Open calls': '未结通话',
  'Open attempts': '未结尝试',
  'Abandon cap exceeded': '呼损超过上限',
  'Campaign {{ .Labels.campaign }} abandons more than 3 % of the people who pick up.':
    '活动 {{ .Labels.campaign }} 的呼损超过接起客户的 3 %。',
  'Pause the campaign or move agents to it. The edges fall back to progressive dialing by themselves once their share of the cap is spent; this says that it was not enough.':
    '暂停活动或增派坐席。主机用完自己的呼损份额后会自动退回渐进式拨号；此告警说明这还不够。',
  'Branch is silent': '分支无声息',
  'Edge {{ .Labels.edge }} of {{ .Labels.site }} has not reported for more than 10 minutes.':
    '{{ .Labels.site }} 的主机 {{ .Labels.edge }} 已超过 10 分钟没有上报。',
  'The branch goes on calling by itself until its leases end. Look at its link first, then at the box. An edge that has been silent for a day leaves this list.':
    '分支在租约到期前会独立继续拨打。先查它的网络，再查设备。无声息满一天的设备会从列表消失。',
  'Disk of a box is filling': '设备磁盘将满',
  'The disk of edge {{ .Labels.edge }} of {{ .Labels.site }} is more than 90 % full.':
    '{{ .Labels.site }} 的主机 {{ .Labels.edge }} 磁盘使用超过 90 %。',
  'Recordings wait here until the center has confirmed them. Look whether the upload runs; a full disk stops recording and then dialing.':
    '录音在中心确认前存在这里。检查上传是否在进行；磁盘满了先停录音，再停拨打。',
  'Line is down': '线路中断',
  'Line {{ .Labels.line }} of edge {{ .Labels.edge }} in {{ .Labels.site }} is down.':
    '{{ .Labels.site }} 主机 {{ .Labels.edge }} 的线路 {{ .Labels.line }} 中断。',
  'The reason stands on the dashboard. Calls take the other lines of the route meanwhile.':
    '原因见仪表盘。通话暂时走路由中的其他线路。',
  'Line fails too often': '线路故障过多',
  'More than 20 % of the tries on line {{ .Labels.line }} of {{ .Labels.site }} fail through us.':
    '{{ .Labels.site }} 线路 {{ .Labels.line }} 上超过 20 % 的拨打因我方失败。',
  'Congestion, trunk or SIM faults: look at the causes on the dashboard and call the carrier.':
    '拥塞、中继或 SIM 卡故障：在仪表盘查看原因并联系运营商。',
  'Customers wait for their agent': '客户等待坐席过久',
  'In {{ .Labels.site }} 5 % of the customers who picked up waited more than 2 seconds.':
    '{{ .Labels.site }} 有 5 % 的接起客户等待超过 2 秒。',
  'Look at the load of the box and at the phones: nailed-up agents connect fastest.':
    '检查设备负载和话机：常接模式的坐席接入最快。',
  'Facts pile up in a branch': '记录堆积在分支',
  'Edge {{ .Labels.edge }} of {{ .Labels.site }} holds back more than 5,000 rows.':
    '{{ .Labels.site }} 的主机 {{ .Labels.edge }} 有超过 5,000 条记录未送出。',
  'The center does not acknowledge, or the link is too thin. Look at /readyz of the controller.':
    '中心没有确认，或网络太慢。查看控制器的 /readyz。',
  'Clock of a box is not to be believed': '设备时钟不可信',
  'Edge {{ .Labels.edge }} of {{ .Labels.site }} does not know the time and has stopped dialing.':
    '{{ .Labels.site }} 的主机 {{ .Labels.edge }} 不知道时间，已停止拨打。',
  'Calling hours cannot be kept without the time. Connect the box to the center, or look at its battery.':
    '没有可信时间就无法保证拨打时段。让设备连上中心，或检查它的电池。',
};
