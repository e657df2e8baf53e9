import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Signature } from './assembler.ts'
import { Assembler } from './assembler.ts'
import { signed, unsigned } from './bytes.ts'
import type { Code } from './code.ts'
import { F32, F64, I32, V128 } from './code.ts'
import { hasRelaxedSimd, hasSimd } from './features.ts'
import type { PlainInstruction } from './opcodes.ts'
import { plainOpcodes } from './opcodes.ts'

function build(signature: Signature, body: (code: Code, parameters: number[]) => void, shared = false) {
  const assembler = new Assembler({ shared })
  assembler.function('f', signature, body)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assembler.assemble()), { sluice: { memory } })
  return { f: instance.exports.f as (...args: number[]) => number, memory }
}

test('integers are written in LEB128 as the examples of its definition', () => {
  // DWARF 3, figures 22 and 23.
  assert.deepEqual([2, 127, 128, 129, 12857].map(unsigned), [[2], [0x7f], [0x80, 1], [0x81, 1], [0xb9, 0x64]])
  assert.deepEqual(unsigned(0xffffffff), [0xff, 0xff, 0xff, 0xff, 0x0f])
  assert.deepEqual([2, -2, 127, -127, 128, -128, 129].map(signed), [
    [2],
    [0x7e],
    [0xff, 0],
    [0x81, 0x7f],
    [0x80, 1],
    [0x80, 0x7f],
    [0x81, 1],
  ])
  assert.deepEqual(signed(0x80000000), [0x80, 0x80, 0x80, 0x80, 0x78])
})

test('a loop counts, branches and returns', () => {
  const { f } = build({ parameters: [I32], results: [I32] }, (code, [n]) => {
    const sum = code.local(I32)
    code.repeat(n, () => code.get(sum).get(n).op('i32.add').set(sum))
    code.get(sum)
  })
  assert.equal(f(10), 55)
  assert.equal(f(0), 0)
})

test('both arms of a condition and a branch out of two blocks', () => {
  const { f } = build({ parameters: [I32], results: [I32] }, (code, [n]) => {
    const result = code.local(I32)
    code.block(end => {
      code
        .get(n)
        .i32(100)
        .op('i32.gt_s')
        .if(() => {
          code.i32(-1).set(result).branch(end)
        })
      code
        .get(n)
        .i32(0)
        .op('i32.lt_s')
        .if(
          () => code.i32(1000000).set(result),
          () => code.get(n).set(result),
        )
    })
    code.get(result)
  })
  assert.deepEqual(
    [101, -5, 7].map(n => f(n)),
    [-1, 1000000, 7],
  )
})

test('functions call each other; locals of all types keep apart', () => {
  const assembler = new Assembler()
  const half = assembler.function('half', { parameters: [F32], results: [F32] }, (code, [x]) => {
    code.get(x).f32(0.5).op('f32.mul')
  })
  assembler.function('quarter', { parameters: [F32], results: [F32] }, (code, [x]) => {
    const [a, b, c] = [code.local(V128), code.local(F32), code.local(F64)]
    code.get(x).call(half).set(b).get(a).set(a).get(c).set(c).get(b).call(half)
  })
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembler.assemble()), { sluice: { memory } })
  assert.equal((exports.quarter as (x: number) => number)(10), 2.5)
})

for (const shared of [false, true]) {
  test(`vectors are loaded, shuffled and stored in ${shared ? 'shared' : 'own'} memory, offsets included`, () => {
    const { f, memory } = build(
      { parameters: [I32] },
      (code, [address]) => {
        code.get(address).get(address).memory('v128.load', 16).get(address).memory('v128.load32_splat', 36)
        code.shuffle([1, 4, 3, 0]).memory('v128.store', 128)
      },
      shared,
    )
    const floats = new Float32Array(memory.buffer)
    floats.forEach((_, i) => {
      floats[i] = i
    })
    f(64)
    // At 64: floats 16…; the vector at 80 is 20…23, the number at 100 is 25; stored at 192, float 48.
    assert.deepEqual([...floats.subarray(48, 52)], [21, 25, 23, 20])
  })
}

test('memory is copied and addresses above 2 GiB would be unsigned', () => {
  const { f, memory } = build({ parameters: [I32, I32, I32], results: [I32] }, (code, [target, source, count]) => {
    code.get(target).get(source).get(count).memoryCopy()
    code.i32(0x90000000).i32(0x10000000).op('i32.gt_u')
  })
  new Uint8Array(memory.buffer).set([1, 2, 3], 10)
  assert.equal(f(20, 10, 3), 1)
  assert.deepEqual([...new Uint8Array(memory.buffer, 19, 5)], [0, 1, 2, 3, 0])
})

/** What a vector instruction takes that is not simply vectors of the same kind. */
const shapes: Partial<Record<PlainInstruction, [parameters: ('v' | 'i' | 'f')[], result: 'v']>> = {
  'i32x4.splat': [['i'], 'v'],
  'f32x4.splat': [['f'], 'v'],
  'i32x4.shl': [['v', 'i'], 'v'],
  'i32x4.shr_s': [['v', 'i'], 'v'],
  'i32x4.shr_u': [['v', 'i'], 'v'],
}

const validates = (name: PlainInstruction, operands: readonly ('v' | 'i' | 'f')[]) => {
  const assembler = new Assembler()
  const types = { v: V128, i: I32, f: F32 } as const
  assembler.function('f', { parameters: operands.map(o => types[o]), results: [V128] }, (code, parameters) => {
    for (const parameter of parameters) code.get(parameter)
    code.op(name)
  })
  return WebAssembly.validate(assembler.assemble())
}

test('every vector instruction of the table is one that the engine knows', () => {
  assert.ok(hasSimd())
  for (const name of Object.keys(plainOpcodes) as PlainInstruction[]) {
    if (!/x[24]\.|^v128/.test(name)) continue
    if (name.includes('relaxed') && !hasRelaxedSimd()) continue
    const given = shapes[name]?.[0]
    const known = given ? validates(name, given) : [1, 2, 3].some(n => validates(name, Array(n).fill('v')))
    assert.ok(known, name)
  }
})
