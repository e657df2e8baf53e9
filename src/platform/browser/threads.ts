/** Workers in a page, or in a worker of it. */
import { startTeam, stopTeam, type Threads } from '../../devices/wasm/threads/start-team.ts'
import type { SpawnWorker } from '../../devices/wasm/threads/team.ts'
import { WORKER_PROGRAM } from '../../devices/wasm/threads/worker-program.ts'
import { WasmDevice } from '../../devices/wasm/wasm-device.ts'
import { defaultDevice } from '../../tensor/default-device.ts'

export type { Threads } from '../../devices/wasm/threads/start-team.ts'

/**
 * Starts threads that the default device divides its work among; the results are the same bits with any number. In
 * Node, use `startThreads` of `sluice/node`.
 *
 * A page can share memory only when it is isolated (the headers Cross-Origin-Opener-Policy: same-origin and
 * Cross-Origin-Embedder-Policy: require-corp); its content security policy must let a worker start from a blob.
 *
 * @param threads  The calling one included. @default as many as there are cores
 * @returns  How many are used, and why.
 * @throws {OptionError} threads is no whole number from 1 to 256.
 * @throws {WorkerError} A worker cannot be started. Later, from any operation: a worker has died.
 */
export async function startThreads(threads: number = navigator.hardwareConcurrency): Promise<Threads> {
  const device = defaultDevice()
  if (!(device instanceof WasmDevice)) return { used: 1, reason: `the ${device.name} device has one thread` }
  // A page's main thread must not sleep; it turns on the spot for as long as a piece of work takes.
  const maySleep = !('document' in globalThis)
  return await startTeam(device, threads, typeof Worker === 'undefined' ? null : spawnWorker, { maySleep })
}

/** Ends the workers of the default device, which goes on with one thread. */
export function stopThreads(): void {
  const device = defaultDevice()
  if (device instanceof WasmDevice) stopTeam(device)
}

const spawnWorker: SpawnWorker = (data, onDeath) => {
  const source = `${WORKER_PROGRAM}\nonmessage = ({ data }) => runWorker(data)`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onerror = event => onDeath(event.message || 'it could not be started')
  worker.postMessage(data)
  return {
    stop() {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}
