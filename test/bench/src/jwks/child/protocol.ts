import type { KeyName } from '../authority/issuer.ts'
import type { ContenderName } from '../contenders/index.ts'
import type { Endpoint } from '../contenders/contender.ts'
import type { ScenarioName, ScenarioResult } from '../scenarios/index.ts'

/** What the parent starts a child with. */
export interface Assignment {
  readonly contender: ContenderName
  readonly scenario: ScenarioName
  readonly endpoint: Endpoint
  readonly tokens: Readonly<Record<KeyName, readonly string[]>>
}

/** From the parent. */
export type ParentMessage =
  | { readonly type: 'assignment'; readonly assignment: Assignment }
  | { readonly type: 'done'; readonly asked: number }
  | { readonly type: 'served'; readonly kids: readonly string[] }

/** From a child: what the authorization server is to do now, or the end. */
export type ChildMessage =
  | { readonly type: 'publish'; readonly keys: readonly KeyName[] }
  | { readonly type: 'goDown' }
  | { readonly type: 'count' }
  | { readonly type: 'result'; readonly result: ScenarioResult }
  | { readonly type: 'failed'; readonly message: string }
