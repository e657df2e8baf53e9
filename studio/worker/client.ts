/** The page's side of the worker. */
import type { Answers, AskOptions, FromWorker, Remote, ToWorker } from './protocol.ts'

/** What the library refused, in its words; any other failure is a mistake of ours. */
export class RemoteError extends Error {
  /** Whether the message is for the person, as the library's are. */
  readonly isOurs: boolean

  constructor(message: string, isOurs: boolean) {
    super(message)
    this.isOurs = isOurs
  }
}

interface Pending {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: unknown) => void
  readonly options: AskOptions
}

export class StudioWorker {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  readonly #pending = new Map<number, Pending>()
  #last = 0

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data)
    this.#worker.onerror = event => this.#failAll(new RemoteError(`internal: ${event.message}`, false))
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return // aborted meanwhile
    if (message.kind === 'progress') {
      pending.options.onProgress?.(message.progress)
      return
    }
    this.#pending.delete(message.id)
    if (message.kind === 'answer') pending.resolve(message.answer)
    else pending.reject(new RemoteError(message.message, message.isOurs))
  }

  #failAll(error: RemoteError): void {
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }

  ask(folder: string, name: string, ask: unknown, options: AskOptions = {}): Promise<unknown> {
    const id = ++this.#last
    const { signal } = options
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, options })
      signal?.addEventListener(
        'abort',
        () => {
          if (!this.#pending.delete(id)) return
          this.#send({ kind: 'abort', id })
          reject(signal.reason)
        },
        { once: true },
      )
      this.#send({ kind: 'ask', id, folder, name, ask }, options.transfer)
    })
  }

  /** The answers of a folder, called by their types. */
  remote<A extends Answers>(folder: string): Remote<A> {
    const call = (_: unknown, name: string) => (ask: unknown, options?: AskOptions) =>
      this.ask(folder, name, ask, options)
    return new Proxy({}, { get: call }) as Remote<A>
  }

  /** Ends it, whatever it does; what was asked fails. */
  stop(): void {
    this.#worker.terminate()
    this.#failAll(new RemoteError('stopped', true))
  }
}

let shared: StudioWorker | undefined

/** The worker that has the open model. */
export function sharedWorker(): StudioWorker {
  shared ??= new StudioWorker()
  return shared
}

/** The answers of a folder, from the worker that has the open model. */
export const remote = <A extends Answers>(folder: string): Remote<A> => sharedWorker().remote<A>(folder)
