/** Bringing a device's workers up, and sending them away. */
import { OptionError, WorkerError } from '../../../errors/errors.ts'
import { shown } from '../../../errors/shown.ts'
import type { WasmDevice } from '../wasm-device.ts'
import { type SpawnWorker, Team, type TeamOptions } from './team.ts'

/** How many threads a device uses, and why not more. */
export interface Threads {
  readonly used: number
  readonly reason: string
}

export interface StartOptions extends TeamOptions {
  /** Wait until the workers run, some 50 ms; else work is divided as soon as they do. @default true */
  readonly isAwaited?: boolean
}

/** More than any computer has that this runs on. */
const THREADS_MAX = 256
const LOOK_MS = 2
const START_PATIENCE_MS = 30_000

/**
 * Starts `threads` − 1 workers for a device; from then on it divides what is worth it. The results are the same bits
 * with any number.
 *
 * @param spawn  Of the platform; null: it has no workers.
 * @throws {OptionError} threads is no whole number from 1 to 256.
 * @throws {WorkerError} A worker cannot be started.
 */
export async function startTeam(
  device: WasmDevice,
  threads: number,
  spawn: SpawnWorker | null,
  options: StartOptions,
): Promise<Threads> {
  if (!Number.isInteger(threads) || threads < 1 || threads > THREADS_MAX) {
    throw new OptionError(`threads: expected a whole number from 1 to ${THREADS_MAX}, got ${shown(threads)}.`)
  }
  const { runtime } = device
  stopTeam(device)
  if (threads === 1) return { used: 1, reason: 'as asked' }
  if (spawn === null) return { used: 1, reason: 'there are no workers here' }
  if (!runtime.memory.isShared) return { used: 1, reason: 'memory cannot be shared between threads here' }
  const team = new Team(runtime.memory, runtime.modules, threads, spawn, options)
  runtime.team = team
  if (options.isAwaited !== false) await started(device, team)
  return { used: threads, reason: 'workers share the memory' }
}

async function started(device: WasmDevice, team: Team): Promise<void> {
  const start = performance.now()
  while (!team.hasStarted) {
    if (performance.now() - start > START_PATIENCE_MS) {
      stopTeam(device)
      throw new WorkerError(
        `threads: expected the workers to start within ${START_PATIENCE_MS / 1000} s, got no answer. ` +
          'Use one thread (--threads 1).',
      )
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
}

/** Sends a device's workers away; it goes on with one thread. */
export function stopTeam({ runtime }: WasmDevice): void {
  runtime.team?.stop()
  runtime.team = null
}
