/**
 * Every schedule against torch.optim.lr_scheduler, the rate of each step over a whole training.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleNamed, schedules } from '../../src/training/schedules/registry.ts'
import { learningRateAt } from '../../src/training/schedules/warm-up.ts'
import type { Settings } from '../../src/training/settings.ts'
import { numbersOf, readGolden } from './golden.ts'
import { compare } from './wave.ts'

interface Golden {
  readonly epochs: number
  /** Of an epoch. */
  readonly steps: number
  /** After each epoch. */
  readonly losses: string
  readonly cases: readonly {
    readonly name: string
    readonly settings: Settings
    readonly warmUp: number
    readonly rates: string
  }[]
}

/** 64 bits; the files have ten digits. */
const TOLERANCE = 1e-9

const golden = readGolden('schedules') as Golden
const losses = numbersOf(golden.losses)

for (const { name, settings, warmUp, rates } of golden.cases) {
  test(`${name} ${JSON.stringify(settings)} after ${warmUp} steps of warm-up`, () => {
    const schedule = scheduleNamed(name, settings)
    const steps = golden.epochs * golden.steps
    const actual = Array.from({ length: steps }, (_, k) => {
      const epoch = 1 + Math.floor(k / golden.steps)
      const validationLosses = losses.slice(0, epoch - 1)
      return learningRateAt(1, schedule, warmUp, { step: k + 1, steps, epoch, epochs: golden.epochs, validationLosses })
    })
    compare('rates', actual, numbersOf(rates), TOLERANCE)
  })
}

test('every schedule has a case', () => {
  assert.deepEqual([...new Set(golden.cases.map(one => one.name))].sort(), Object.keys(schedules).sort())
})
