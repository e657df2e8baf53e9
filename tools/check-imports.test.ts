import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOffences, importsOf } from './check-imports.ts'

/** Checks a small source tree; what it imports from is there, and empty. */
function offencesOf(files: Record<string, string>, dependencies: string[] = []): string[] {
  const present = { 'src/errors/errors.ts': '', 'src/cells/lstm.ts': '', 'src/platform/node/files.ts': '' }
  return findOffences(new Map(Object.entries({ ...present, ...files })), new Set(dependencies))
}

test('an import from a layer above is allowed', () => {
  assert.deepEqual(offencesOf({ 'src/layers/recurrent.ts': "import { lstm } from '../cells/lstm.ts'\n" }), [])
})

test('an import from a layer below is an offence, with file and line', () => {
  assert.deepEqual(offencesOf({ 'src/formula/graph.ts': "\nimport { lstm } from '../cells/lstm.ts'\n" }), [
    'src/formula/graph.ts:2: imports src/cells/lstm.ts: formula stands above cells',
  ])
})

test('a type, a re-export, a dynamic import and an import over several lines count too', () => {
  const sources = [
    "import type { Lstm } from '../cells/lstm.ts'",
    "export { lstm } from '../cells/lstm.ts'",
    "export const load = () => import('../cells/lstm.ts')",
    "import {\n  lstm,\n} from '../cells/lstm.ts'",
    "import '../cells/lstm.ts'",
  ]
  for (const source of sources) assert.equal(offencesOf({ 'src/formula/graph.ts': source }).length, 1, source)
})

test('an import in a comment does not count', () => {
  assert.deepEqual(importsOf("/**\n * import { x } from 'sluice'\n * await import('sluice')\n */\n"), [])
  assert.deepEqual(importsOf("// import('sluice')\n"), [])
})

test('a test file may import anything, and only tests import it', () => {
  const source = "import { lstm } from '../cells/lstm.ts'\nimport fc from 'fast-check'\nimport fs from 'node:fs'\n"
  assert.deepEqual(offencesOf({ 'src/formula/graph.test.ts': source }), [])
  assert.deepEqual(offencesOf({ 'src/cells/a.test.ts': '', 'src/cells/gru.ts': "import './a.test.ts'\n" }), [
    'src/cells/gru.ts:1: imports the test file src/cells/a.test.ts',
  ])
})

test('Node is imported by the platform, the command line and the server only', () => {
  const source = "import { readFileSync } from 'node:fs'\n"
  assert.deepEqual(offencesOf({ 'src/platform/node/a.ts': source, 'src/cli/main.ts': source }), [])
  assert.match(
    offencesOf({ 'src/models/a.ts': source })[0] ?? '',
    /^src\/models\/a\.ts:1: imports node:fs: Node belongs/,
  )
  assert.equal(offencesOf({ 'src/platform/browser/a.ts': source }).length, 1)
})

test('the numeric core has no dependency; the rest only what is installed with the package', () => {
  const source = "import { parse } from 'csv-parse/sync'\n"
  assert.deepEqual(offencesOf({ 'src/data/csv.ts': source }, ['csv-parse']), [])
  assert.match(offencesOf({ 'src/data/csv.ts': source })[0] ?? '', /not in package\.json's dependencies/)
  assert.match(offencesOf({ 'src/tensor/a.ts': source }, ['csv-parse'])[0] ?? '', /tensor has no dependency/)
})

test('files that import one another are named in order', () => {
  const files = {
    'src/cells/a.ts': "import { b } from './b.ts'\n",
    'src/cells/b.ts': "import type { C } from './c.ts'\n",
    'src/cells/c.ts': "import { a } from './a.ts'\n",
  }
  assert.deepEqual(offencesOf(files), [
    'circular: src/cells/a.ts -> src/cells/b.ts -> src/cells/c.ts -> src/cells/a.ts',
  ])
})

test('an index.ts only re-exports', () => {
  const door =
    "// What people import.\nexport {\n  lstm,\n} from './cells/lstm.ts'\nexport type * from './errors/errors.ts'\n"
  assert.deepEqual(offencesOf({ 'src/index.ts': door }), [])
  assert.deepEqual(offencesOf({ 'src/index.ts': `${door}export const more = 1\n` }), [
    'src/index.ts:1: an index.ts only re-exports',
  ])
})

test('src/index.ts, which pages load, has nothing of Node', () => {
  assert.match(offencesOf({ 'src/index.ts': "export * from './platform/node/files.ts'\n" })[0] ?? '', /pages load/)
  assert.deepEqual(offencesOf({ 'src/node.ts': "export * from './platform/node/files.ts'\n" }), [])
})

test('the version is for every layer, the door for none', () => {
  const files = { 'src/version.ts': '', 'src/index.ts': '', 'src/cells/a.ts': "import { v } from '../version.ts'\n" }
  assert.deepEqual(offencesOf(files), [])
  const door = offencesOf({ ...files, 'src/cells/b.ts': "import { v } from '../index.ts'\n" })
  assert.match(door[0] ?? '', /not the package's door/)
})

test('a folder that is no layer and a file that is not there are named', () => {
  assert.deepEqual(offencesOf({ 'src/misc/a.ts': '' }), ['src/misc/a.ts:1: src/misc is no layer'])
  assert.match(offencesOf({ 'src/cells/gru.ts': "import './gone.ts'\n" })[0] ?? '', /no source file under src/)
})
