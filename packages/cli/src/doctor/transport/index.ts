export { judgeClock, judgePlainHttp, judgeStrictTransport, judgeTls } from './findings.ts'
export { type Answer, createHttpClient, type HttpClient, NoAnswer } from './http-client.ts'
export { probeTls } from './tls-probe.ts'
