/**
 * What threads cost when other processes want the cores: a training step with one thread and with two, by turns in one
 * process, first alone and then beside busy loops, one for each core. A team that has lost its cores goes on alone.
 *
 *   npm run bench:busy            or with -- --json
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { createRun } from '../src/benchmarks/create-run.ts'
import { median } from '../src/benchmarks/measure.ts'
import { workloadNamed } from '../src/benchmarks/workloads.ts'
import { createWasmDevice } from '../src/devices/wasm/wasm-device.ts'
import { enableWideVectors, startThreads } from '../src/platform/node/index.ts'
import { setDefaultDevice } from '../src/tensor/index.ts'

const WORKLOADS = ['lstm-small', 'ptb-small', 'sentiment', 'lstm-latency']
const ROUNDS = 12
/** Milliseconds of each turn: long enough for a team to notice, and to try again. */
const TURN_MS = 400

enableWideVectors()
const isJson = process.argv.includes('--json')
if (!isJson) process.stdout.write('two threads, times as fast as one\n')
for (const name of WORKLOADS) {
  const [one, two] = [await runWith(name, 1), await runWith(name, 2)]
  const alone = await ratio(one, two)
  const loops = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']))
  await setTimeout(TURN_MS)
  const beside = await ratio(one, two)
  for (const loop of loops) loop.kill('SIGKILL')
  const line = { note: 'busy-cores', workload: name, alone, beside, loops: loops.length }
  const words = `${name.padEnd(14)} alone ${alone.toFixed(2)}, beside ${loops.length} busy loops ${beside.toFixed(2)}`
  process.stdout.write(`${isJson ? JSON.stringify(line) : words}\n`)
}
process.exit(0)

async function runWith(name: string, threads: number): Promise<() => void> {
  const device = createWasmDevice()
  setDefaultDevice(device)
  await startThreads(threads, { device })
  const run = createRun(workloadNamed(name), 'train')
  return () => run.once()
}

/** How many times as fast the second is: medians over turns of each. */
async function ratio(one: () => void, two: () => void): Promise<number> {
  const [ofOne, ofTwo]: number[][] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    ofOne.push(turn(one))
    ofTwo.push(turn(two))
    await setTimeout(0)
  }
  return median(ofOne) / median(ofTwo)
}

/** Milliseconds of a run, over a turn. */
function turn(run: () => void): number {
  const start = performance.now()
  let runs = 0
  for (; performance.now() - start < TURN_MS; runs++) run()
  return (performance.now() - start) / runs
}
