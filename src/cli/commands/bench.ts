/** `sluice bench` */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { formsOf } from '../../benchmarks/forms.ts'
import type { Measured, Mode, Profiled, ResultLine } from '../../benchmarks/result-line.ts'
import { type Phase, workloadNamed, workloads } from '../../benchmarks/workloads.ts'
import { OptionError } from '../../errors/errors.ts'
import { completeOptions, type OptionValues } from '../../models/option-table.ts'
import { aligned } from '../aligned.ts'
import { type Assignment, subjectOf } from '../bench-assignment.ts'
import { availableModes } from '../bench-modes.ts'
import type { Invocation } from '../invocation.ts'
import { counted, percent } from '../numbers.ts'
import { benchOptions } from '../option-tables.ts'

/** Three that differ: large products, small ones, a large table. */
const PROFILED_BY_DEFAULT = 'lstm-small,ptb-small,sentiment'
const CHILD = fileURLToPath(new URL(`../bench-child${import.meta.url.slice(-3)}`, import.meta.url))

export async function run({ options, isJson, terminal, signal }: Invocation): Promise<void> {
  const given = completeOptions('sluice bench', benchOptions, options)
  const assignments = assignmentsOf(given)
  if (assignments.length === 0) {
    throw new OptionError(
      `sluice bench: expected a workload that has this phase and form, got ${given.workload ?? 'those'} with ` +
        `${[given.phase, given.form].filter(name => name !== null).join(', ')}. Leave one of them out.`,
    )
  }
  const tableLine = tableOf(assignments)
  if (!isJson) await terminal.write(`${tableLine(heading(given.profile))}\n`)
  for (const [k, assignment] of assignments.entries()) {
    signal.throwIfAborted()
    terminal.progress(() => `${k + 1} of ${assignments.length}: ${nameOf(assignment)}`)
    const line = await measuredByChild(assignment, signal)
    await terminal.write(isJson ? `${JSON.stringify(line)}\n` : `${reportOf(line, tableLine).join('\n')}\n`)
  }
}

function assignmentsOf(given: OptionValues<typeof benchOptions>): Assignment[] {
  const { profile, mode, threads, budget, patience, runs } = given
  const names = (given.workload ?? (profile ? PROFILED_BY_DEFAULT : Object.keys(workloads).join(','))).split(',')
  const measuring = { threads, budget, patience, mostRuns: runs }
  const common = { mode: (mode ?? availableModes()[0]) as Mode, measuring, isProfiled: profile, startedAt: 0 }
  return names.flatMap(workload => {
    const phases = workloadNamed(workload).phases.filter(phase => given.phase === null || phase === given.phase)
    const forms = [undefined, ...formsOf(workload)].filter(form => given.form === null || form === given.form)
    const each = (phase: Phase) =>
      forms.map(form => ({ ...common, workload, phase, ...(form !== undefined && { form }) }))
    return phases.flatMap(each)
  })
}

/** A process of its own, so that peak memory and the time to the first result are the workload's. */
async function measuredByChild(assignment: Assignment, signal: AbortSignal): Promise<ResultLine> {
  const startedAt = performance.timeOrigin + performance.now()
  const argument = JSON.stringify({ ...assignment, startedAt })
  const child = spawn(process.execPath, [CHILD, argument], { stdio: ['ignore', 'pipe', 'pipe'], signal })
  const [output, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (code === 0) return JSON.parse(output) as Measured | Profiled
  const telling = complaint.split('\n').find(line => /^\w*Error\b/.test(line))
  return { ...subjectOf(assignment), error: telling ?? `the process ended with code ${code}` }
}

const nameOf = ({ workload, phase, form }: { workload: string; phase: string; form?: string }): string =>
  `${workload} ${phase}${form === undefined ? '' : ` (${form})`}`

type TableLine = (cells: readonly string[]) => string

/** Columns behind the name: the backend, then numbers. */
const COLUMNS = [11, 8, 7, 8, 7, 5]

/** Lines as they come, so the width of the names is known before. */
function tableOf(assignments: readonly Assignment[]): TableLine {
  const columns = [Math.max(...assignments.map(assignment => nameOf(assignment).length)), ...COLUMNS]
  return cells => cells.map((cell, k) => (k < 2 ? cell.padEnd(columns[k]) : cell.padStart(columns[k]))).join(' ')
}

function heading(isProfile: boolean): string[] {
  const numbers = isProfile ? ['ms a run'] : ['ms a run', 'GFLOP/s', 'first ms', 'peak MB', 'quiet']
  return ['workload', 'backend', ...numbers]
}

function reportOf(line: ResultLine, tableLine: TableLine): string[] {
  const start = [nameOf(line), line.backend]
  if ('error' in line) return [tableLine([...start, line.error])]
  const ms = line.ms_median.toPrecision(4)
  if ('profile' in line) return [tableLine([...start, ms]), ...profileReport(line)]
  const { gflops, first_result_ms, peak_rss_mb, quiet } = line
  return [
    tableLine([
      ...start,
      ms,
      String(gflops),
      counted(first_result_ms ?? 0),
      counted(peak_rss_mb),
      quiet ? 'yes' : 'no',
    ]),
  ]
}

function profileReport({ profile: { parts, functions } }: Profiled): string[] {
  const total = Object.values(parts).reduce((sum, ms) => sum + ms, 0)
  const row = (name: string, ms: number) => [`  ${name}`, ms.toPrecision(3), percent(ms / total)]
  const rows = Object.entries(parts).map(([part, ms]) => row(part, ms))
  const most = functions.map(({ name, url, ms }) => row(`${name} (${scriptOf(url)})`, ms))
  return [...aligned(rows), '  most in', ...aligned(most), '']
}

/** The end of a script's path; kernels have none. */
const scriptOf = (url: string): string =>
  url.startsWith('wasm:') ? 'kernel' : url.split('/').slice(-2).join('/') || 'engine'
