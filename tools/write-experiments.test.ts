import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { test } from 'node:test'
import { TABLE_HEAD } from '../src/experiments/table.ts'
import { CHINESE } from './experiment-words.ts'
import { chartsOf, LANGUAGES, readResults, withTables } from './write-experiments.ts'

const results = readResults()
const ADVICE = 'Run `node tools/write-experiments.ts`.'

test('charts are those of the results', () => {
  for (const [file, chart] of chartsOf(results)) assert.equal(readFileSync(file, 'utf8'), chart, `${file}: ${ADVICE}`)
})

test('only full runs are kept', () => {
  for (const [name, { extent }] of results) assert.equal(extent, 'full', name)
})

for (const { language, document } of LANGUAGES) {
  const text = readFileSync(document, 'utf8')

  test(`the document has the tables of the results: ${language}`, () => {
    assert.equal(withTables(text, results, language), text, ADVICE)
    for (const name of results.keys()) assert.ok(text.includes(`<!-- results of ${name} -->`), `${name} has no table`)
  })

  test(`every chart of a result is shown, and every picture is there: ${language}`, () => {
    const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => resolve(dirname(document), path))
    for (const picture of pictures) assert.ok(existsSync(picture), picture)
    for (const [chart] of chartsOf(results)) assert.ok(pictures.includes(chart), `${chart} is not shown`)
  })
}

test('the Chinese tables have no English words but names', () => {
  const words = [...results.values()].flatMap(({ figures }) => figures.map(({ what }) => what))
  for (const word of [...TABLE_HEAD, ...words]) assert.ok(Object.hasOwn(CHINESE, word), `"${word}" is not translated`)
})
