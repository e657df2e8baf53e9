import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { DataError, OptionError } from '../errors/errors.ts'
import { readableBytes } from './byte-source.ts'
import { inPieces, sourceOf, textOf } from './bytes.test-support.ts'
import { readText } from './parse-table.ts'
import { streamText } from './text-stream.ts'

const utf8 = new TextEncoder()

async function refusal(content: Uint8Array | string, length: number, more = {}): Promise<Error> {
  const error = await textOf(streamText(sourceOf(content, length, more))).then(
    () => assert.fail('expected an error'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error)
  return error
}

test('however the bytes come, the text is that of the file read whole', async () => {
  const part = fc.constantFrom('a', 'é', '猫', '👍', '\n', '\r', '\r\n', ' ', 'word')
  const content = fc.array(part, { minLength: 1 }).map(parts => utf8.encode(parts.join('')))
  await fc.assert(
    fc.asyncProperty(content, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (bytes, length, isZipped) => {
      const stored = isZipped ? new Uint8Array(gzipSync(bytes)) : bytes
      const streamed = await textOf(streamText(sourceOf(stored, length)))
      assert.equal(streamed, await readText(stored, { name: 'file.txt' }))
    }),
  )
})

test('a byte-order mark is skipped and decides the encoding; another encoding goes by name', async () => {
  const little = new Uint8Array(Uint16Array.from('\uFEFFa猫\r\n', c => c.charCodeAt(0)).buffer)
  const big = little.map((_, at) => little[at ^ 1])
  for (const length of [1, 2, 3, 100]) {
    assert.equal(await textOf(streamText(sourceOf('\uFEFFa\r\nb', length))), 'a\nb')
    assert.equal(await textOf(streamText(sourceOf(little, length))), 'a猫\n')
    assert.equal(await textOf(streamText(sourceOf(big, length))), 'a猫\n')
    const gb = Uint8Array.of(0xc3, 0xa8, 0x0d, 0x0a)
    assert.equal(await textOf(streamText(sourceOf(gb, length, { encoding: 'gb18030' }))), '猫\n')
  }
  assert.ok((await refusal('a', 9, { encoding: 'utf-99' })) instanceof OptionError)
})

test('wrong bytes are named by file and line, wherever the pieces are cut', async () => {
  const bytes = Uint8Array.of(...utf8.encode('é\n猫\r\n猫'), 0xff, 0x0a, 0x61)
  for (let length = 1; length <= bytes.length; length++) {
    const error = await refusal(bytes, length)
    assert.ok(error instanceof DataError)
    assert.match(error.message, /^file\.txt, line 3: expected text in utf-8, got other bytes\. .* --encoding gb18030/)
    assert.match((await refusal(utf8.encode('a\n猫').subarray(0, 4), length)).message, /^file\.txt, line 2: expected/)
  }
  const notChinese = await refusal(Uint8Array.of(0x81, 0xff), 1, { encoding: 'gb18030' })
  assert.match(notChinese.message, /^file\.txt: expected text in gb18030/)
})

test('a binary file, a damaged and a wrongly named gzip file are refused', async () => {
  assert.match((await refusal('a\0b', 1)).message, /got a binary one/)
  assert.match((await refusal(Uint8Array.of(0xff, 0xfe, 97, 0, 0, 0), 2)).message, /got a binary one/)
  assert.match((await refusal(new Uint8Array(gzipSync('some text')).subarray(0, 20), 5)).message, /damaged, cut/)
  assert.match((await refusal('text', 9, { name: 'a.gz' })).message, /^a\.gz: expected a gzip file, got other bytes/)
})

test('an empty file has no text', async () => {
  assert.equal(await textOf(streamText(sourceOf(''))), '')
  assert.equal(await textOf(streamText(sourceOf(new Uint8Array(gzipSync(''))))), '')
})

test('an error of the source comes through as it is, and a source is closed when reading ends early', async () => {
  const zipped = new Uint8Array(gzipSync(utf8.encode('x'.repeat(1000))))
  for (const start of [zipped.subarray(0, 15), utf8.encode('text')]) {
    const failing = async function* () {
      yield start
      throw new Error('the disk is gone')
    }
    await assert.rejects(textOf(streamText({ name: 'f', bytes: failing })), /^Error: the disk is gone$/)
  }
  for (const content of [zipped, utf8.encode('x'.repeat(1000))]) {
    const closed = Promise.withResolvers<void>()
    const watched = async function* () {
      try {
        yield* inPieces(content, 10)
      } finally {
        closed.resolve()
      }
    }
    for await (const _ of streamText({ name: 'f', bytes: watched })) break
    await closed.promise
  }
})

test('a Blob, as a page has it, can be read', async () => {
  const blob = new Blob(['good ', 'news'])
  assert.equal(await textOf(streamText({ name: 'upload', bytes: () => readableBytes(blob.stream()) })), 'good news')
})
