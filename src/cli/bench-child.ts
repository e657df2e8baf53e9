/**
 * One measurement, in a process of its own so that its memory and its time to the first result are its own. Started by
 * `bench` with one argument, the assignment as JSON; writes one line of JSON.
 */
import v8 from 'node:v8'
import { createRun } from '../benchmarks/create-run.ts'
import { measure } from '../benchmarks/measure.ts'
import { type Measured, type Profiled, resultLine, type Subject } from '../benchmarks/result-line.ts'
import type { Run } from '../benchmarks/run.ts'
import { timeShares } from '../benchmarks/time-shares.ts'
import { workloadNamed, workOf } from '../benchmarks/workloads.ts'
import { createWasmDevice } from '../devices/wasm/wasm-device.ts'
import { machine } from '../platform/node/machine.ts'
import { startThreads } from '../platform/node/threads.ts'
import { setDefaultDevice } from '../tensor/default-device.ts'
import { type Assignment, subjectOf } from './bench-assignment.ts'

async function carryOut(assignment: Assignment): Promise<Measured | Profiled> {
  const { workload, phase, form, mode, measuring, isProfiled, startedAt } = assignment
  if (mode === 'wide') v8.setFlagsFromString('--experimental-wasm-revectorize')
  setDefaultDevice(createWasmDevice({ arithmetic: mode === 'plain' ? 'plain' : 'relaxed', wide: mode === 'wide' }))
  await startThreads(measuring.threads)
  const w = workloadNamed(workload)
  const run = createRun(w, phase, form)
  run.once()
  const firstResultMs = performance.timeOrigin + performance.now() - startedAt
  const measured = measure(machine, () => run.once(), measuring)
  if (isProfiled) return profileLine(subjectOf(assignment), run, measured.ms_median)
  const line = resultLine(subjectOf(assignment), measured, { units: run.units, work: workOf(w, phase), firstResultMs })
  return { ...line, node: process.versions.node }
}

const PROFILED_MS = 2000
const RUNS_PROFILED_MAX = 200

async function profileLine(subject: Subject, run: Run, ms: number): Promise<Profiled> {
  const { sampled } = await import('../platform/node/sampling.ts')
  const runs = Math.max(1, Math.min(RUNS_PROFILED_MAX, Math.round(PROFILED_MS / ms)))
  const times = await sampled(() => {
    for (let i = 0; i < runs; i++) run.once()
  })
  return { ...subject, ms_median: ms / run.units, profile: timeShares(times, runs * run.units) }
}

const assignment = JSON.parse(process.argv[2]) as Assignment
process.stdout.write(`${JSON.stringify(await carryOut(assignment))}\n`)
