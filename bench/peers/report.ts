/** The generated parts of docs/performance.md. */
import { digits, nameOf, own, PEERS, type Place, percent, places, shownMs, THREADS, table } from './comparison.ts'
import { best, type Results, type Row, type Value } from './results.ts'
import { productsMs, rateOf, sgemmRoof } from './roof.ts'
import { targetsTable } from './target-rows.ts'

function millisecondsTable(results: Results): string {
  const columns: [string, (p: Place) => Value | null][] = [
    ...THREADS.map((t): [string, (p: Place) => Value | null] => [`wide ${t}T`, p => own(results, p, t)]),
    ...THREADS.map((t): [string, (p: Place) => Value | null] => [`narrow ${t}T`, p => own(results, p, t, 'narrow')]),
    ...PEERS.flatMap(peer =>
      THREADS.map((threads): [string, (p: Place) => Value | null] => [
        `${peer} ${threads}T`,
        p => best(results, { peer, threads, ...p }),
      ]),
    ),
    ['tfjs', p => best(results, { peer: 'tfjs', threads: 1, ...p })],
  ]
  const rows = places.map(p => [nameOf(p), ...columns.map(([, value]) => shownMs(value(p)))])
  return table(['ms a run', ...columns.map(([name]) => name)], rows.filter(isFilled))
}

const isFilled = (cells: readonly string[]): boolean => cells.slice(1).some(cell => cell !== '')

/** GFLOP/s, share of the sgemm roof, share of the roof of the own products; wide and narrow. */
function ratesTable(results: Results): string {
  const rows = places.map(p => {
    const cells = THREADS.flatMap(threads => {
      const wide = own(results, p, threads)
      const narrow = own(results, p, threads, 'narrow')
      const rate = (v: Value | null) => (v ? rateOf(p.workload, p.phase, v.ms) : 0)
      const roof = sgemmRoof(results, threads)
      const products = productsMs(results, p.workload, p.phase, threads)
      return [
        wide ? digits(rate(wide)) : '',
        narrow ? digits(rate(narrow)) : '',
        wide && roof > 0 ? wide.mark + percent(rate(wide) / roof) : '',
        wide && products ? wide.mark + percent(products / wide.ms) : '',
      ]
    })
    return [nameOf(p), ...cells]
  })
  const head = THREADS.flatMap(t => [`wide ${t}T`, `narrow ${t}T`, `of sgemm ${t}T`, `of own products ${t}T`])
  return table(['GFLOP/s', ...head], rows.filter(isFilled))
}

/** How many times as fast as each peer, wide mode. */
function ratiosTable(results: Results): string {
  const head = PEERS.flatMap(peer => THREADS.map(t => `${peer} ${t}T`))
  const rows = places.map(p => [
    nameOf(p),
    ...PEERS.flatMap(peer =>
      THREADS.map(threads => {
        const ours = own(results, p, threads)
        const theirs = best(results, { peer, threads, ...p })
        const mark = ours?.mark || theirs?.mark ? '~' : ''
        return ours && theirs ? mark + (theirs.ms / ours.ms).toFixed(2) : ''
      }),
    ),
  ])
  return table(['times as fast as', ...head], rows.filter(isFilled))
}

function startTable(results: Results): string {
  const rows = places.map(p => {
    const [ours, torch] = [own(results, p, 1)?.row, best(results, { peer: 'pytorch', threads: 1, ...p })?.row]
    const numbers = (row: Row | undefined) =>
      row ? [digits(row.first_result_ms ?? 0), digits(row.peak_rss_mb)] : ['', '']
    return [nameOf(p), ...numbers(ours), ...numbers(torch)]
  })
  return table(['one thread', 'first result, ms', 'peak memory, MB', 'PyTorch: ms', 'MB'], rows.filter(isFilled))
}

const FUNCTIONS_SHOWN = 8

function profileTables({ rows }: Results): string {
  const newest = new Map(rows.filter(r => r.profile).map(r => [nameOf(r), r]))
  return [...newest.values()].map(profileOf).join('')
}

function profileOf(row: Row): string {
  const { parts: spent, functions } = row.profile as NonNullable<Row['profile']>
  const total = Object.values(spent).reduce((sum, ms) => sum + ms, 0)
  const cells = Object.entries(spent).map(([part, ms]) => `${part} ${percent(ms / total)}`)
  const most = functions.slice(0, FUNCTIONS_SHOWN).map(f => `\`${f.name || 'a function'}\` ${percent(f.ms / total)}`)
  return (
    `- **${nameOf(row)}**, ${row.backend}, ${digits(row.ms_median)} ms: ${cells.join(', ')}.\n` +
    `  Most in: ${most.join(', ')}.\n`
  )
}

const newestNote = ({ notes }: Results, name: string): Readonly<Record<string, unknown>> =>
  notes.filter(n => n.note === name).at(-1) ?? {}

function machineList(results: Results): string {
  const { rows } = results
  const { processor, cores, system, memoryGb, node, date, load } = newestNote(results, 'machine')
  const versions = new Set(rows.filter(r => r.version).map(r => `${r.peer} ${r.version}`))
  const roof = rows.find(r => r.peer === 'numpy')?.backend ?? 'not measured'
  return [
    `- Measured ${date}; ${processor}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}.`,
    `- ${[...versions].join(', ')}; the roof: ${roof}.`,
    `- sgemm, the best shape: ${THREADS.map(t => `${digits(sgemmRoof(results, t))} GFLOP/s with ${t}`).join(', ')}.`,
    `- Load of the machine when the last run began: ${load}.\n`,
  ].join('\n')
}

interface Page {
  readonly page: string
  readonly gzipKb: number
  readonly limitKb: number
}

function sizeTable(results: Results): string {
  const pages = (newestNote(results, 'size').pages ?? []) as readonly Page[]
  const { medianMs, count, limitMs } = newestNote(results, 'start-up')
  return [
    ...pages.map(({ page, gzipKb, limitKb }) => `- A page that ${page}: ${gzipKb} kB (limit ${limitKb} kB).\n`),
    `- \`predict\` from process start: ${medianMs} ms, median of ${count} (limit ${limitMs} ms).\n`,
  ].join('')
}

/** By the name of their place in the document. */
export const parts: Readonly<Record<string, (results: Results) => string>> = {
  machine: machineList,
  targets: targetsTable,
  milliseconds: millisecondsTable,
  rates: ratesTable,
  ratios: ratiosTable,
  start: startTable,
  profile: profileTables,
  size: sizeTable,
}
