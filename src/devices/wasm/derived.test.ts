import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Derived } from './derived.ts'

/** Rows of 8 floats, 32 bytes each. */
const matrix = (address: number, rows: number) => ({ address, rows, columns: 8, stride: 8 })

function bench(most?: number) {
  const derived = new Derived(most)
  const ended: string[] = []
  const keep = (name: string, ...sources: ReturnType<typeof matrix>[]) =>
    derived.keep(sources, () => {
      ended.push(name)
    })
  return { derived, ended, keep }
}

test('what is kept ends with a change of any part of a source, and only once', () => {
  const { derived, ended, keep } = bench()
  const first = keep('first', matrix(64, 2), matrix(256, 1))
  const second = keep('second', matrix(128, 2))
  derived.changes(matrix(288, 4))
  derived.changes(matrix(0, 2))
  assert.deepEqual(ended, [])
  derived.changes(matrix(96, 1))
  assert.deepEqual([ended, first.isValid, second.isValid], [['first'], false, true])
  derived.changes(matrix(0, 100))
  derived.changes(matrix(0, 100))
  assert.deepEqual(ended, ['first', 'second'])
})

test('what was kept first makes room for more', () => {
  const { ended, keep } = bench(2)
  for (const name of ['a', 'b', 'c', 'd']) keep(name, matrix(64, 1))
  assert.deepEqual(ended, ['a', 'b'])
})
