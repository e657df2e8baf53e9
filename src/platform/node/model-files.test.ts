import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DataError, ModelFileError } from '../../errors/errors.ts'
import { writeModelFile } from '../../formats/model-file.ts'
import { TextClassifier } from '../../models/text-classifier.ts'
import { requireWritable } from './files.ts'
import { readModel, requireModelOrVectors, writeModel } from './model-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-models-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a model that was written is read again: the same bytes, the same answers', async () => {
  const rows = Array.from({ length: 20 }, (_, k) => ({ text: k % 2 ? 'good film' : 'bad film', label: `${k % 2}` }))
  const model = await TextClassifier.train(rows, { hidden: 4, embedding: 4, epochs: 1 })
  const path = join(folder, 'model.safetensors')
  await writeModel(path, model)
  const again = await readModel(path, { kind: TextClassifier })
  assert.deepEqual(again.predict('good film'), model.predict('good film'))
  assert.deepEqual(again.toBytes(), new Uint8Array(readFileSync(path)))
})

test('what is no model is refused by the file’s name', async () => {
  const path = join(folder, 'text.safetensors')
  writeFileSync(path, 'no model')
  await assert.rejects(readModel(path), (error: unknown) => {
    return (
      error instanceof ModelFileError &&
      error.message.startsWith(`${path}: model file: expected a model written by Sluice`)
    )
  })
  await assert.rejects(readModel(join(folder, 'none')), DataError)
})

test('what begins as a model or as word vectors is told from what does not', async () => {
  const begins = async (bytes: string | Uint8Array) => {
    const path = join(folder, 'begins')
    writeFileSync(path, bytes)
    await requireModelOrVectors(path)
  }
  await begins(writeModelFile({ document: {}, tensors: new Map([['w', { shape: [9], data: new Float32Array(9) }]]) }))
  await begins('2 3\na 1 2 3\nb 4 5 6\n')
  await begins('the 0.25 -0.5 1e-3\n')
  await assert.rejects(begins('the film was good\n'.repeat(9)), ModelFileError)
  await assert.rejects(begins(''), /got an empty file/)
  await assert.rejects(requireModelOrVectors(join(folder, 'none')), DataError)
})

test('whether a file can be written is found out without writing it', async () => {
  const inside = join(folder, 'inside')
  mkdirSync(inside)
  await requireWritable(join(inside, 'model'))
  assert.deepEqual(readdirSync(inside), [])
  writeFileSync(join(inside, 'file'), '')
  await requireWritable(join(inside, 'file'))
  await assert.rejects(requireWritable(inside), /got a folder \(EISDIR\)/)
  await assert.rejects(requireWritable(join(inside, 'none', 'model')), /no such file or folder .* make its folder/)
  await assert.rejects(requireWritable(join(inside, 'file', 'model')), /through something that is no folder/)
})
