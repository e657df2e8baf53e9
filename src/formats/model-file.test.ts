import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError } from '../errors/errors.ts'
import { readModelFile, tensorOfShape, writeModelFile } from './model-file.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

const tensors = new Map<string, StoredTensor>([
  ['linear.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['linear.bias', { shape: [2], data: Float32Array.of(-1, 0.5) }],
])
const document = { task: 'classifier', labels: ['好', '坏'], nested: { hidden: 128 } }

test('document and tensors come back, with the version and without a warning', () => {
  const read = readModelFile(writeModelFile({ document, tensors }))
  assert.deepEqual(read.document, { version: 1, ...document })
  assert.deepEqual(read.tensors, new Map([...tensors].sort()))
  assert.deepEqual(read.warnings, [])
})

test('the checksum is the SHA-256 of all tensor bytes in the order of their names', () => {
  const { metadata } = readSafetensors(writeModelFile({ document, tensors }))
  const bytes = new Uint8Array(Float32Array.of(-1, 0.5, 1, 2, 3, 4, 5, 6).buffer)
  assert.equal(JSON.parse(metadata.sluice).sha256, createHash('sha256').update(bytes).digest('hex'))
  assert.equal(metadata.format, 'sluice')
})

test('a read document written again gives the same bytes', () => {
  const bytes = writeModelFile({ document, tensors })
  assert.deepEqual(writeModelFile(readModelFile(bytes)), bytes)
})

test('a file without checksum is read with a warning, one with a wrong checksum refused', () => {
  const without = writeSafetensors(tensors, { format: 'sluice', sluice: '{"version":1}' })
  assert.match(readModelFile(without).warnings[0], /no checksum/)
  const damaged = writeModelFile({ document, tensors })
  damaged[damaged.length - 1] ^= 1
  assert.throws(
    () => readModelFile(damaged),
    error => error instanceof ModelFileError && /sha256: expected tensors with the checksum/.test(error.message),
  )
})

test('other formats and other versions are refused with what to do', () => {
  const read = (metadata: Record<string, string>) => () => readModelFile(writeSafetensors(tensors, metadata))
  assert.throws(read({ format: 'pt' }), /expected a model written by Sluice, got a safetensors file of format "pt"/)
  assert.throws(read({}), /of format undefined/)
  assert.throws(read({ format: 'sluice' }), /expected a model written by Sluice/)
  assert.throws(read({ format: 'sluice', sluice: '{"version":2}' }), /expected 1, got 2\. Install a newer Sluice/)
  assert.throws(read({ format: 'sluice', sluice: '{}' }), /expected 1, got undefined\. The file is damaged/)
  assert.throws(read({ format: 'sluice', sluice: '[]' }), /document: expected an object/)
  assert.throws(read({ format: 'sluice', sluice: '{"a":1,"a":1}' }), /each key once/)
})

test('a tensor is taken by name and shape', () => {
  assert.equal(tensorOfShape(tensors, 'linear.weight', [-1, 3]).data.length, 6)
  assert.throws(
    () => tensorOfShape(tensors, 'linear.weight', [2, 4]),
    /tensor "linear.weight": expected shape \[2, 4\], got \[2, 3\]/,
  )
  assert.throws(() => tensorOfShape(tensors, 'rnn.w', [1]), /expected shape \[1\], got no such tensor/)
})

test('a number that JSON cannot hold is not written', () => {
  assert.throws(() => writeModelFile({ document: { loss: Number.NaN }, tensors }), /^Error: internal: loss/)
})

test('a damaged model file never causes anything but a ModelFileError', () => {
  const good = writeModelFile({ document, tensors })
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (index, value) => {
      const bytes = good.slice()
      bytes[index] = value
      try {
        readModelFile(bytes)
      } catch (error) {
        assert.ok(error instanceof ModelFileError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})
