import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeOptions } from '../models/option-table.ts'
import { changesOf, inspectOptions, unitsOf } from './inspect-options.ts'

const values = (given: Readonly<Record<string, unknown>>) => completeOptions('sluice inspect', inspectOptions, given)

test('changes are read in their order, a token with = in it too', () => {
  const given = {
    edit: ['3=bad', '0=a=b'],
    clamp: ['forgetGate=0.5', 'h=-1e-1'],
    activation: ['candidate=relu'],
    without: ['outputGate'],
  }
  assert.deepEqual(changesOf(values(given)), [
    { kind: 'clamp', quantity: 'forgetGate', value: 0.5 },
    { kind: 'clamp', quantity: 'h', value: -0.1 },
    { kind: 'activation', quantity: 'candidate', name: 'relu' },
    { kind: 'without', quantity: 'outputGate' },
    { kind: 'edit', index: 3, token: 'bad' },
    { kind: 'edit', index: 0, token: 'a=b' },
  ])
  assert.deepEqual(changesOf(values({})), [])
  assert.deepEqual(unitsOf(values({ unit: ['0', '17'], over: 'reviews.csv' })), [0, 17])
})

test('what is not in its form is refused with the form', () => {
  const refused = (given: Readonly<Record<string, unknown>>, message: RegExp) =>
    assert.throws(() => [changesOf(values(given)), unitsOf(values(given))], message)
  for (const clamp of ['forgetGate', 'forgetGate=', '=1', 'forgetGate=half', 'forgetGate=NaN', '']) {
    refused(
      { clamp: [clamp] },
      /^OptionError: clamp: expected QUANTITY=X with a number, got ".*"\.\nRun "sluice inspect --help"/,
    )
  }
  refused({ activation: ['relu'] }, /^OptionError: activation: expected QUANTITY=F, got "relu"/)
  for (const edit of ['x=bad', '-1=bad', '1.5=bad', '9999999999=bad', '3']) {
    refused({ edit: [edit] }, /^OptionError: edit: expected INDEX=TOKEN/)
  }
  for (const unit of ['-1', 'one', '1e3', ''])
    refused({ unit: [unit], over: 'reviews.csv' }, /^OptionError: unit: expected a unit from 0, got/)
  refused({ unit: ['1'] }, /^OptionError: unit: expected --over FILE beside it, got none/)
  refused({ quantity: 'forgetGate' }, /^OptionError: quantity: expected --over FILE beside it, got none/)
})
