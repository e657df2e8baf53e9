/** `sluice experiment` */
import { mkdir } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { DataError, OptionError } from '../../errors/errors.ts'
import { didYouMean } from '../../errors/nearest.ts'
import type { Extent } from '../../experiments/experiment.ts'
import { type ExperimentDescription, experiments } from '../../experiments/registry.ts'
import { chartFileName, type ExperimentResult, fileNameOf, resultOf, resultText } from '../../experiments/result.ts'
import { drawChart } from '../../experiments/svg-chart.ts'
import { TABLE_HEAD, tableRows } from '../../experiments/table.ts'
import { completeOptions } from '../../models/option-table.ts'
import { writeFileAtomically } from '../../platform/node/index.ts'
import { LIBRARY_VERSION } from '../../version.ts'
import { facts } from '../aligned.ts'
import { useWasm } from '../device.ts'
import { FolderCheckpoints, readData, requireData } from '../experiment-data.ts'
import { experimentOptions } from '../experiment-options.ts'
import { IN_PACKAGE, readPackageText } from '../experiment-packages.ts'
import { flagOf } from '../flags.ts'
import type { Invocation } from '../invocation.ts'
import { clock } from '../numbers.ts'
import type { Terminal } from '../terminal.ts'

export async function run(invocation: Invocation): Promise<void> {
  const [name] = invocation.operands
  if (name === 'list') return await list(invocation)
  const description = experimentNamed(name)
  const given = completeOptions('sluice experiment', experimentOptions, invocation.options)
  const variant = variantOf(description, given)
  const { isJson, terminal } = invocation
  const folder = given.data ?? process.env.SLUICE_DATA ?? null
  if (description.data !== null) await requireData(folder, description.data)
  await folderMade(given.out)
  const extent = given.quick ? 'quick' : 'full'
  const stem = fileNameOf(name, variant, extent)
  const checkpoints = new FolderCheckpoints(given.out, stem, given.resume, terminal)
  await useWasm({ threads: given.threads })
  const result = await resultOfRun(description, invocation, { ...given, folder, variant, extent, checkpoints })
  const files = await written(given.out, stem, result)
  await checkpoints.remove()
  await terminal.write(isJson ? `${JSON.stringify(result)}\n` : report(result, files))
}

interface Settled {
  readonly folder: string | null
  readonly variant: string | null
  readonly extent: Extent
  readonly seeds: number | null
  readonly threads: number
  readonly checkpoints: FolderCheckpoints
}

async function resultOfRun(
  { name, load }: ExperimentDescription,
  { signal, terminal }: Invocation,
  { folder, variant, extent, threads, checkpoints, ...given }: Settled,
): Promise<ExperimentResult> {
  const { experiment } = await load()
  const seeds = Array.from({ length: given.seeds ?? experiment.seeds[extent] }, (_, k) => k + 1)
  const readText = (path: string) =>
    path.startsWith(IN_PACKAGE) ? readPackageText(path) : readData(folder ?? '', path)
  const context = { extent, variant, seeds, signal, onProgress: progressOn(terminal), readText, checkpoints }
  const [start, before] = [performance.now(), process.cpuUsage()]
  const findings = await checkpoints.during(() => experiment.run(context))
  const { user, system } = process.cpuUsage(before)
  return resultOf(findings, {
    experiment: name,
    variant,
    extent,
    question: experiment.question,
    command: commandOf(name, variant, extent, given.seeds),
    seeds,
    seconds: rounded((performance.now() - start) / 1000),
    processorSeconds: rounded((user + system) / 1e6),
    isResumed: checkpoints.hasLoaded,
    date: new Date().toISOString().slice(0, 10),
    machine: machineOf(threads),
    library: LIBRARY_VERSION,
  })
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10

/** Writes the result and its charts. @returns  The files. */
async function written(folder: string, stem: string, result: ExperimentResult): Promise<string[]> {
  const contents: [string, string][] = [
    [`${stem}.json`, resultText(result)],
    ...result.charts.map((chart): [string, string] => [chartFileName(stem, chart), drawChart(chart)]),
  ]
  for (const [name, content] of contents) await writeFileAtomically(join(folder, name), Buffer.from(content))
  return contents.map(([name]) => join(folder, name))
}

async function list({ isJson, terminal }: Invocation): Promise<void> {
  const entries = experiments.map(({ name, about, variants, data }) => ({ name, about, variants, data }))
  if (isJson) return await terminal.write(`${JSON.stringify({ experiments: entries })}\n`)
  const lines = facts(
    entries.flatMap(({ name, about, variants }): [string, string][] => [
      [name, about],
      ...Object.entries(variants).map(([variant, what]): [string, string] => [`  ${flagOf(variant)}`, what]),
    ]),
  )
  await terminal.write(`${lines.join('\n')}\n`)
}

function experimentNamed(name: string): ExperimentDescription {
  const found = experiments.find(experiment => experiment.name === name)
  if (found) return found
  const names = experiments.map(experiment => experiment.name)
  throw new OptionError(
    `sluice experiment: expected list or one of ${names.join(', ')}, got "${name}".${didYouMean(name, names)}`,
  )
}

/** @throws {OptionError} the experiment has no such variant, or two are given. */
function variantOf({ name, variants }: ExperimentDescription, given: Readonly<Record<string, unknown>>): string | null {
  const all = new Set(experiments.flatMap(experiment => Object.keys(experiment.variants)))
  const chosen = [...all].filter(variant => given[variant] === true)
  const strange = chosen.find(variant => !Object.hasOwn(variants, variant))
  if (strange === undefined && chosen.length <= 1) return chosen[0] ?? null
  const known = Object.keys(variants).map(flagOf)
  const expected = known.length === 0 ? 'no variant' : `at most one variant (${known.join(', ')})`
  throw new OptionError(
    `sluice experiment ${name}: expected ${expected}, got ${chosen.map(flagOf).join(' ')}. Leave it out.`,
  )
}

async function folderMade(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    const { message } = cause as Error
    throw new DataError(`--out: expected a folder that can be made, got ${folder} (${message}). Give another.`, {
      cause,
    })
  }
}

/** The bar, what is done, and how long it will take if it goes on so. */
function progressOn(terminal: Terminal) {
  const start = performance.now()
  let first: number | null = null
  return (share: number, doing: string): void => {
    first ??= share
    const begun = first
    terminal.progress(() => {
      const done = share - begun
      const left = done > 0 ? ((performance.now() - start) / 1000) * ((1 - share) / done) : null
      const full = Math.round(share * 10)
      return `${'█'.repeat(full)}${'░'.repeat(10 - full)} ${doing}${left === null ? '' : `  ${clock(left)} left`}`
    })
  }
}

function commandOf(name: string, variant: string | null, extent: Extent, seeds: number | null): string {
  const flags = [variant && flagOf(variant), extent === 'quick' && '--quick', seeds !== null && `--seeds ${seeds}`]
  return ['sluice experiment', name, ...flags.filter(flag => typeof flag === 'string')].join(' ')
}

function machineOf(threads: number): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${processor}, ${threads === 1 ? 'one thread' : `${threads} threads`}, Node ${process.versions.node}`
}

function report(result: ExperimentResult, files: readonly string[]): string {
  const rows = [[...TABLE_HEAD], ...tableRows(result.figures)]
  const widths = TABLE_HEAD.map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const lines = rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
  const texts = result.texts.flatMap(({ title, text }) => ['', title, text])
  const end = `${clock(result.seconds)}; written: ${files.join(', ')}`
  return `${[result.question, '', ...lines, ...texts, '', end].join('\n')}\n`
}
