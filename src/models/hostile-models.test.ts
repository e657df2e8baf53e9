/**
 * Damaged and hostile model files of any kind: nothing but a ModelFileError, soon, and without a large allocation.
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
import { english, madeUpTexts, quick } from './made-up-texts.test-support.ts'
import { TextClassifier } from './text-classifier.ts'

interface ModelKind<Model> {
  /** A good file. */
  readonly good: Uint8Array
  fromBytes(bytes: Uint8Array, device: Device): Model
  /** Asserts that a model works. */
  use(model: Model): void
  /** Names of the architecture that are sizes of their own. */
  readonly sizes: readonly string[]
  readonly otherTask: string
  readonly numberOfEdits: number
}

/** The tests that all kinds share. @returns Tools for those of one kind alone. */
function testFilesOf<Model>(name: string, kind: ModelKind<Model>) {
  const { good, fromBytes, use, sizes, otherTask, numberOfEdits } = kind
  const { tensors, metadata } = readSafetensors(good)
  const { sha256: _, ...document } = JSON.parse(metadata.sluice) as Record<string, Json>

  /** A file with this document and these tensors and no checksum, so that what follows it is reached. */
  const fileOf = (changed: Json | string, stored: ReadonlyMap<string, StoredTensor> = tensors) =>
    writeSafetensors(stored, {
      format: 'sluice',
      sluice: typeof changed === 'string' ? changed : JSON.stringify(changed),
    })

  /** Elements allocated on a device at most: twice what the good model needs. */
  const mostElements = 2 * [...tensors.values()].reduce((sum, t) => sum + t.data.length + 8 * t.shape[0], 0)

  /** A device that counts what is allocated on it. */
  function countingDevice(): Device {
    const device = new ReferenceDevice()
    const allocate = device.allocate.bind(device)
    let elements = 0
    device.allocate = (rows, columns) => {
      elements += rows * columns
      assert.ok(elements <= mostElements, `${elements} elements allocated`)
      return allocate(rows, columns)
    }
    return device
  }

  /** Reads a file and uses what came out of it. @returns The message, or null if it could be read. */
  function read(bytes: Uint8Array): string | null {
    try {
      fromBytes(bytes, countingDevice())
    } catch (error) {
      if (error instanceof ModelFileError) return error.message
      throw error
    }
    use(fromBytes(bytes, new ReferenceDevice()))
    return null
  }

  const refused = (bytes: Uint8Array, message: RegExp) => assert.match(read(bytes) ?? 'it was read', message)

  /** A copy of the document with another value at a path; undefined takes it away. */
  const edited = (path: Path, value: Json | undefined): Json => editedIn(document as Json, path, value)

  const paths = pathsOf(document as Json)

  describe(`a damaged file of a ${name}`, () => {
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
      refused(new Uint8Array(), /^model file: expected a model written by Sluice, got an empty file\./)
    })
  })

  describe(`a hostile document of a ${name}`, () => {
    it('with anything in any place is read or refused, never worse', () => {
      fc.assert(
        fc.property(fc.constantFrom(...paths), anything, (path, value) => {
          read(fileOf(edited(path, value)))
        }),
        { numRuns: numberOfEdits },
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
      for (const size of sizes) {
        for (const value of [0, -1, 0.5, 65, 60_000, 1e6, 1e9, 2 ** 53, '8', null]) {
          const message = read(fileOf(edited(['architecture', size], value)))
          assert.match(message ?? 'it was read', /^model file, (architecture\.\w+|tensor "[\w.]+"): expected /)
        }
      }
    })

    it('of another task, or whose text cannot be JSON, is refused', () => {
      refused(
        fileOf(edited(['task'], otherTask)),
        new RegExp(
          `^model file, task: expected "${document.task}", got "${otherTask}"\\. Use the command for that kind\\.$`,
        ),
      )
      refused(fileOf('{"version":1'), /model file document/)
      refused(fileOf(`{"version":1,"a":${'['.repeat(50_000)}`), /model file document/)
    })
  })

  describe(`hostile tensors of a ${name}`, () => {
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

  return { fileOf, edited, refused }
}

const classifier = await TextClassifier.train(madeUpTexts(english, 30), {
  ...quick,
  layers: 2,
  bidirectional: true,
  pooling: 'attention',
  epochs: 1,
})

const { fileOf, edited, refused } = testFilesOf<TextClassifier>('classifier', {
  good: classifier.toBytes(),
  fromBytes: (bytes, device) => TextClassifier.fromBytes(bytes, { device }),
  use: back => assert.equal(typeof back.predict('the film was good').label, 'string'),
  sizes: ['embedding', 'hidden', 'layers'],
  otherTask: 'language-model',
  numberOfEdits: 1500,
})

it('a classifier with labels too few, twice, or too many for its tensors is refused', () => {
  const labels = (value: Json) => fileOf(edited(['labels'], value))
  refused(labels(['a']), /^model file, labels: expected an array of 2 to \d+ items, got 1 items/)
  refused(labels(['a', 'a']), /^model file, labels: expected different labels, got one twice\. Train again\.$/)
  refused(labels(['a', 'b', 'c']), /^model file, tensor "linear\.weight": expected shape \[3, 18\], got \[2, 18\]/)
  refused(labels([1, 2]), /^model file, labels\[0\]: expected a string, got 1/)
})

const languageModel = await LanguageModel.train(markovText(300).replaceAll('ab', 'a b\n'), {
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

testFilesOf<LanguageModel>('language model', {
  good: languageModel.toBytes(),
  fromBytes: (bytes, device) => LanguageModel.fromBytes(bytes, { device }),
  use(back) {
    for (const { text } of back.generate({ length: 3 })) assert.equal(typeof text, 'string')
  },
  sizes: ['embedding', 'layers'],
  otherTask: 'classifier',
  numberOfEdits: 1000,
})
