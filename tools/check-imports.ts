/**
 * Holds the directions of imports in src/ (docs/decisions/0003-checks-of-our-own.md):
 *
 *   a file imports from its own row of LAYERS and the rows above it; no file imports itself through others;
 *   `node:*` only in NODE_FOLDERS; no package in PURE_FOLDERS, elsewhere only those in `dependencies`;
 *   an index.ts only re-exports, and src/index.ts, which pages load, nothing of the platform or the ways in.
 *
 * Test files (`*.test.ts`, and `*.test-*.ts` that serve them) may import anything, and nothing but tests imports one.
 * Imports are read with regular expressions at the start of a line, which is where the formatter puts them; types count
 * like values.
 */
import { globSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'

const LAYERS = [
  ['errors', 'random'],
  ['formula'],
  ['devices'],
  ['tensor'],
  ['cells'],
  ['layers'],
  ['formats'],
  ['training'],
  ['text', 'data'],
  ['models'],
  ['inspect'],
  ['interchange'],
  ['benchmarks', 'experiments'],
  ['platform'],
  ['cli', 'server'],
]

const PURE_FOLDERS = new Set('errors random formula devices tensor cells layers formats training inspect'.split(' '))
const NODE_FOLDERS = ['src/platform/node/', 'src/cli/', 'src/server/']
const NOT_FOR_PAGES = ['src/platform/node/', 'src/cli/', 'src/server/']

const STATEMENT = /^(?:import|export)\s+(?:type\s+)?[\w$*{][^;'"`()=]*?\sfrom\s+['"]([^'"]+)['"]/gm
const SIDE_EFFECT = /^import\s+['"]([^'"]+)['"]/gm
const DYNAMIC = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm
const REEXPORT = /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+['"][^'"]+['"];?$/gm
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

export interface Import {
  readonly specifier: string
  /** Counted from 1. */
  readonly line: number
}

/** The imports and re-exports of one source text, in order. */
export function importsOf(source: string): Import[] {
  const found = [STATEMENT, SIDE_EFFECT, DYNAMIC].flatMap(pattern =>
    [...source.matchAll(pattern)].map(match => ({ at: match.index, specifier: match[1] ?? '' })),
  )
  found.sort((a, b) => a.at - b.at)
  return found.map(({ at, specifier }) => ({ specifier, line: source.slice(0, at).split('\n').length }))
}

const isTest = (path: string) => /\.test(?:-[\w-]+)?\.ts$/.test(path)
const folderOf = (path: string) => path.split('/')[1] ?? ''
/** A door, which the files behind it must not use; the version is a constant for all. */
const isTopLevel = (path: string) => path.split('/').length === 2
const isDoor = (path: string) => isTopLevel(path) && path !== 'src/version.ts'
const rankOf = (path: string) => LAYERS.findIndex(row => row.includes(folderOf(path)))

function offenceOfRelative(path: string, target: string, files: ReadonlyMap<string, string>): string | undefined {
  if (!files.has(target)) return `imports ${target}, which is no source file under src/`
  if (isTest(target)) return `imports the test file ${target}`
  if (isTopLevel(path)) {
    const isForPages = path === 'src/index.ts' && NOT_FOR_PAGES.some(folder => target.startsWith(folder))
    return isForPages ? `imports ${target}, but pages load src/index.ts` : undefined
  }
  if (isDoor(target)) return `imports ${target}: import the file itself, not the package's door`
  if (rankOf(target) > rankOf(path)) return `imports ${target}: ${folderOf(path)} stands above ${folderOf(target)}`
  return undefined
}

function offenceOfPackage(path: string, specifier: string, dependencies: ReadonlySet<string>): string | undefined {
  if (specifier.startsWith('node:')) {
    const isAllowed = NODE_FOLDERS.some(folder => path.startsWith(folder))
    return isAllowed ? undefined : `imports ${specifier}: Node belongs in ${NODE_FOLDERS.join(', ')}`
  }
  if (PURE_FOLDERS.has(folderOf(path))) return `imports ${specifier}: ${folderOf(path)} has no dependency`
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return dependencies.has(name) ? undefined : `imports ${specifier}, which is not in package.json's dependencies`
}

/** One path around each group of files that import one another. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string) => {
    const at = path.indexOf(file)
    if (at >= 0) cycles.push([...path.slice(at), file].join(' -> '))
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return cycles
}

/**
 * @param files         Path from the root, as `src/cells/lstm.ts`, to source text: all TypeScript files of src/.
 * @param dependencies  Names of the packages that are installed with ours.
 * @returns             One line an offence, `path:line: what`; empty when all is well.
 */
export function findOffences(files: ReadonlyMap<string, string>, dependencies: ReadonlySet<string>): string[] {
  const offences: string[] = []
  const graph = new Map<string, string[]>()
  for (const [path, source] of files) {
    if (isTest(path)) continue
    if (!isTopLevel(path) && rankOf(path) < 0) offences.push(`${path}:1: src/${folderOf(path)} is no layer`)
    const isIndex = posix.basename(path) === 'index.ts'
    if (isIndex && source.replace(COMMENT, '').replace(REEXPORT, '').trim() !== '') {
      offences.push(`${path}:1: an index.ts only re-exports`)
    }
    const targets: string[] = []
    for (const { specifier, line } of importsOf(source)) {
      const isRelative = specifier.startsWith('.')
      const target = posix.join(posix.dirname(path), specifier)
      const offence = isRelative
        ? offenceOfRelative(path, target, files)
        : offenceOfPackage(path, specifier, dependencies)
      if (offence !== undefined) offences.push(`${path}:${line}: ${offence}`)
      if (isRelative) targets.push(target)
    }
    graph.set(path, targets)
  }
  return [...offences, ...cyclesOf(graph).map(cycle => `circular: ${cycle}`)]
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..')
  const read = (path: string) => readFileSync(resolve(root, path), 'utf8')
  const paths = globSync('src/**/*.{ts,js}', { cwd: root }).map(path => path.replaceAll('\\', '/'))
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(read('package.json'))
  const offences = findOffences(
    new Map(paths.sort().map(path => [path, read(path)])),
    new Set(Object.keys({ ...dependencies, ...optionalDependencies })),
  )
  for (const offence of offences) process.stderr.write(`${offence}\n`)
  process.exitCode = offences.length === 0 ? 0 : 1
}
