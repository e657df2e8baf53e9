/** What a page ships stays small, and libraries come only where their feature is used. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { libraries, type PageSize, pages, sizeOf } from '../../bench/size/pages.ts'

/** A page that predicts misses its limit of 40 kB (docs/performance.md); it must not grow meanwhile. */
const PREDICTING_KB_MAX = 60

const sizes = new Map<string, PageSize>(
  await Promise.all(pages.map(async (page): Promise<[string, PageSize]> => [page.file, await sizeOf(page)])),
)

test('a page that trains ships less than 70 kB', () => {
  const { gzipKb, limitKb } = sizes.get('train.ts') as PageSize
  assert.ok(gzipKb < limitKb, `${gzipKb} kB`)
})

test('a page that predicts ships less than one that trains, and no more than now', () => {
  const { gzipKb } = sizes.get('predict.ts') as PageSize
  assert.ok(gzipKb < PREDICTING_KB_MAX, `${gzipKb} kB`)
})

test('neither ships a library, nor what reads tables', () => {
  assert.ok(libraries().length > 2)
  for (const [file, { folders }] of sizes) {
    for (const library of libraries())
      assert.equal(folders[`node_modules/${library}`], undefined, `${file}: ${library}`)
    assert.ok((folders['src/data'] ?? 0) < 2, file)
  }
})
