/**
 * Runs the examples of a document, so that they stay true. What is run is marked behind the language of a fenced block:
 *
 *     ```ts run              a program; the blocks of a document run in order, in one folder
 *     ```sh run              a command a line: `sluice …`, with or without `npm run --silent … --` before it
 *     ```ts run file=NAME    the same, under this name, for blocks that import it
 *     ```text prints         what the block before it prints, in full
 *
 * The folder holds what `npm start` writes, in `out/`. The package's names stand for its sources.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'

export const ROOT = resolve(import.meta.dirname, '../..')

export interface Block {
  /** Of the line that opens it, from 1. */
  readonly line: number
  readonly language: string
  readonly marks: readonly string[]
  readonly code: string
}

/** The fenced blocks of a document, in order. */
export function blocksOf(document: string): Block[] {
  const fences = /^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm
  return [...document.matchAll(fences)].map(({ index, 1: language, 2: marks, 3: code }) => ({
    line: document.slice(0, index).split('\n').length,
    language,
    marks: marks.trim().split(/\s+/),
    code,
  }))
}

/** Commands as the shell would split them: words, and words in double quotes. */
export const wordsOf = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)

const DOORS: Readonly<Record<string, string>> = {
  sluice: 'src/index.ts',
  'sluice/node': 'src/platform/node/index.ts',
}

/** The package's names as files of the sources. @param prefix  What a path begins with. */
const fromSources = (code: string, prefix: string) =>
  code.replace(/from '(sluice(?:\/\w+)?)'/g, (_, door) => `from '${prefix}${join(ROOT, DOORS[door])}'`)

function node(words: readonly string[], folder: string, where: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, `${where}: ${words.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

/** The file that a program is written to. */
const fileOf = ({ marks, line }: Block): string =>
  marks.find(mark => mark.startsWith('file='))?.slice('file='.length) ?? `line-${line}.ts`

/** Runs a block. @returns  What it prints. */
function run(block: Block, folder: string, where: string): string {
  const { language, code, line } = block
  if (language === 'ts') {
    const file = fileOf(block)
    writeFileSync(join(folder, file), fromSources(code, 'file://'))
    return node([file], folder, where)
  }
  assert.equal(language, 'sh', `${where}:${line}: only ts and sh can be run`)
  const commands = code.split('\n').filter(command => command.trim() !== '' && !command.startsWith('#'))
  const main = join(ROOT, 'src/cli/main.ts')
  return commands
    .map(command => {
      const match = /^(?:npm run --silent )?sluice (?:-- )?(.*)$/.exec(command)
      assert.ok(match, `${where}:${line}: expected a command of sluice, got ${command}`)
      return node([main, ...wordsOf(match[1])], folder, where)
    })
    .join('')
}

/** Writes the programs of a document into a folder, for the compiler. @returns  Their paths. */
export function writePrograms(path: string, folder: string): string[] {
  const programs = blocksOf(readFileSync(join(ROOT, path), 'utf8')).filter(
    ({ language, marks }) => language === 'ts' && marks.includes('run'),
  )
  return programs.map(block => {
    const file = join(folder, fileOf(block))
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, fromSources(block.code, ''))
    return file
  })
}

/** Tests all marked blocks of a document. @param path  From the root. @param out  What `npm start` has written. */
export function testDocument(path: string, out: string): void {
  const blocks = blocksOf(readFileSync(join(ROOT, path), 'utf8'))
  describe(path, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-docs-'))
    before(() => {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
      cpSync(out, join(folder, 'out'), { recursive: true })
    })
    after(() => rmSync(folder, { recursive: true, force: true }))
    let printed = ''
    for (const block of blocks) {
      const { marks, code, line } = block
      if (marks.includes('run')) {
        it(`the example of line ${line} runs`, () => {
          printed = run(block, folder, `${path}:${line}`)
        })
      }
      if (marks.includes('prints')) {
        it(`it prints what stands in line ${line}`, () => assert.equal(printed.trimEnd(), code.trimEnd()))
      }
    }
  })
}
