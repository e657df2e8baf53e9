/**
 * The main thread and its workers: who has a list of calls to run, and who is through with it.
 */
import { WorkerError } from '../../../errors/errors.ts'
import type { WasmMemory } from '../memory.ts'
import { Attention } from './attention.ts'
import { CallList, type SharedModule } from './call-list.ts'
import * as control from './control.ts'
import { WORTH_NS } from './shares.ts'
import type { WorkerData } from './worker-program.ts'

/** A running worker, as the platform knows it. */
export interface WorkerHandle {
  stop(): void
}

/**
 * Starts a worker that runs `WORKER_PROGRAM` and calls `runWorker(data)`; it does not keep the process alive.
 *
 * @param onDeath  To be called when it ends by itself.
 */
export type SpawnWorker = (data: WorkerData, onDeath: (reason: string) => void) => WorkerHandle

export interface TeamOptions {
  /** Whether this thread may sleep (`Atomics.wait`): not a page's main thread. */
  readonly maySleep: boolean
  /** Milliseconds without an answer after which a worker counts as dead. @default 30000 */
  readonly patience?: number
  /** Divide all that can be divided, worth it or not; for tests. @default false */
  readonly dividesAll?: boolean
}

/** Milliseconds of turning on the spot before the main thread sleeps, too. */
const SPIN_MS = 0.2
/** Turns between two looks at the clock. */
const TURNS = 64

interface Worker {
  readonly handle: WorkerHandle
  readonly list: CallList
  /** Index of its control block. */
  readonly base: number
  sequence: number
}

export class Team {
  readonly #memory: WasmMemory
  readonly #options: TeamOptions
  readonly #workers: Worker[] = []
  readonly #attention: Attention
  readonly #control: number
  readonly #bytes: number
  #failure: string | null = null
  #hasStarted = false

  constructor(
    memory: WasmMemory,
    modules: readonly SharedModule[],
    threads: number,
    spawn: SpawnWorker,
    options: TeamOptions,
  ) {
    this.#memory = memory
    this.#options = options
    this.#attention = new Attention(threads)
    this.#bytes = 4 * control.CONTROL_INTS * (threads - 1)
    this.#control = memory.allocate(this.#bytes, true)
    for (let k = 0; k < threads - 1; k++) {
      const address = this.#control + 4 * control.CONTROL_INTS * k
      const handle = spawn({ memory: memory.memory, control: address }, reason => {
        this.#failure ??= reason
      })
      this.#workers.push({ handle, list: new CallList(memory, modules), base: address / 4, sequence: 0 })
      // An empty list: the answer says that the worker runs.
      this.begin(k + 1)
    }
  }

  /** Threads, the main one included. */
  get size(): number {
    return this.#workers.length + 1
  }

  /** Whether the main thread may sleep while it waits; workers always may. */
  get maySleep(): boolean {
    return this.#options.maySleep
  }

  /** Nanoseconds of work that a share must have. */
  get worth(): number {
    return this.#options.dividesAll ? Number.MIN_VALUE : WORTH_NS
  }

  /** How many threads to divide work among now. @throws {WorkerError} A worker has died since. */
  get available(): number {
    if (!this.hasStarted) return 1
    return this.#options.dividesAll || this.#attention.mayDivide(performance.now()) ? this.size : 1
  }

  /** The list of a worker, 1 … size − 1. */
  list(thread: number): CallList {
    return this.#workers[thread - 1].list
  }

  /** Lets a worker run its list. */
  begin(thread: number): void {
    const worker = this.#workers[thread - 1]
    const { base } = worker
    const { ints } = this.#memory
    const [begin, end] = worker.list.range
    ints[base + control.BEGIN] = begin
    ints[base + control.END] = end
    ints[base + control.PAGES] = this.#memory.bytes / 65536
    worker.sequence = (worker.sequence + 1) | 0
    Atomics.store(ints, base + control.SEQUENCE, worker.sequence)
    if (Atomics.load(ints, base + control.SLEEPS) !== 0) Atomics.notify(ints, base + control.SEQUENCE)
  }

  /**
   * Waits until the workers 1 … threads − 1 are through.
   *
   * @param start  When the divided work began, by `performance.now()`.
   * @throws {WorkerError} One failed, or has not answered for too long.
   */
  join(threads: number, start: number): void {
    const waitStart = performance.now()
    for (let k = 0; k < threads - 1; k++) this.#waitFor(this.#workers[k], waitStart)
    const now = performance.now()
    this.#attention.count(now, now - start, now - waitStart)
  }

  /** Whether all workers have started: asked until it is true. @throws {WorkerError} One could not start. */
  get hasStarted(): boolean {
    if (this.#failure !== null) this.#fail(this.#failure)
    this.#hasStarted ||= this.#workers.every(w => this.#isDone(w))
    return this.#hasStarted
  }

  /** Ends the workers; none is at work. */
  stop(): void {
    for (const { handle, list } of this.#workers) {
      handle.stop()
      list.release()
    }
    this.#workers.length = 0
  }

  #isDone({ base, sequence }: Worker): boolean {
    const { ints } = this.#memory
    if (Atomics.load(ints, base + control.DONE) !== sequence) return false
    const length = ints[base + control.FAILED]
    if (length !== 0) {
      const at = base + control.MESSAGE
      this.#fail(String.fromCharCode(...ints.subarray(at, at + length)))
    }
    return true
  }

  #waitFor(worker: Worker, since: number): void {
    const { maySleep, patience = 30_000 } = this.#options
    for (let turns = 1; !this.#isDone(worker); turns++) {
      pause()
      if (turns % TURNS !== 0) continue
      const waited = performance.now() - since
      if (waited > patience) this.#fail(`no answer for ${(waited / 1000).toFixed(0)} s`)
      if (maySleep && waited > SPIN_MS) this.#sleep(worker, patience)
    }
  }

  #sleep({ base, sequence }: Worker, patience: number): void {
    const { ints } = this.#memory
    Atomics.store(ints, base + control.MAIN_SLEEPS, 1)
    const done = Atomics.load(ints, base + control.DONE)
    if (done !== sequence) Atomics.wait(ints, base + control.DONE, done, patience)
    Atomics.store(ints, base + control.MAIN_SLEEPS, 0)
  }

  /** A worker may still write what it was asked to, so its memory is never given to anyone else. */
  #fail(reason: string): never {
    this.#failure = reason
    for (const { handle } of this.#workers) handle.stop()
    throw new WorkerError(
      `threads: expected every worker to finish its part, got one that failed (${reason}). ` +
        'What was being computed is lost; start again, with one thread (--threads 1) if it happens again.',
    )
  }
}

/** Tells the processor that this is a loop that waits, where the engine can. */
const pause: () => void = ((Atomics as { pause?: () => void }).pause ?? (() => {})).bind(Atomics)
