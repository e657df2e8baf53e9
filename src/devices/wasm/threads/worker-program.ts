/**
 * What a worker runs: plain JavaScript as text, so that no bundler has to know of it.
 *
 * A list of calls is integers, one entry after the other: what, how many numbers follow, the numbers.
 *
 *   n ≥ 0, …            calls the n-th kernel with the numbers
 *   STORE, address, value, …       writes integers into the memory
 *   LOAD_MODULE, address, bytes    compiles the module that stands there; its kernels get the next numbers
 *
 * Between two lists the worker turns on the spot for a while, which a list of microseconds needs, and then sleeps.
 */
import { MEMORY_IMPORT } from '../assembler.ts'
import * as control from './control.ts'

/** What the program's function is given. */
export interface WorkerData {
  readonly memory: WebAssembly.Memory
  /** Byte address of the worker's control block. */
  readonly control: number
}

/** Milliseconds of turning before a worker sleeps: longer than the gap between two parts of a training step. */
const SPIN_MS = 0.15

/** Defines `runWorker(data)`, which never returns. */
export const WORKER_PROGRAM = `
function runWorker({ memory, control }) {
  const base = control >>> 2, functions = []
  let ints = new Int32Array(memory.buffer)
  const pause = Atomics.pause ? () => Atomics.pause() : () => {}
  const load = (address, bytes) => {
    const copy = new Uint8Array(memory.buffer).slice(address >>> 0, (address >>> 0) + bytes)
    const module = new WebAssembly.Module(new Uint8Array([...copy]))
    const imports = { ${MEMORY_IMPORT.module}: { ${MEMORY_IMPORT.name}: memory } }
    functions.push(...Object.values(new WebAssembly.Instance(module, imports).exports))
  }
  const run = (from, to) => {
    const m = ints
    for (let i = from; i < to; ) {
      const what = m[i], end = i + 2 + m[i + 1]
      i += 2
      if (what >= 0) {
        // A kernel takes what it has parameters for.
        functions[what](m[i], m[i + 1], m[i + 2], m[i + 3], m[i + 4], m[i + 5], m[i + 6], m[i + 7],
          m[i + 8], m[i + 9], m[i + 10], m[i + 11], m[i + 12], m[i + 13])
      } else if (what === ${control.STORE}) {
        for (; i < end; i += 2) m[m[i] >>> 2] = m[i + 1]
      } else load(m[i], m[i + 1])
      i = end
    }
  }
  const next = seen => {
    const sequence = base + ${control.SEQUENCE}, sleeps = base + ${control.SLEEPS}
    for (let turns = 1, until = 0; Atomics.load(ints, sequence) === seen; turns++) {
      pause()
      if ((turns & 63) !== 0) continue
      const now = performance.now()
      if (until === 0) until = now + ${SPIN_MS}
      if (now < until) continue
      Atomics.store(ints, sleeps, 1)
      Atomics.wait(ints, sequence, seen)
      Atomics.store(ints, sleeps, 0)
    }
    return Atomics.load(ints, sequence)
  }
  let seen = 0
  try {
    for (;;) {
      seen = next(seen)
      while (memory.buffer.byteLength < ints[base + ${control.PAGES}] * 65536) pause()
      if (ints.byteLength < memory.buffer.byteLength) ints = new Int32Array(memory.buffer)
      run(ints[base + ${control.BEGIN}], ints[base + ${control.END}])
      Atomics.store(ints, base + ${control.DONE}, seen)
      if (Atomics.load(ints, base + ${control.MAIN_SLEEPS}) !== 0) Atomics.notify(ints, base + ${control.DONE})
    }
  } catch (error) {
    const text = String((error && error.message) || error).slice(0, ${control.MESSAGE_INTS})
    for (let i = 0; i < text.length; i++) ints[base + ${control.MESSAGE} + i] = text.charCodeAt(i)
    Atomics.store(ints, base + ${control.FAILED}, text.length || 1)
    Atomics.store(ints, base + ${control.DONE}, seen)
    Atomics.notify(ints, base + ${control.DONE})
    throw error
  }
}
`
