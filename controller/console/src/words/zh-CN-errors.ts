import type { ErrorCode } from '@branchline/shared';

/** The refusals people meet in the console, in Chinese; `{name}` is filled with what the controller's text had there. */
export const zhErrors: Readonly<
  Partial<Record<ErrorCode | 'BL_CONSOLE_UNREACHABLE', { readonly message: string; readonly advice: string }>>
> = {
  BL_CONSOLE_UNREACHABLE: {
    message: '控制器没有响应。',
    advice: '网点仍在独立工作。请检查网络后重试。',
  },
  BL_AUTH_REQUIRED: { message: '尚未登录，或会话已结束。', advice: '请重新登录。' },
  BL_AUTH_WRONG: { message: '用户名或密码错误。', advice: '请核对两项内容。多次错误后，账号需等待一分钟。' },
  BL_AUTH_CODE_NEEDED: {
    message: '密码正确，还需要身份验证器的验证码。',
    advice: '请输入应用当前显示的六位数字，或一个恢复码。',
  },
  BL_AUTH_CODE_WRONG: {
    message: '验证码错误，或已被使用过。',
    advice: '请等待下一个验证码，并检查手机时间；每个恢复码只能使用一次。多次错误后，账号需等待一分钟。',
  },
  BL_AUTH_ENROL_NEEDED: {
    message: '此账号须先启用身份验证器，之后才能操作。',
    advice: '请登录控制台并按提示启用，约需一分钟。',
  },
  BL_AUTH_FORBIDDEN: {
    message: '此账号无权执行此操作（{action}）。',
    advice: '请向管理员申请相应的角色或网点权限。',
  },
  BL_AUTH_THROTTLED: { message: '尝试次数过多。', advice: '请等待一分钟后再试。' },
  BL_API_INVALID: {
    message: '请求在 {place} 处不符合要求：{problem}。',
    advice: '请更正所指字段；没有任何更改。',
  },
  BL_API_NOT_FOUND: {
    message: '{what}“{id}”不存在。',
    advice: '请核对地址；它可能已被删除，或属于您无权查看的网点。',
  },
  BL_API_CONFLICT: { message: '与当前状态冲突：{problem}。', advice: '请重新加载后再决定。' },
  BL_API_TOO_LARGE: { message: '请求过大。', advice: '请减少每次发送的内容；号码名单请使用导入。' },
  BL_API_BUSY: { message: '来自此地址的请求过多。', advice: '请等待一分钟；请使用实时数据，不要反复刷新。' },
  BL_API_FAILED: { message: '请求未能完成。', advice: '请重试；若仍失败，请用请求编号在控制器日志中查找。' },
  BL_DB_UNREACHABLE: {
    message: 'PostgreSQL 没有响应：{problem}。',
    advice: '系统会自动重连；若持续如此，请查看其日志。',
  },
  BL_CLICKHOUSE_UNREACHABLE: {
    message: 'ClickHouse 没有响应：{problem}。',
    advice: '通话不受影响，记录暂存于收件箱，恢复后写入。',
  },
  BL_CLICKHOUSE_SLOW: {
    message: '搜索范围过大：ClickHouse 未能在 {seconds} 秒内完成。',
    advice: '请缩小时间范围，或指定网点或号码。记录本身没有问题。',
  },
  BL_CLICKHOUSE_REFUSED: {
    message: 'ClickHouse 拒绝执行查询：{problem}。',
    advice: '通话不受影响，记录不会丢失。可能有人改动了数据表，或其版本不同；详情请查看控制器日志。',
  },
  BL_LEDGER_FAILED: {
    message: '台账未能保存“{operation}”：{problem}。',
    advice: '在台账恢复写入之前不会发起新呼叫。请检查磁盘空间和状态。',
  },
  BL_FLOW_STEP_UNKNOWN: {
    message: '流程步骤“{step}”指向“{detail}”，但该步骤不存在。',
    advice: '请添加该步骤，或改为指向已有的步骤。',
  },
  BL_FLOW_STEP_TWICE: { message: '流程中有两个名为“{step}”的步骤。', advice: '请为其中一个改名。' },
  BL_FLOW_STEP_UNREACHABLE: {
    message: '流程中没有任何路径能到达步骤“{step}”。',
    advice: '请从其他步骤指向它，或将其删除。',
  },
  BL_FLOW_STEP_INVALID: { message: '流程步骤“{step}”自相矛盾：{detail}。', advice: '请修改该步骤。' },
  BL_FLOW_PROMPT_MISSING: {
    message: '流程步骤“{step}”要播放“{detail}”，但没有同名且有文字或录音的提示音。',
    advice: '请用中文、英文或两种语言写出提示内容，或上传录音，或选择其他提示音。',
  },
  BL_FLOW_LOOP: {
    message: '来电者什么都不按时，会不停地回到流程步骤“{step}”（经由 {detail}）。',
    advice: '请让无应答的路径有终点：进入队列、留言或挂机。',
  },
  BL_PROMPT_FORMAT: {
    message: '该录音无法使用：{problem}。',
    advice: '请发送 8 至 32 位 PCM 的 WAV 文件，采样率 8000 至 96000；浏览器能播放的格式会由控制台自动转换。',
  },
  BL_PROMPT_LENGTH: {
    message: '录音时长为 {seconds} 秒；可用范围为 {least} 至 {most} 秒。',
    advice: '请重新录制或剪辑。',
  },
  BL_PROMPT_SILENT: {
    message: '录音中听不到声音：最响处只有 {level} dB。',
    advice: '请检查麦克风后重新录制。',
  },
  BL_PHONE_INVALID: {
    message: '“{input}”不是地区 {region} 的电话号码：{problem}。',
    advice: '请使用国际格式（+86 139 …），或设置正确的默认地区。',
  },
  BL_LEASING_BLOCKED: {
    message: '在所有网点上报其持有的名单之前，不会下发新名单：{problem}。',
    advice: '请等待所列网点，或等最长租约到期。',
  },
  BL_IMPORT_INTERRUPTED: { message: '导入被中断：{problem}。', advice: '请重新上传名单；没有导入任何内容。' },
  BL_IMPORT_CANCELLED: { message: '导入已取消。', advice: '没有导入任何内容；如仍需要，请重新上传名单。' },
  BL_IMPORT_STATE: {
    message: '导入的状态为 {state}，不能执行 {action}。',
    advice: '请刷新以查看当前状态。',
  },
  BL_IMPORT_ENCODING: {
    message: '文件不是 UTF-8 文本（第一个错误字节位于 {position}）。',
    advice: '请另存为“CSV UTF-8”后重新上传；没有导入任何内容。',
  },
  BL_IMPORT_COLUMNS: {
    message: '名单中没有“{column}”列；现有的列：{columns}。',
    advice: '请更改列名或选择对应关系；没有导入任何内容。',
  },
  BL_IMPORT_SYNTAX: {
    message: '名单第 {line} 行不是有效的 CSV：{problem}。',
    advice: '请检查该行附近的引号；之前的行也没有导入。',
  },
  BL_IMPORT_ROW: { message: '第 {row} 行被略过：{problem}。', advice: '请更正该行，然后重新导入错误文件。' },
  BL_IMPORT_TOO_LARGE: { message: '{what} 超过 {limit}。', advice: '请将名单拆分为较小的文件。' },
  BL_CAMPAIGN_STATE: {
    message: '活动处于 {status} 状态，不能进行此操作（{action}）。',
    advice: '请重新加载以查看当前状态。',
  },
  BL_AGENT_STATE: { message: '坐席处于 {state} 状态，不能 {action}。', advice: '请等待当前状态结束。' },
  BL_DESK_REFUSED: { message: '现在无法执行：{problem}。', advice: '请查看通话状态后重试。' },
  BL_COMMAND_EXPIRED: { message: '命令 {id}（{verb}）在送达前已过期。', advice: '如仍需要，请重新发送。' },
  BL_COMMAND_FAILED: { message: '命令 {verb} 失败：{problem}。', advice: '请查看原因；命令没有重复执行。' },
  BL_CLOCK_UNTRUSTED: {
    message: '此网点的时钟不可信：{problem}。',
    advice: '租约和呼叫时段依赖时间，外呼已停止。请恢复 NTP 或等待控制器。',
  },
};
