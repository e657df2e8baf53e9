/** What happens when workers fail, and the parts that deal out work. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { spawnWorker } from '../../../platform/node/threads.ts'
import { rowCuts } from '../recurrent/chunks.ts'
import { createWasmDevice } from '../wasm-device.ts'
import { Attention } from './attention.ts'
import { shareBegin, sharesFor } from './shares.ts'
import { startTeam, stopTeam } from './start-team.ts'
import type { SpawnWorker } from './team.ts'

const ALL = { maySleep: true, dividesAll: true, patience: 500 }
const isWorkerError = (pattern: RegExp) => (error: { code?: string; message: string }) =>
  error.code === 'WORKER' && pattern.test(error.message)

test('a kernel that traps in a worker is an error that says so', async () => {
  const device = createWasmDevice()
  await startTeam(device, 2, spawnWorker, ALL)
  const { runtime } = device
  const trap = () => runtime.divide(2, share => runtime.clear(share === 1 ? 0xfffffff0 : 64 * 1024, 64))
  assert.throws(trap, isWorkerError(/out of bounds/))
  // What was computed is lost, and so is every later result.
  assert.throws(() => device.softmax(device.allocate(64, 64), device.allocate(64, 64)), isWorkerError(/out of bounds/))
})

test('a worker that ends while nothing is computed is an error of the next operation', async () => {
  let worker: Worker | undefined
  const device = createWasmDevice()
  const ending: SpawnWorker = (data, onDeath) => {
    const source = `const { workerData: { memory, control } } = require('node:worker_threads')
      const ints = new Int32Array(memory.buffer)
      setTimeout(() => Atomics.store(ints, control / 4 + 32, 1), 20)
      setTimeout(() => process.exit(3), 120)`
    worker = new Worker(source, { eval: true, workerData: data })
    worker.on('exit', code => onDeath(`it ended with code ${code}`))
    return { stop: () => void worker?.terminate() }
  }
  await startTeam(device, 2, ending, ALL)
  await new Promise(resolve => worker?.once('exit', resolve))
  assert.throws(
    () => device.softmax(device.allocate(64, 64), device.allocate(64, 64)),
    isWorkerError(/ended with code 3/),
  )
})

test('a worker that does not answer any more is an error after a while', async () => {
  const device = createWasmDevice()
  let worker: Worker | undefined
  await startTeam(
    device,
    2,
    data => {
      const source = `const { workerData: { memory, control } } = require('node:worker_threads')
        setInterval(() => {}, 1000)
        Atomics.store(new Int32Array(memory.buffer), control / 4 + 32, 1)`
      worker = new Worker(source, { eval: true, workerData: data })
      return { stop: () => void worker?.terminate() }
    },
    ALL,
  )
  const start = performance.now()
  assert.throws(() => device.softmax(device.allocate(64, 64), device.allocate(64, 64)), isWorkerError(/no answer for/))
  assert.ok(performance.now() - start >= 400)
})

test('a worker that cannot start is an error', async () => {
  const failing: SpawnWorker = (_data, onDeath) => {
    setTimeout(() => onDeath('no more threads'), 5)
    return { stop() {} }
  }
  await assert.rejects(startTeam(createWasmDevice(), 2, failing, ALL), isWorkerError(/no more threads/))
})

test('without workers or shared memory there is one thread, and it says why', async () => {
  const device = createWasmDevice()
  assert.deepEqual(await startTeam(device, 4, null, ALL), { used: 1, reason: 'there are no workers here' })
  assert.equal(device.runtime.team, null)
})

test('a device that sends its workers away goes on', async () => {
  const device = createWasmDevice()
  await startTeam(device, 3, spawnWorker, ALL)
  stopTeam(device)
  const matrix = device.allocate(40, 40)
  device.softmax(matrix, matrix)
  assert.equal(device.read(matrix)[0], Math.fround(1 / 40))
})

test('a long list of calls moves to a larger place', async () => {
  const device = createWasmDevice()
  await startTeam(device, 2, spawnWorker, ALL)
  const { runtime } = device
  const target = runtime.memory.allocate(64)
  runtime.divide(2, share => {
    if (share === 0) return
    for (let i = 0; i < 20_000; i++) runtime.move(target, target + 32, 32)
    runtime.storeInt(target, 7)
    runtime.move(target + 32, target, 4)
  })
  assert.equal(runtime.memory.ints[target / 4 + 8], 7)
  stopTeam(device)
})

test('shares are even, begin at whole units and are worth it', () => {
  const work = { count: 35, unit: 6, nanoseconds: 1e6 }
  assert.deepEqual(
    [0, 1, 2, 3].map(k => shareBegin(work, 3, k)),
    [0, 12, 24, 35],
  )
  assert.equal(sharesFor(work, 16, 15_000), 6)
  assert.equal(sharesFor({ ...work, nanoseconds: 40_000 }, 16, 15_000), 2)
  assert.equal(sharesFor({ ...work, nanoseconds: 10 }, 16, 15_000), 1)
})

test('the rows of a chunk are cut so that each share has as many tokens', () => {
  const liveRows = Int32Array.of(8, 8, 4, 2)
  const chunk = { firstStep: 0, endStep: 4, firstRow: 0, rows: 22 }
  assert.deepEqual(rowCuts(liveRows, chunk, 1), [0, 8])
  // Tokens by row: 4 4 3 3 2 2 2 2.
  assert.deepEqual(rowCuts(liveRows, chunk, 2), [0, 3, 8])
  assert.deepEqual(rowCuts(Int32Array.of(1), { firstStep: 0, endStep: 1, firstRow: 0, rows: 1 }, 3), [0, 1, 1, 1])
})

test('a team that waits too long works alone, for longer each time, until a trial goes well', () => {
  const attention = new Attention(2)
  attention.count(0, 25, 5)
  assert.equal(attention.mayDivide(0), true)
  attention.count(100, 25, 15)
  assert.equal(attention.mayDivide(100), false)
  assert.equal(attention.mayDivide(151), true)
  attention.count(151, 5, 4)
  assert.equal(attention.mayDivide(250), false)
  assert.equal(attention.mayDivide(252), true)
  attention.count(252, 5, 0.2)
  attention.count(300, 25, 15)
  assert.equal(attention.mayDivide(349), false)
  assert.equal(attention.mayDivide(351), true)
})
