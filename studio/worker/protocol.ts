/**
 * How the page asks its worker. A folder's `answers.ts` exports functions, and the page calls them by their types:
 *
 *     // read/answers.ts, in the worker
 *     export const answers = {
 *       tokens: (ask: { text: string }, { session }: Work) => session.model…
 *     } satisfies Answers
 *
 *     // anywhere in the page
 *     import type { answers } from '../read/answers.ts'
 *     const read = remote<typeof answers>('read')
 *     const tokens = await read.tokens({ text: 'a b' }, { signal })
 *
 * One question is answered at a time, in the order they came; one whose signal is aborted before its turn is never
 * begun. Errors arrive with the library's message.
 */
import type { Session } from './session.ts'

/** What an answer may use. */
export interface Work {
  /** The open model; one for each worker. */
  readonly session: Session
  /** Aborted when the page has lost interest. Seen at the turns of the event loop that long work gives. */
  readonly signal: AbortSignal
  /** Tells the page how far it is: plain data. */
  readonly report: (progress: unknown) => void
}

// biome-ignore lint/suspicious/noExplicitAny: each answer has its own question; the page sees their exact types
export type Answers = Readonly<Record<string, (ask: any, work: Work) => unknown>>

/** Page to worker. */
export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly folder: string; readonly name: string; readonly ask: unknown }
  | { readonly kind: 'abort'; readonly id: number }

/** Worker to page. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string; readonly isOurs: boolean }

/** An answer whose arrays change hands instead of being copied. */
export class Handed<T> {
  readonly answer: T
  readonly transfer: Transferable[]

  constructor(answer: T, transfer: Transferable[]) {
    this.answer = answer
    this.transfer = transfer
  }
}

type AnswerOf<F> = F extends (...parameters: never[]) => infer R
  ? Awaited<R> extends Handed<infer T>
    ? T
    : Awaited<R>
  : never

export interface AskOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: unknown) => void
  /** Of the question: these change hands. */
  readonly transfer?: Transferable[]
}

/** The answers of a folder as the page calls them. */
export type Remote<A extends Answers> = {
  readonly [N in keyof A]: (ask: Parameters<A[N]>[0], options?: AskOptions) => Promise<AnswerOf<A[N]>>
}
