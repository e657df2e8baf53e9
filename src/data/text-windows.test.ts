import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allOf, sourceOf } from './bytes.test-support.ts'
import { lineWindows, textWindows } from './text-windows.ts'

async function* given(pieces: readonly string[]): AsyncGenerator<string, void> {
  yield* pieces
}

function cutInto(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, k) => text.slice(k * length, (k + 1) * length))
}

test('windows are whole lines, and joined the text', async () => {
  assert.deepEqual(await allOf(lineWindows(given(['a\nb', 'c', '\nd\ne', '\n', 'f']))), ['a\n', 'bc\nd\n', 'e\n', 'f'])
})

test('a long line is cut before its last space, else anywhere but within a character', async () => {
  const windows = async (text: string) => await allOf(lineWindows(given([text]), 5))
  assert.deepEqual(await windows('ab\nab cd ef\ngh\n'), ['ab\n', 'ab cd', ' ef\n', 'gh\n'])
  assert.deepEqual(await windows('abcdefgh\n'), ['abcde', 'fgh\n'])
  assert.deepEqual(await windows('abcd👍f'), ['abcd', '👍f'])
})

test('lines and cuts are the same however the text came', async () => {
  const part = fc.constantFrom('a', 'bcd', ' ', '\n', '👍', 'efghijkl')
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.integer({ min: 1, max: 9 }), async (parts, length) => {
      const text = parts.join('')
      const lines = async (pieces: readonly string[]) => {
        const windows = await allOf(lineWindows(given(pieces), 6))
        return windows.flatMap(window => window.split(/(?<=\n)/))
      }
      const whole = await lines([text])
      assert.deepEqual(await lines(cutInto(text, length)), whole)
      assert.equal(whole.join(''), text)
      assert.ok(whole.every(line => line.length <= 6))
    }),
  )
})

test('files follow one another, each on lines of its own', async () => {
  const windows = await allOf(textWindows([sourceOf('a\nb'), sourceOf(''), sourceOf('c\n'), sourceOf('d')]))
  assert.equal(windows.join(''), 'a\nb\nc\nd')
})
