/** The worker: the library computes here, so that the page stays fluid. */
import { SluiceError } from '../../src/errors/errors.ts'
import { type Answers, type FromWorker, Handed, type ToWorker } from './protocol.ts'
import { Session } from './session.ts'

/** What this file needs of `DedicatedWorkerGlobalScope`; the page's types, which it is checked with, lack it. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer?: Transferable[]): void
}

type Asked = Extract<ToWorker, { kind: 'ask' }>

const scope = globalThis as unknown as WorkerScope
const folders = import.meta.glob<{ readonly answers: Answers }>('/*/answers.ts')

const session = new Session()
const controllers = new Map<number, AbortController>()
let last: Promise<void> = Promise.resolve()

scope.onmessage = ({ data }) => {
  if (data.kind === 'abort') return controllers.get(data.id)?.abort(new DOMException('aborted', 'AbortError'))
  controllers.set(data.id, new AbortController())
  last = last.then(() => turn()).then(() => answer(data))
}

/** Lets messages in, so that an abort that has been sent is seen. */
const turn = () => new Promise<void>(resolve => setTimeout(resolve, 0))

async function answer({ id, folder, name, ask }: Asked): Promise<void> {
  const { signal } = controllers.get(id) as AbortController
  try {
    if (signal.aborted) return
    const load = folders[`/${folder}/answers.ts`]
    const found = load && (await load()).answers[name]
    if (!found) throw new Error(`there is no answer ${folder}/${name}`)
    const report = (progress: unknown) => scope.postMessage({ kind: 'progress', id, progress })
    const given = await found(ask, { session, signal, report })
    const [answered, transfer] = given instanceof Handed ? [given.answer, given.transfer] : [given, []]
    scope.postMessage({ kind: 'answer', id, answer: answered }, transfer)
  } catch (error) {
    if (!signal.aborted) scope.postMessage({ kind: 'failure', id, ...explained(error) })
  } finally {
    controllers.delete(id)
  }
}

function explained(error: unknown): { message: string; isOurs: boolean } {
  const message = error instanceof Error ? error.message : String(error)
  return error instanceof SluiceError
    ? { message, isOurs: true }
    : { message: `internal: ${message.replace(/^internal: /, '')}`, isOurs: false }
}
