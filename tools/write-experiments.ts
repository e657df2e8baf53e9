/**
 * Writes the tables of docs/experiments.md and its translation from the results in docs/results/, and draws the charts
 * of those results. A test fails where a document or a chart differs.
 *
 *   node tools/write-experiments.ts
 *
 * A table stands between `<!-- results of NAME -->` and `<!-- end -->`, NAME being the file's name without `.json`.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { chartFileName, type ExperimentResult } from '../src/experiments/result.ts'
import { drawChart } from '../src/experiments/svg-chart.ts'
import { TABLE_HEAD, tableRows } from '../src/experiments/table.ts'
import { CHINESE } from './experiment-words.ts'

const DOCS = resolve(import.meta.dirname, '../docs')

export const LANGUAGES = [
  { language: 'en', document: resolve(DOCS, 'experiments.md') },
  { language: 'zh', document: resolve(DOCS, 'experiments.zh-CN.md') },
] as const

type Language = (typeof LANGUAGES)[number]['language']

/** By name. */
export function readResults(): Map<string, ExperimentResult> {
  const files = globSync('results/*.json', { cwd: DOCS }).sort()
  return new Map(files.map(file => [basename(file, '.json'), JSON.parse(readFileSync(resolve(DOCS, file), 'utf8'))]))
}

/** File and content of each chart. */
export function chartsOf(results: ReadonlyMap<string, ExperimentResult>): [string, string][] {
  return [...results].flatMap(([name, { charts }]) =>
    charts.map((chart): [string, string] => [resolve(DOCS, 'results', chartFileName(name, chart)), drawChart(chart)]),
  )
}

/** @returns  The document with each of its tables made anew. @throws one is of no result, or its end is missing. */
export function withTables(
  document: string,
  results: ReadonlyMap<string, ExperimentResult>,
  language: Language,
): string {
  return document.replaceAll(/(<!-- results of (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin, name, end) => {
    const result = results.get(name)
    if (!result) throw new Error(`docs: expected a result ${name}.json in docs/results, got none.`)
    return `${begin}${tableOf(result, language)}${end}`
  })
}

function tableOf(result: ExperimentResult, language: Language): string {
  const say = (text: string) => (language === 'zh' ? translated(text) : text)
  const row = (cells: readonly string[]) => `| ${cells.map(cell => say(cell).replaceAll('|', '\\|')).join(' | ')} |\n`
  const rows = tableRows(result.figures).map(row).join('')
  return `\n${row(TABLE_HEAD)}|---|---|--:|---|---|---|\n${rows}\n${factsOf(result, language)}\n\n`
}

/** How the figures came about, in one line. */
function factsOf({ command, date, machine, seeds, ...times }: ExperimentResult, language: Language): string {
  const [time, processor] = [times.seconds, times.processorSeconds].map(written)
  const last = seeds.at(-1) as number
  if (language === 'zh') {
    const which = seeds.length === 1 ? `种子 ${last}` : `种子 1–${last}`
    const on = machine.replace('one thread', '单线程').replace('threads', '线程')
    return `\`${command}\`；${which}；用时 ${time}（处理器时间 ${processor}）；${date}；${on}。`
  }
  const which = seeds.length === 1 ? `seed ${last}` : `seeds 1 to ${last}`
  return `\`${command}\`; ${which}; ${time} by the clock, ${processor} of the processor; ${date}; ${machine}.`
}

const written = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`

/** Words within a cell that the dictionary has, the longest first; numbers and names stay. */
function translated(cell: string): string {
  if (Object.hasOwn(CHINESE, cell)) return CHINESE[cell]
  const words = Object.entries(CHINESE).sort(([a], [b]) => b.length - a.length)
  return words.reduce((text, [english, chinese]) => text.replace(wholeWords(english), chinese), cell)
}

const wholeWords = (words: string): RegExp =>
  new RegExp(`(?<![A-Za-z])${words.replaceAll(/[.*+?^$()[\]{}|\\]/g, String.raw`\$&`)}(?![A-Za-z])`)

if (import.meta.main) {
  const results = readResults()
  for (const [file, chart] of chartsOf(results)) writeFileSync(file, chart)
  for (const { language, document } of LANGUAGES) {
    writeFileSync(document, withTables(readFileSync(document, 'utf8'), results, language))
  }
}
