/** The examples of README and docs run, and what they link to is there. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { blocksOf, ROOT, testDocument, wordsOf, writePrograms } from './documents.ts'

const DOCUMENTS = ['*.md', 'docs/**/*.md'].flatMap(pattern => globSync(pattern, { cwd: ROOT })).sort()

const out = mkdtempSync(join(tmpdir(), 'sluice-docs-out-'))
before(() => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'examples/start.ts'), out], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})
after(() => rmSync(out, { recursive: true, force: true }))

for (const path of DOCUMENTS) {
  const source = readFileSync(join(ROOT, path), 'utf8')
  if (blocksOf(source).some(({ marks }) => marks.includes('run'))) testDocument(path, out)
}

it('programs have right types', () => {
  const folder = join(out, 'programs')
  for (const path of DOCUMENTS) writePrograms(path, join(folder, path.replace(/\W/g, '-')))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')], noUnusedLocals: false },
    include: ['**/*.ts', join(ROOT, 'src/**/*.d.ts')],
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

it('README.zh-CN.md has the programs and commands of README.md, but for comments', () => {
  const programsOf = (path: string) =>
    blocksOf(readFileSync(join(ROOT, path), 'utf8')).map(({ code }) => code.replace(/ \/\/ .*$/gm, ''))
  assert.deepEqual(programsOf('README.zh-CN.md'), programsOf('README.md'))
})

describe('links', () => {
  for (const path of DOCUMENTS) {
    it(`of ${path} lead to files`, () => {
      const source = readFileSync(join(ROOT, path), 'utf8')
      const links = [...source.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to]) => to)
      const missing = links.filter(to => !/^https?:/.test(to) && !existsSync(join(ROOT, dirname(path), to)))
      assert.deepEqual(missing, [])
    })
  }
})

describe('blocks of a document', () => {
  it('have a line, a language, marks and code', () => {
    assert.deepEqual(blocksOf('One\n```ts run file=a.ts\nlet a\n```\n\n```text\nb\n```\n'), [
      { line: 2, language: 'ts', marks: ['run', 'file=a.ts'], code: 'let a\n' },
      { line: 6, language: 'text', marks: [''], code: 'b\n' },
    ])
  })

  it('commands are words, and texts in double quotes', () => {
    assert.deepEqual(wordsOf('predict a.safetensors "two words" -'), ['predict', 'a.safetensors', 'two words', '-'])
  })
})
