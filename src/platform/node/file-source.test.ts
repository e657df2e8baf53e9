import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { textWindows } from '../../data/text-windows.ts'
import { DataError } from '../../errors/errors.ts'
import { fileSource } from './file-source.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-source-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function textOf(path: string, encoding?: string): Promise<string> {
  let text = ''
  for await (const window of textWindows([fileSource(path, encoding)])) text += window
  return text
}

test('a file is read again in each pass, compressed or not, in its encoding', async () => {
  const text = 'a line of text, longer than a piece\n'.repeat(20_000)
  writeFileSync(join(folder, 'a.txt'), text)
  writeFileSync(join(folder, 'a.txt.gz'), gzipSync(text))
  writeFileSync(join(folder, 'gb.txt'), Uint8Array.of(0xc3, 0xa8))
  const source = fileSource(join(folder, 'a.txt'))
  for (let pass = 0; pass < 2; pass++) {
    let length = 0
    for await (const piece of source.bytes()) length += piece.length
    assert.equal(length, text.length)
  }
  assert.equal(await textOf(join(folder, 'a.txt.gz')), text)
  assert.equal(await textOf(join(folder, 'gb.txt'), 'gb18030'), '猫')
})

test('a missing file and a folder are explained', async () => {
  const refused = (path: string, message: RegExp) =>
    assert.rejects(textOf(path), error => error instanceof DataError && message.test(error.message))
  await refused(join(folder, 'none.txt'), /none\.txt: expected a file that can be read, got no such file or folder/)
  await refused(folder, /expected a file that can be read, got a folder/)
})

test('reading that ends early closes the file', async () => {
  const pieces = fileSource(join(folder, 'a.txt')).bytes()
  for await (const _ of pieces) break
  for await (const _ of pieces) assert.fail('expected no more')
})
