import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError, ShapeError } from '../errors/errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

/** Builds a file by the letter of the specification. */
function file(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const ONE = [0, 0, 0x80, 0x3f]
const TWO = [0, 0, 0, 0x40]

test('a file made by hand from the specification is read', () => {
  const bytes = file(
    '{"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"__metadata__":{"format":"pt"},' +
      '"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},' +
      '"e":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]}}  ',
    [...ONE, ...TWO],
  )
  const { tensors, metadata } = readSafetensors(bytes)
  assert.deepEqual(metadata, { format: 'pt' })
  assert.deepEqual([...tensors.keys()], ['a', 'b', 'e'])
  assert.deepEqual(tensors.get('a'), { shape: [1, 1], data: Float32Array.of(1) })
  assert.deepEqual(tensors.get('b'), { shape: [], data: Float32Array.of(2) })
  assert.deepEqual(tensors.get('e'), { shape: [0, 3], data: new Float32Array(0) })
})

test('16-bit floats are widened exactly', () => {
  const bytes = file(
    '{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"h":{"dtype":"F16","shape":[6],"data_offsets":[4,16]}}',
    [0x80, 0x3f, 0x00, 0xc0, 0x00, 0x3c, 0x01, 0x00, 0xff, 0x7b, 0x00, 0xfc, 0x00, 0x80, 0x55, 0xb5],
  )
  const { tensors } = readSafetensors(bytes)
  assert.deepEqual(tensors.get('b')?.data, Float32Array.of(1, -2))
  // IEEE 754: 1, the smallest subnormal, the largest number, minus infinity, minus zero, about -1/3.
  assert.deepEqual(tensors.get('h')?.data, Float32Array.of(1, 2 ** -24, 65504, -Infinity, -0, -0.333251953125))
})

test('the written bytes are those of the specification, sorted by name and padded to eight', () => {
  const tensors = new Map<string, StoredTensor>([
    ['b', { shape: [1], data: Float32Array.of(2) }],
    ['a', { shape: [], data: Float32Array.of(1) }],
  ])
  const header =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
    '"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
  assert.deepEqual(new Uint8Array(writeSafetensors(tensors, { k: 'v' })), file(padded, [...ONE, ...TWO]))
})

const anyTensors = fc
  .uniqueArray(fc.string({ unit: 'binary' }).filter(name => name !== '__metadata__' && name.isWellFormed()))
  .chain(names => {
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain(shape => {
      const size = shape.reduce((product, length) => product * length, 1)
      const data = fc.float32Array({ minLength: size, maxLength: size })
      return data.map(values => ({ shape, data: values }))
    })
    return fc.tuple(...names.map(name => tensor.map(value => [name, value] as const)))
  })

test('what was written is read again, and the order it came in does not matter', () => {
  fc.assert(
    fc.property(anyTensors, fc.dictionary(fc.string(), fc.string()), (entries, metadata) => {
      const bytes = writeSafetensors(new Map(entries), metadata)
      const read = readSafetensors(bytes)
      assert.deepEqual(new Map([...read.tensors].sort()), new Map(new Map([...entries].sort())))
      assert.deepEqual({ ...read.metadata }, { ...metadata })
      assert.deepEqual(writeSafetensors(new Map([...entries].reverse()), metadata), bytes)
    }),
  )
})

test('a shape that does not fit its data is not written', () => {
  const tensors = new Map([['w', { shape: [2, 3], data: new Float32Array(5) }]])
  assert.throws(
    () => writeSafetensors(tensors),
    error => error instanceof ShapeError && error.message.includes('expected 6 values for tensor "w" of shape [2, 3]'),
  )
})

test('each way a header can be wrong is refused with the tensor or byte and the reason', () => {
  const tensor = (fields: string) => `{"w":{${fields}}}`
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(7), /expected a model written by Sluice, got a file that begins with "(?:\\u0000){7}"/],
    [
      Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 123),
      /byte 0: expected a header of at most 1 bytes .* got a length of 4294967295/,
    ],
    [Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123), /expected a model written by Sluice/],
    [file(''), /expected a model written by Sluice/],
    [file('[]'), /expected a model written by Sluice/],
    [Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 123), /safetensors header: expected JSON, got ""/],
    [file('{"\u0000'), /expected JSON/],
    [file('{}', [0]), /data: expected 0 bytes after the header, got 1/],
    [file('{"w":1}'), /tensor "w": expected an object with dtype, shape and data_offsets, got 1/],
    [file('{"w":{},"w":{}}'), /each key once, got "w" twice/],
    [file('{"__metadata__":{"a":1}}'), /__metadata__ "a": expected a string, got 1/],
    [file('{"__metadata__":[]}'), /__metadata__: expected an object of strings, got \[\]/],
    [
      file(tensor('"dtype":"I64","shape":[1],"data_offsets":[0,8]'), [...ONE, ...TWO]),
      /tensor "w": expected dtype F32, F16 or BF16, got "I64"/,
    ],
    [file(tensor('"dtype":"toString","shape":[],"data_offsets":[0,4]'), ONE), /expected dtype/],
    [
      file(tensor('"dtype":"F32","shape":[-1],"data_offsets":[0,4]'), ONE),
      /tensor "w", shape: expected at most 16 whole numbers, got \[-1\]/,
    ],
    [
      file(tensor('"dtype":"F32","shape":[1],"data_offsets":[0]'), ONE),
      /data_offsets: expected two whole numbers, ascending, got \[0\]/,
    ],
    [file(tensor('"dtype":"F32","shape":[1],"data_offsets":[4,0]'), ONE), /ascending, got \[4, 0\]/],
    [file(tensor('"dtype":"F32","shape":[1],"data_offsets":[0,8]'), ONE), /an end of at most 4, got 8/],
    [
      file(tensor('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), ONE),
      /expected more than the 4 bytes of the file for F32 of shape \[2\], got 4/,
    ],
    [file(tensor('"dtype":"F32","shape":[4294967296,4294967296,0.5],"data_offsets":[0,4]'), ONE), /whole numbers/],
    [
      file(tensor('"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,4]'), ONE),
      /data_offsets: expected more than the 4 bytes of the file/,
    ],
    [
      file(tensor('"dtype":"F32","shape":[1],"data_offsets":[4,8]'), [...ONE, ...TWO]),
      /expected a begin of 0, got 4, which leaves a hole before it/,
    ],
    [
      file(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        [...ONE, ...TWO],
      ),
      /tensor "b", data_offsets: expected a begin of 8, got 4, which overlaps the tensor before it/,
    ],
  ]
  for (const [bytes, message] of cases) {
    assert.throws(
      () => readSafetensors(bytes),
      error => error instanceof ModelFileError && message.test(error.message),
      `${message}`,
    )
  }
})

test('what is something else is said to be that, by how it begins', () => {
  const refused = (begin: string, got: string) => {
    const advice = 'Give a file that "sluice train" has written.'
    const error = new ModelFileError(`model file: expected a model written by Sluice, got ${got}. ${advice}`)
    assert.throws(() => readSafetensors(new TextEncoder().encode(begin)), error)
  }
  refused('', 'an empty file')
  refused('text,label\n', 'a file that begins with "text,label\\n"')
  refused('{"model": 1}', 'a file that begins with "{\\"model\\": 1}"')
  refused(`${'a text '.repeat(20)}`, `a file that begins with "${'a text '.repeat(6).slice(0, 40)}"`)
})

test('a header that is no UTF-8 is refused', () => {
  const bytes = file('{"w":1}')
  bytes[10] = 0xff
  assert.throws(() => readSafetensors(bytes), /expected UTF-8, got other bytes/)
})

test('damaged files never cause anything but a ModelFileError', () => {
  const good = writeSafetensors(
    new Map([
      ['rnn.weight_ih_l0', { shape: [4, 3], data: new Float32Array(12).fill(0.5) }],
      ['linear.bias', { shape: [2], data: Float32Array.of(1, 2) }],
    ]),
    { format: 'sluice', sluice: '{"version":1}' },
  )
  const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(flips, fc.nat(good.length), (changes, length) => {
      const bytes = good.slice(0, length === 0 ? good.length : length)
      for (const [index, value] of changes) if (index < bytes.length) bytes[index] = value
      try {
        const { tensors } = readSafetensors(bytes)
        const floats = [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0)
        assert.ok(floats * 4 <= 2 * bytes.length)
      } catch (error) {
        assert.ok(error instanceof ModelFileError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
