// A stand-in for the browser's Worker on node:worker_threads, as far as jax-js needs it: in a browser its WebAssembly
// back end computes on all cores, in Node, which has no Worker, on one. provideWorkers(n) makes Node look like a
// browser // with n cores.
import { Worker as Thread } from 'node:worker_threads'

export function provideWorkers(n) {
  const blobs = new Map()
  const create = URL.createObjectURL.bind(URL)
  URL.createObjectURL = blob => {
    const url = create(blob)
    blobs.set(url, blob.text())
    return url
  }
  const prelude = `const { parentPort } = require('node:worker_threads');
    globalThis.self = globalThis;
    globalThis.postMessage = (data) => parentPort.postMessage(data);
    parentPort.on('message', (data) => self.onmessage({ data }));\n`
  globalThis.Worker = class {
    #thread
    #early = []
    onmessage = null
    onerror = null
    constructor(url) {
      blobs.get(String(url)).then(code => {
        this.#thread = new Thread(prelude + code, { eval: true })
        this.#thread.on('message', data => this.onmessage?.({ data }))
        this.#thread.on('error', error => this.onerror?.({ message: error.message, error }))
        for (const data of this.#early) this.#thread.postMessage(data)
      })
    }
    postMessage(data) {
      if (this.#thread) this.#thread.postMessage(data)
      else this.#early.push(data)
    }
    terminate() {
      this.#thread?.terminate()
    }
  }
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: n }, configurable: true })
}
