/** The page's way to start workers, with a `Worker` made of Node's. */
import assert from 'node:assert/strict'
import { resolveObjectURL } from 'node:buffer'
import { test } from 'node:test'
import { Worker as NodeWorker } from 'node:worker_threads'
import { createWasmDevice } from '../../devices/wasm/wasm-device.ts'
import { setDefaultDevice } from '../../tensor/default-device.ts'
import { startThreads, stopThreads } from './threads.ts'

/** Runs a script from a blob, which Node's own worker does not. */
class PageWorker {
  onerror: ((event: { message: string }) => void) | null = null
  readonly #worker: Promise<NodeWorker>
  #hasEnded = false

  constructor(url: string) {
    const text = resolveObjectURL(url)?.text() ?? Promise.resolve('')
    this.#worker = text.then(source => {
      const asInPage = `require('node:worker_threads').parentPort.on('message', data => globalThis.onmessage({ data }))`
      return new NodeWorker(`${asInPage}\n${source.replace('onmessage =', 'globalThis.onmessage =')}`, { eval: true })
    })
  }

  postMessage(data: unknown): void {
    this.#worker.then(worker => {
      if (this.#hasEnded) return
      worker.on('error', error => this.onerror?.({ message: String(error) }))
      worker.postMessage(data)
    })
  }

  terminate(): void {
    this.#hasEnded = true
    this.#worker.then(worker => worker.terminate())
  }
}

test('without workers there is one thread', async () => {
  assert.deepEqual(await startThreads(4), { used: 1, reason: 'there are no workers here' })
})

test('a page starts workers from a blob and computes with them', async () => {
  Object.assign(globalThis, { Worker: PageWorker })
  const device = createWasmDevice()
  setDefaultDevice(device)
  assert.deepEqual(await startThreads(3), { used: 3, reason: 'workers share the memory' })
  const matrix = device.allocate(1000, 100)
  device.softmax(matrix, matrix)
  assert.equal(device.read(matrix)[99_999], Math.fround(1 / 100))
  stopThreads()
})
