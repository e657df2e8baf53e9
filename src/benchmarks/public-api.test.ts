import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as sluice from '../index.ts'

test('the workloads are written with what the package exports', () => {
  const files = globSync('*-run.ts', { cwd: import.meta.dirname }).filter(file => file !== 'create-run.ts')
  assert.ok(files.length >= 5)
  for (const file of files) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8')
    for (const [, names] of source.matchAll(/^import \{([^}]+)\} from '\.\.\//gm)) {
      const values = names.split(',').map(name => name.trim())
      const missing = values.filter(name => name !== '' && !name.startsWith('type ') && !(name in sluice))
      assert.deepEqual(missing, [], file)
    }
  }
})
