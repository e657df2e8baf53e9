/** Workers on Node: threads of `node:worker_threads` that share a device's memory. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Device } from '../../devices/device.ts'
import { startTeam, stopTeam, type Threads } from '../../devices/wasm/threads/start-team.ts'
import type { SpawnWorker } from '../../devices/wasm/threads/team.ts'
import { WORKER_PROGRAM } from '../../devices/wasm/threads/worker-program.ts'
import { WasmDevice } from '../../devices/wasm/wasm-device.ts'
import { defaultDevice } from '../../tensor/default-device.ts'

export type { Threads } from '../../devices/wasm/threads/start-team.ts'

export interface ThreadOptions {
  /** Whose work is divided. @default the device of tensors that name none */
  readonly device?: Device
  /** Wait until the threads run, some 50 ms; else work is divided as soon as they do. @default true */
  readonly isAwaited?: boolean
}

/**
 * Starts threads that a device divides its work among. The results are the same bits with any number; work that is too
 * small to be divided is not. Idle workers sleep, and do not keep the process alive.
 *
 * @param threads  The calling one included. @default as many as there are cores
 * @returns  How many are used, and why.
 * @throws {OptionError} threads is no whole number from 1 to 256.
 * @throws {WorkerError} A worker cannot be started. Later, from any operation: a worker has died.
 */
export async function startThreads(
  threads: number = availableParallelism(),
  { device = defaultDevice(), isAwaited = true }: ThreadOptions = {},
): Promise<Threads> {
  if (!(device instanceof WasmDevice)) return { used: 1, reason: `the ${device.name} device has one thread` }
  return await startTeam(device, threads, spawnWorker, { maySleep: true, isAwaited })
}

/** Ends the workers of a device, which goes on with one thread. */
export function stopThreads({ device = defaultDevice() }: ThreadOptions = {}): void {
  if (device instanceof WasmDevice) stopTeam(device)
}

export const spawnWorker: SpawnWorker = (data, onDeath) => {
  const source = `${WORKER_PROGRAM}\nrunWorker(require('node:worker_threads').workerData)`
  // No options of the process: some are not for workers, and the program needs none.
  const worker = new Worker(source, { eval: true, workerData: data, execArgv: [] })
  let isWanted = true
  worker.on('error', error => onDeath(error instanceof Error ? error.message : String(error)))
  worker.on('exit', code => {
    if (isWanted) onDeath(`it ended with code ${code}`)
  })
  worker.unref()
  return {
    stop() {
      isWanted = false
      void worker.terminate()
    },
  }
}
