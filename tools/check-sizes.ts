/**
 * Names the files that are longer or wider than we want, or whose name says nothing: at most 400 lines a file and 120
 * columns a line, and no utils.ts, helpers.ts, common.ts or types.ts in src/. A file that must be longer says why in
 * its header, in a line that begins with `Longer than 400 lines:`.
 */
import { globSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'

const LINES_MAX = 400
const COLUMNS_MAX = 120
const HEADER_LINES = 20
const REASON = /Longer than 400 lines: \S/
const EMPTY_NAMES = new Set(['utils', 'helpers', 'common', 'types'])

/** @returns One line an offence of this file, `path:line: what`. */
export function sizeOffences(path: string, source: string): string[] {
  const lines = source.replace(/\n$/, '').split('\n')
  const wide = lines.flatMap((line, index) =>
    line.length > COLUMNS_MAX ? [`${path}:${index + 1}: ${line.length} columns, at most ${COLUMNS_MAX}`] : [],
  )
  const hasReason = REASON.test(lines.slice(0, HEADER_LINES).join('\n'))
  const isLong = lines.length > LINES_MAX && !hasReason
  const stem = posix.basename(path).split('.')[0] ?? ''
  const isEmptyName = path.startsWith('src/') && EMPTY_NAMES.has(stem)
  return [
    ...(isLong ? [`${path}:1: ${lines.length} lines, at most ${LINES_MAX} without a reason in the header`] : []),
    ...(isEmptyName ? [`${path}:1: name it for what it does, not ${stem}`] : []),
    ...wide,
  ]
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..')
  const paths = globSync('{src,test,tools,bench,examples,studio}/**/*.{ts,tsx,js,mjs,cjs,css}', { cwd: root })
  const offences = paths
    .map(path => path.replaceAll('\\', '/'))
    .sort()
    .flatMap(path => sizeOffences(path, readFileSync(resolve(root, path), 'utf8')))
  for (const offence of offences) process.stderr.write(`${offence}\n`)
  process.exitCode = offences.length === 0 ? 0 : 1
}
