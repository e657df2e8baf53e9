import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Machine, measure, median } from './measure.ts'

/** Two cores; time passes only in a run: 50 ms each, and 10 ms more of it when others are at work. */
class MadeUpMachine implements Machine {
  readonly cores = 2
  #ms = 0
  #others = 0
  #runs = 0
  readonly #isBusy: (run: number) => boolean

  constructor(isBusy: (run: number) => boolean) {
    this.#isBusy = isBusy
  }

  run = (): void => {
    const isBusy = this.#isBusy(this.#runs++)
    const ms = isBusy ? 60 : 50
    this.#ms += ms
    if (isBusy) this.#others += (2 * ms) / 1000
  }

  now = (): number => this.#ms
  ownSeconds = (): number => this.#ms / 1000
  busySeconds = (): number => this.#ms / 1000 + this.#others
  peakMemoryMb = (): number => 1
}

const measureWith = (isBusy: (run: number) => boolean) => {
  const machine = new MadeUpMachine(isBusy)
  return measure(machine, machine.run, { threads: 1, budget: 1000 })
}

test('of quiet windows the median is told, and processor time a run', () => {
  const { ms_median, ms_min, cpu_ms, quiet, other_cpu } = measureWith(() => false)
  assert.deepEqual([ms_median, ms_min, quiet, other_cpu], [50, 50, true, 0])
  assert.ok(Math.abs(cpu_ms - 50) < 1e-9)
})

test('disturbed windows are left out where there are enough quiet ones, and waited for', () => {
  const { ms_median, quiet, runs } = measureWith(run => run < 40)
  assert.deepEqual([ms_median, quiet], [50, true])
  assert.ok(runs >= 14, `${runs} quiet runs of 50 ms: 0.7 of a budget of 1000 ms`)
})

test('without quiet windows the result says so, after six budgets', () => {
  const { ms_median, quiet, runs, other_cpu } = measureWith(() => true)
  assert.deepEqual([ms_median, quiet, other_cpu], [60, false, 2])
  assert.ok(runs * 60 > 6000)
})

test('a bound on the runs ends it', () => {
  const machine = new MadeUpMachine(() => false)
  assert.ok(measure(machine, machine.run, { threads: 1, mostRuns: 4 }).runs <= 5)
})

test('the median of an even number is half-way', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
})
