import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { LIBRARY_VERSION } from './version.ts'

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8'))
  assert.equal(LIBRARY_VERSION, manifest.version)
})
