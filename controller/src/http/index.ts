/** The controller's HTTP side without any domain: who asks, how errors are said, how it is measured. */
export { toErrorReply } from './api-errors.ts';
export { principalOf, type Api, type Routes } from './api.ts';
export { FeedHub, type FeedEvent } from './feed-hub.ts';
export { Metrics, type Reading, type Sample } from './metrics.ts';
export { sendCsv } from './send-csv.ts';
export { sessionCookie, setSessionCookie } from './principals.ts';
export { replySerializer } from './schema-compilers.ts';
export { answerErrors, buildApi, startHttp, type HttpOptions, type HttpServer } from './server.ts';
