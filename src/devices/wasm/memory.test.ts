import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MemoryError } from '../../errors/errors.ts'
import { roundedBytes } from './free-blocks.ts'
import { WasmMemory } from './memory.ts'

test('blocks are aligned, never overlap, and all memory is whole again when they are released', () => {
  const request = fc.record({ bytes: fc.nat(300_000), keep: fc.nat(40) })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200 }), requests => {
      const memory = new WasmMemory()
      const held: { address: number; bytes: number; until: number }[] = []
      requests.forEach(({ bytes, keep }, now) => {
        const address = memory.allocate(bytes)
        assert.equal(address % 64, 0)
        assert.ok(address > 0 && address + roundedBytes(bytes) <= memory.bytes - 64)
        for (const other of held) {
          assert.ok(address + bytes <= other.address || address >= other.address + other.bytes, 'overlap')
        }
        held.push({ address, bytes, until: now + keep })
        for (const block of held.filter(b => b.until <= now)) {
          memory.release(block.address, block.bytes)
          held.splice(held.indexOf(block), 1)
        }
      })
      for (const block of held) memory.release(block.address, block.bytes)
      assert.equal(memory.bytesInUse, 0)
      const all = memory.bytes
      memory.allocate(all - 128)
      assert.equal(memory.bytes, all, 'one block takes all of it without growing')
    }),
    { numRuns: 50 },
  )
})

test('steps of changing sizes run on without growing', () => {
  const memory = new WasmMemory()
  let grownTo = 0
  for (let step = 0; step < 20_000; step++) {
    const blocks = [3, 1, 4, 1, 5].map((n, i) => 1000 * n * (1 + ((step * 7 + i) % 13)))
    const addresses = blocks.map(bytes => memory.allocate(bytes))
    addresses.forEach((address, i) => {
      memory.release(address, blocks[i])
    })
    if (step === 100) grownTo = memory.bytes
  }
  assert.equal(memory.bytes, grownTo)
})

test('growth keeps what is written and renews the views', () => {
  const memory = new WasmMemory()
  const first = memory.allocate(1000, true)
  memory.floats[first / 4] = 7
  const before = memory.bytes
  const large = memory.allocate(40 << 20, true)
  assert.ok(memory.bytes > before)
  assert.equal(memory.floats[first / 4], 7)
  assert.equal(memory.floats.length, memory.bytes / 4)
  assert.equal(memory.ints[large / 4 + (40 << 18) - 1], 0)
})

test('a block is zeroed when that is asked', () => {
  const memory = new WasmMemory()
  const address = memory.allocate(100)
  memory.floats.fill(5, address / 4, address / 4 + 32)
  memory.release(address, 100)
  assert.equal(memory.allocate(100, true), address)
  assert.deepEqual([...memory.floats.subarray(address / 4, address / 4 + 32)], new Array(32).fill(0))
})

test('too large a request says how much was asked and is in use; the memory stays usable', () => {
  const memory = new WasmMemory({ maxPages: 300 })
  memory.allocate(1000)
  assert.throws(
    () => memory.allocate(20_000_000),
    (error: unknown) =>
      error instanceof MemoryError && /room for 20000000 more bytes, got 1024 bytes in use/.test(error.message),
  )
  assert.ok(memory.allocate(1000) > 0)
  assert.ok(memory.allocate(18_000_000) > 0, 'what does fit is still given after growing exactly so far')
})

test('a block released twice is a bug that is told', () => {
  const memory = new WasmMemory()
  const address = memory.allocate(100)
  memory.release(address, 100)
  assert.throws(() => memory.release(address, 100), /internal: memory at \d+ was released twice/)
})
