/**
 * Schedules by hand; the numbers of torch.optim.lr_scheduler are in test/parity/schedules.test.ts.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OptionError } from '../../errors/errors.ts'
import type { Moment } from './define.ts'
import { scheduleNames } from './names.ts'
import { scheduleNamed, schedules } from './registry.ts'
import { learningRateAt } from './warm-up.ts'

const EPOCHS = 8
const STEPS = 10 * EPOCHS
const start: Moment = { step: 1, steps: STEPS, epoch: 1, epochs: EPOCHS, validationLosses: [] }

const inEpoch = (epoch: number, validationLosses: readonly number[] = []): Moment => {
  return { ...start, step: 1 + 10 * (epoch - 1), epoch, validationLosses }
}

describe('a schedule', () => {
  for (const [name, schedule] of Object.entries(schedules)) {
    test(`${name} begins at the full rate and stays within it`, () => {
      assert.equal(schedule.name, name)
      assert.equal(schedule.factor(start), 1)
      const losses = [3, 2, 2, 2, 2, 2, 2, 2]
      for (let step = 1; step <= STEPS; step++) {
        const epoch = Math.ceil(step / 10)
        const moment = { ...start, step, epoch, validationLosses: losses.slice(0, epoch - 1) }
        const factor = schedule.factor(moment)
        assert.ok(factor >= 0 && factor <= 1, `step ${step}: ${factor}`)
        assert.equal(schedule.factor(moment), factor)
      }
    })
  }

  test('stands in the list of choices', () => {
    assert.deepEqual([...scheduleNames], Object.keys(schedules))
  })
})

test('step halves every third epoch by default', () => {
  const factors = [1, 2, 3, 4, 5, 6, 7, 8].map(epoch => schedules.step.factor(inEpoch(epoch)))
  assert.deepEqual(factors, [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25])
})

test('cosine is at half of the rate in the middle', () => {
  assert.ok(Math.abs(schedules.cosine.factor({ ...start, step: STEPS / 2 + 1 }) - 0.5) < 1e-12)
})

test('plateau reduces after the second epoch that is not better, and counts anew', () => {
  const losses = [1, 0.5, 0.6, 0.50001, 0.4, 0.4, 0.4, 0.4]
  const factors = losses.map((_, epoch) => schedules.plateau.factor(inEpoch(epoch + 1, losses.slice(0, epoch))))
  assert.deepEqual(factors, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25])
})

test('plateau takes a loss that is not a number for one that is not better', () => {
  const schedule = scheduleNamed('plateau', { patience: 0, factor: 0.1 })
  assert.equal(schedule.factor(inEpoch(3, [1, Number.NaN])), 0.1)
  assert.equal(schedule.factor(inEpoch(4, [1, Number.NaN, 0.9])), 0.1)
})

describe('warm-up', () => {
  const at = (step: number, warmUp: number, name = 'constant') =>
    learningRateAt(0.5, schedules[name], warmUp, { ...start, step })

  test('goes up in equal parts to the full rate', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map(step => at(step, 4)),
      [0.125, 0.25, 0.375, 0.5, 0.5, 0.5],
    )
  })

  test('of no step or one changes nothing', () => {
    for (const step of [1, 2, STEPS]) assert.deepEqual([at(step, 0), at(step, 1)], [0.5, 0.5])
  })

  test('longer than the training is never over', () => {
    assert.equal(at(STEPS, 2 * STEPS, 'cosine'), 0.25)
  })

  test('leaves the schedule all of its steps', () => {
    const warm = at(20 + 31, 20, 'cosine')
    const alone = learningRateAt(0.5, schedules.cosine, 0, { ...start, step: 31, steps: STEPS - 20 })
    assert.equal(warm, alone)
  })
})

describe('settings of a schedule', () => {
  const faults: readonly [() => unknown, string][] = [
    [
      () => scheduleNamed('cosinus'),
      'schedule: expected one of constant, step, exponential, cosine, plateau, got "cosinus". Did you mean "cosine"?',
    ],
    [
      () => scheduleNamed('step', { factr: 0.1 }),
      'schedule step: expected a setting of every, factor, got "factr". Did you mean "factor"?',
    ],
    [() => scheduleNamed('constant', { factor: 1 }), 'schedule constant: expected no setting, got "factor".'],
    [
      () => scheduleNamed('exponential', { factor: 2 }),
      'schedule exponential: expected factor to be a number from 0 to 1, got 2.',
    ],
  ]
  for (const [run, message] of faults) {
    test(message, () => {
      assert.throws(run, error => error instanceof OptionError && error.message === message)
    })
  }
})
