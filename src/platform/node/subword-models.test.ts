import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ModelFileError, OptionError } from '../../errors/errors.ts'
import { writeModelFile } from '../../formats/model-file.ts'
import { trainSubwords } from '../../text/subword-training.ts'
import { createTokenizer } from '../../text/tokenizer.ts'
import { readModel } from './model-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-subwords-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('reading a model loads the library for subwords if the model has them, and only then', async () => {
  const subwords = await trainSubwords([], { vocabulary: 256 })
  const path = join(folder, 'model')
  for (const [tokens, loads] of [
    ['word', false],
    ['subword', true],
  ] as const) {
    writeFileSync(path, writeModelFile({ document: { text: { tokens, language: 'und' } }, tensors: new Map() }))
    // There is nothing else in it, so it is no model; by then the library is there.
    await assert.rejects(readModel(path), ModelFileError)
    if (loads) assert.doesNotThrow(() => createTokenizer({ tokens: 'subword', subwords }))
    else assert.throws(() => createTokenizer({ tokens: 'subword', subwords }), OptionError)
  }
})
