import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeShares } from './time-shares.ts'

test('functions are counted by kernel name, file and kind, a unit of work', () => {
  const { parts, functions } = timeShares(
    [
      { name: 'tile-6x16', url: 'wasm://wasm/1', ms: 6 },
      { name: 'rows', url: 'wasm://wasm/2', ms: 2 },
      { name: 'rows', url: 'wasm://wasm/3', ms: 1 },
      { name: 'pack-transposed', url: 'wasm://wasm/4', ms: 4 },
      { name: 'gather', url: 'wasm://wasm/5', ms: 1 },
      { name: 'allocate', url: 'file:///a/src/devices/wasm/memory.ts', ms: 2 },
      { name: '(garbage collector)', url: '', ms: 3 },
      { name: 'rows', url: 'file:///a/src/x.ts', ms: 5 },
      { name: 'post', url: 'node:inspector', ms: 100 },
    ],
    2,
  )
  assert.deepEqual(parts, {
    products: 3,
    pointwise: 1.5,
    packing: 2,
    otherKernels: 0.5,
    allocation: 1,
    garbageCollection: 1.5,
    javascript: 2.5,
  })
  assert.deepEqual([functions[0].name, functions[0].ms], ['tile-6x16', 3])
  assert.equal(functions.find(f => f.name === 'rows' && f.url.startsWith('wasm:'))?.ms, 1.5)
})
