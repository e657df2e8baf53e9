/** What a page ships stays small, and libraries come only where their feature is used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { libraries, type PageSize, pages, sizeOf } from '../../bench/size/pages.ts'

const sizes = new Map<string, PageSize>(
  await Promise.all(pages.map(async (page): Promise<[string, PageSize]> => [page.file, await sizeOf(page)])),
)

test('pages ship less than their limits', () => {
  assert.deepEqual(
    pages.map(page => page.limitKb),
    [40, 70],
  )
  for (const [file, { gzipKb, limitKb }] of sizes) assert.ok(gzipKb < limitKb, `${file}: ${gzipKb} kB`)
})

test('neither ships a library, nor what reads tables', () => {
  assert.ok(libraries().length > 2)
  for (const [file, { folders }] of sizes) {
    for (const library of libraries())
      assert.equal(folders[`node_modules/${library}`], undefined, `${file}: ${library}`)
    assert.ok((folders['src/data'] ?? 0) < 2, file)
  }
})
