import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {}
}

test('after 40 ms of work timers and input get their turn, before that none is lost', async () => {
  const turns = new Turns()
  let heard = 0
  setTimeout(() => {
    heard++
  }, 0)
  assert.equal(turns.isDue, false)
  await turns.give()
  assert.equal(heard, 0)
  work(45)
  assert.equal(turns.isDue, true)
  await turns.give()
  assert.equal(heard, 1)
  assert.equal(turns.isDue, false)
})

test('an abort is heard at the next turn, with its reason', async () => {
  const abort = new AbortController()
  const turns = new Turns(abort.signal)
  await turns.give()
  abort.abort(new Error('enough'))
  await assert.rejects(turns.give(), /^Error: enough$/)
})
