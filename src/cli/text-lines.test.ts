import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError, OptionError } from '../errors/errors.ts'
import { textLines } from './text-lines.ts'

async function linesOf(pieces: readonly Uint8Array[], encoding: string | null = null): Promise<string[][]> {
  async function* stream() {
    yield* pieces
  }
  const found: string[][] = []
  for await (const lines of textLines(stream(), 'input', encoding)) found.push([...lines])
  return found
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('each piece gives the lines that it completes', async () => {
  assert.deepEqual(await linesOf([bytes('a\r\nb'), bytes('c\n\nd')]), [['a'], ['bc', ''], ['d']])
})

test('an end after the last line begins no other', async () => {
  assert.deepEqual(await linesOf([bytes('a\n')]), [['a']])
  assert.deepEqual(await linesOf([]), [])
})

test('a character may be cut by a piece, and the encoding may be another', async () => {
  const [first, ...rest] = bytes('好')
  assert.deepEqual(await linesOf([Uint8Array.of(first), Uint8Array.from(rest)]), [['好']])
  assert.deepEqual(await linesOf([Uint8Array.of(0xba, 0xc3)], 'gb18030'), [['好']])
})

test('bytes in another encoding and an unknown encoding are refused', async () => {
  await assert.rejects(linesOf([bytes('a\nb\n'), Uint8Array.of(0xba, 0xc3)]), (error: unknown) => {
    return error instanceof DataError && /^input, at or after line 3: expected text in utf-8/.test(error.message)
  })
  await assert.rejects(linesOf([Uint8Array.of(0xe5)]), DataError)
  await assert.rejects(linesOf([], 'nonsense'), OptionError)
})
