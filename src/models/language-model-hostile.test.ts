/**
 * Damaged and hostile files of language models: nothing but a ModelFileError, soon, and without a large allocation.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Device } from '../devices/device.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { ModelFileError } from '../errors/errors.ts'
import { dataOffset, readSafetensors, type StoredTensor, writeSafetensors } from '../formats/safetensors.ts'
import { anything, edited as editedIn, type Json, type Path, pathsOf } from './damaged-files.test-support.ts'
import { LanguageModel } from './language-model.ts'
import { markovText, quickLanguage } from './language-texts.test-support.ts'

const model = await LanguageModel.train(markovText(300).replaceAll('ab', 'a b\n'), {
  ...quickLanguage,
  tokens: 'word',
  minimumCount: 1,
  lineEnd: '<eos>',
  hidden: [5, 8],
  tieWeights: true,
  initialState: 'learned',
  epochs: 1,
  validationText: 'a b\nb',
})
const good = model.toBytes()
const { tensors, metadata } = readSafetensors(good)
const { sha256: _, ...document } = JSON.parse(metadata.sluice) as Record<string, Json>

/** A file with this document and these tensors and no checksum, so that what follows it is reached. */
const fileOf = (changed: Json | string, stored: ReadonlyMap<string, StoredTensor> = tensors) =>
  writeSafetensors(stored, {
    format: 'sluice',
    sluice: typeof changed === 'string' ? changed : JSON.stringify(changed),
  })

/** Elements allocated on a device at most: twice what the good model needs. */
const MOST_ELEMENTS = 2 * [...tensors.values()].reduce((sum, t) => sum + t.data.length + 8 * t.shape[0], 0)

/** A device that counts what is allocated on it. */
function countingDevice(): { device: Device; elements: () => number } {
  const device = new ReferenceDevice()
  const allocate = device.allocate.bind(device)
  let elements = 0
  device.allocate = (rows, columns) => {
    elements += rows * columns
    assert.ok(elements <= MOST_ELEMENTS, `${elements} elements allocated`)
    return allocate(rows, columns)
  }
  return { device, elements: () => elements }
}

/** Reads a file and uses what came out of it. @returns The message, or null if it could be read. */
function read(bytes: Uint8Array): string | null {
  const { device } = countingDevice()
  let back: LanguageModel
  try {
    back = LanguageModel.fromBytes(bytes, { device })
  } catch (error) {
    if (error instanceof ModelFileError) return error.message
    throw error
  }
  const own = LanguageModel.fromBytes(bytes, { device: new ReferenceDevice() })
  for (const { text } of own.generate({ length: 3 })) assert.equal(typeof text, 'string')
  assert.equal(back.encoder.vocabulary.size, own.encoder.vocabulary.size)
  return null
}

const refused = (bytes: Uint8Array, message: RegExp) => assert.match(read(bytes) ?? 'it was read', message)

/** A copy of the document with another value at a path; undefined takes it away. */
const edited = (path: Path, value: Json | undefined): Json => editedIn(document as Json, path, value)

const paths = pathsOf(document as Json)

describe('a damaged file', () => {
  it('with any byte changed is read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const bytes = good.slice()
        bytes[index] ^= flip
        const message = read(bytes)
        // A letter of the document may change without harm; the weights are under the checksum.
        if (index >= dataOffset(good)) assert.match(message ?? 'it was read', /^model file, sha256: /)
      }),
      { numRuns: 500 },
    )
  })

  it('cut anywhere, or longer than it says, is refused', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), length => {
        assert.ok(read(good.slice(0, length)) !== null)
      }),
      { numRuns: 200 },
    )
    refused(new Uint8Array([...good, 0]), /^safetensors, data: expected \d+ bytes after the header/)
    refused(new Uint8Array(), /^safetensors: expected 8 bytes or more, got 0\./)
  })
})

describe('a hostile document', () => {
  it('with anything in any place is read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, value) => {
        read(fileOf(edited(path, value)))
      }),
      { numRuns: 1000 },
    )
  })

  it('with two things changed too', () => {
    const change = fc.tuple(fc.constantFrom(...paths.filter(p => p.length === 1)), anything)
    fc.assert(
      fc.property(change, change, ([first, a], [second, b]) => {
        const both = { ...(edited(first, a) as object), ...(b === undefined ? {} : { [second[0]]: b }) }
        read(fileOf(both as Json))
      }),
      { numRuns: 300 },
    )
  })

  it('without any one of its parts is refused by name', () => {
    const optional = new Set(['library'])
    for (const part of Object.keys(document)) {
      if (optional.has(part)) continue
      refused(fileOf(edited([part], undefined)), new RegExp(`^model file, ${part}`))
    }
    for (const size of Object.keys(document.architecture as object)) {
      refused(fileOf(edited(['architecture', size], undefined)), new RegExp(`^model file, architecture\\.${size}: `))
    }
  })

  it('with sizes beyond reason is refused before anything is made', () => {
    for (const size of ['embedding', 'layers']) {
      for (const value of [0, -1, 0.5, 65, 60_000, 1e6, 1e9, 2 ** 53, '8', null]) {
        const message = read(fileOf(edited(['architecture', size], value)))
        assert.match(message ?? 'it was read', /^model file, (architecture\.\w+|tensor "[\w.]+"): expected /)
      }
    }
  })

  it('of another task, or whose text cannot be JSON, is refused', () => {
    refused(
      fileOf(edited(['task'], 'classifier')),
      /^model file, task: expected "language-model", got "classifier"\. Use the command for that kind\.$/,
    )
    refused(fileOf('{"version":1'), /model file document/)
    refused(fileOf(`{"version":1,"a":${'['.repeat(50_000)}`), /model file document/)
  })
})

describe('hostile tensors', () => {
  const changed = (change: (stored: Map<string, StoredTensor>) => void) => {
    const stored = new Map(tensors)
    change(stored)
    return fileOf(document, stored)
  }

  it('are refused when one is missing, strange or of another shape', () => {
    for (const [name, { shape, data }] of tensors) {
      const advice = 'The file is damaged or was changed by hand: get it again or train again\\.$'
      const quoted = name.replaceAll('.', '\\.')
      const none = changed(stored => stored.delete(name))
      refused(
        none,
        new RegExp(`^model file, tensor "${quoted}": expected shape \\[.*\\], got no such tensor\\. ${advice}`),
      )
      const turned = changed(stored => stored.set(name, { shape: [...shape, 1], data }))
      refused(turned, new RegExp(`^model file, tensor "${quoted}": expected shape .*, got \\[.*, 1\\]\\. ${advice}`))
      const empty = changed(stored => stored.set(name, { shape: [0], data: new Float32Array() }))
      refused(empty, new RegExp(`^model file, tensor "${quoted}": expected shape`))
    }
    const more = changed(stored => stored.set('rnn.weight_ih_l9', { shape: [1], data: Float32Array.of(1) }))
    refused(more, /^model file: expected the tensors that its architecture has, got "rnn\.weight_ih_l9" besides\. /)
  })

  it('are refused with values that are not finite', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const bytes = changed(stored => {
        const { shape, data } = stored.get('linear.bias') as StoredTensor
        stored.set('linear.bias', { shape, data: data.with(1, value) })
      })
      const message = `tensor "linear\\.bias": expected finite values, got ${value} at 1\\. Train again\\.$`
      refused(bytes, new RegExp(`^model file, ${message}`))
    }
  })

  it('with the largest finite values still give probabilities or are refused', () => {
    const bytes = changed(stored => {
      for (const [name, { shape, data }] of tensors) {
        stored.set(name, { shape, data: data.map((v, i) => (i % 2 === 0 ? 3e38 : v)) })
      }
    })
    assert.equal(read(bytes), null)
  })
})
