/** What the whole studio weighs, as a server would send it; the page never asks for the licences. */
import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { studioFolder } from '../../src/cli/studio-build.ts'

const GZIP_MOST = 250_000

test('the whole studio is under 250 kB, compressed', async () => {
  const folder = await studioFolder(() => {}, new AbortController().signal)
  const files = globSync('**/*', { cwd: folder }).filter(
    path => statSync(join(folder, path)).isFile() && !path.endsWith('.md'),
  )
  const sizes = files.map(path => gzipSync(readFileSync(join(folder, path))).length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  assert.ok(files.length > 3)
  assert.ok(total < GZIP_MOST, `${total} bytes`)
})
