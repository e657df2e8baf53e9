/** The lines of a comparison: how they are kept, and which of several counts. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

export interface Row {
  readonly peer: string
  readonly version?: string
  readonly backend?: string
  readonly threads?: number
  readonly workload: string
  readonly phase: string
  readonly form?: string
  readonly setting?: string
  readonly variant?: string
  readonly shape?: readonly [number, number, number]
  readonly node?: string
  readonly quiet?: boolean
  readonly error?: string
  readonly skipped?: string
  readonly ms_median: number
  readonly ms_min: number
  readonly cpu_ms: number
  readonly gflops: number | null
  readonly first_result_ms: number | null
  readonly peak_rss_mb: number
  readonly profile?: { readonly parts: Readonly<Record<string, number>>; readonly functions: readonly FunctionRow[] }
}

interface FunctionRow {
  readonly name: string
  readonly url: string
  readonly ms: number
}

/** What is known of the machine and of the rest of a run: a line with `note` first. */
export interface Note {
  readonly note: string
  readonly [name: string]: unknown
}

export interface Results {
  readonly rows: readonly Row[]
  readonly notes: readonly Note[]
}

export function readResults(path: string): Results {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const documents = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Row | Note)
  return {
    rows: documents.filter((d): d is Row => 'peer' in d && !d.skipped),
    notes: documents.filter((d): d is Note => 'note' in d),
  }
}

export const append = (path: string, line: object): void => appendFileSync(path, `${JSON.stringify(line)}\n`)

/** What a result says, and how sure: quiet median; else processor time of one thread; else the least time seen. */
export interface Value {
  readonly ms: number
  readonly mark: '' | '~' | '<'
  readonly row: Row
}

export function weighed(row: Row): Value | null {
  if (row.error !== undefined || row.ms_median === undefined || row.profile) return null
  if (row.quiet) return { ms: row.ms_median, mark: '', row }
  if (row.threads === 1) return { ms: Math.min(row.cpu_ms, row.ms_median), mark: '~', row }
  return { ms: row.ms_min, mark: '<', row }
}

export interface Wanted {
  readonly peer: string
  readonly backend?: string
  readonly threads: number
  readonly workload: string
  readonly phase: string
  /** Default: no form. */
  readonly form?: string
}

const SURENESS = ['', '~', '<']

/**
 * The result that counts: the surest; of these the newest of ours, as the code changes, and the best of a peer, as
 * that is what counts most against us.
 */
export function best({ rows }: Results, wanted: Wanted): Value | null {
  const { peer, backend, threads, workload, phase, form } = wanted
  const values = rows
    .filter(r => r.peer === peer && r.threads === threads && r.workload === workload && r.phase === phase)
    .filter(r => r.form === form && (backend === undefined || r.backend === backend))
    .map(weighed)
    .filter(v => v !== null)
  const sure = Math.min(...values.map(v => SURENESS.indexOf(v.mark)))
  const surest = values.filter(v => SURENESS.indexOf(v.mark) === sure)
  if (peer === 'sluice') return surest.at(-1) ?? null
  return surest.sort((a, b) => a.ms - b.ms)[0] ?? null
}
