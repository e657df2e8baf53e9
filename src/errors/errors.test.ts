import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DataError,
  DivergenceError,
  LifetimeError,
  MemoryError,
  ModelFileError,
  OptionError,
  ShapeError,
  SluiceError,
  WorkerError,
} from './errors.ts'

test('each error has its own name and stable code and is a SluiceError', () => {
  const expected = [
    [new ShapeError('m'), 'ShapeError', 'SHAPE'],
    [new DataError('m'), 'DataError', 'DATA'],
    [new ModelFileError('m'), 'ModelFileError', 'MODEL_FILE'],
    [new DivergenceError('m'), 'DivergenceError', 'DIVERGENCE'],
    [new LifetimeError('m'), 'LifetimeError', 'LIFETIME'],
    [new MemoryError('m'), 'MemoryError', 'MEMORY'],
    [new WorkerError('m'), 'WorkerError', 'WORKER'],
    [new OptionError('m'), 'OptionError', 'OPTION'],
  ] as const
  for (const [error, name, code] of expected) {
    assert.ok(error instanceof SluiceError)
    assert.ok(error instanceof Error)
    assert.equal(error.name, name)
    assert.equal(error.code, code)
    assert.equal(error.message, 'm')
  }
})

test('an error keeps the cause it was given', () => {
  const cause = new Error('disk')
  assert.equal(new DataError('m', { cause }).cause, cause)
})
