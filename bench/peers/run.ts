/**
 * Ours and the peers in turn, in one run, each workload with one thread and two; then docs/performance.md.
 *
 *   npm run bench:peers -- [--workloads NAMES] [--peers NAMES] [--threads 1,2] [--again NAMES] [--rounds 2] [--report]
 *
 * Lines are appended to results.jsonl as they come, so a run that was broken off goes on where it ended, and results
 * that other processes disturbed are measured again in the next round. `--again sluice-wide` measures what is quiet
 * already again, after a change; `--report` measures nothing.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, homedir, loadavg, release, type as systemName, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { workloads } from '../../src/benchmarks/workloads.ts'
import { install, pythonWith } from './install.ts'
import { type Job, peers, ROOT, runJob, type Setting } from './programs.ts'
import { parts } from './report.ts'
import { append, readResults } from './results.ts'

const text = (value: string) => ({ type: 'string', default: value }) as const
const { values: given } = parseArgs({
  options: {
    workloads: text(Object.keys(workloads).join(',')),
    peers: text(Object.keys(peers).join(',')),
    threads: text('1,2'),
    again: text(''),
    rounds: text('2'),
    budget: text('3000'),
    patience: text('6'),
    home: text(process.env.PEERS_HOME ?? join(homedir(), '.cache', 'sluice-peers')),
    report: { type: 'boolean', default: false },
  },
})

const RESULTS = join(given.home, 'results.jsonl')
const DOCUMENT = join(ROOT, 'docs/performance.md')
const PROFILED = 'lstm-small,ptb-small,sentiment'

const say = (line: string): void => void process.stderr.write(`== ${line}\n`)

async function measure(name: string, setting: Setting, isAgain: boolean): Promise<void> {
  const env = {
    PEERS_HOME: given.home,
    PEERS_DONE: isAgain ? '' : RESULTS,
    PEERS_BUDGET_MS: given.budget,
    PEERS_PATIENCE: given.patience,
  }
  for (const job of peers[name](setting)) {
    if (!isAgain && isDoneOfOurs(job, name, setting)) continue
    say(`${name}: ${setting.workload}, threads ${setting.threads}`)
    await runJob(job, env, line => {
      append(RESULTS, JSON.parse(line))
      process.stderr.write(`${line.slice(0, 200)}\n`)
    })
  }
}

/** The peers' programs look themselves what is done. */
function isDoneOfOurs({ peer }: Job, name: string, { workload, threads }: Setting): boolean {
  if (peer !== 'sluice') return false
  const backend = name.replace('sluice', 'wasm')
  const { rows } = readResults(RESULTS)
  const mine = rows.filter(r => r.peer === peer && r.workload === workload && r.threads === threads && !r.profile)
  const newest = new Map(mine.filter(r => r.backend === backend).map(r => [`${r.phase} ${r.form}`, r]))
  return newest.size > 0 && [...newest.values()].every(r => r.quiet)
}

async function measureAll(): Promise<void> {
  install(given.home, say)
  build()
  note()
  const pythons = { torch: pythonWith('torch'), numpy: pythonWith('numpy') }
  const numbers = { budget: Number(given.budget), patience: Number(given.patience) }
  const again = given.again.split(',')
  for (let round = 0; round < Number(given.rounds); round++) {
    for (const workload of given.workloads.split(',')) {
      for (const threads of given.threads.split(',').map(Number)) {
        for (const name of given.peers.split(',')) {
          const isAgain = round === 0 && again.includes(name)
          await measure(name, { workload, threads, pythons, ...numbers }, isAgain)
        }
      }
    }
  }
  profile()
  measurePages()
}

function build(): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('npm run build failed (above)')
}

function note(): void {
  const [{ model }] = cpus()
  append(RESULTS, {
    note: 'machine',
    date: new Date().toISOString().slice(0, 10),
    processor: model,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()}`,
    node: process.versions.node,
    load: loadavg()
      .map(n => n.toFixed(1))
      .join(', '),
  })
}

/** Lines of JSON of a program of ours. */
function linesOf(...words: string[]): object[] {
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  })
  if (status !== 0) say(`failed: ${words.join(' ')}`)
  return stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
}

function profile(): void {
  if (!given.peers.split(',').includes('sluice-wide')) return
  say(`profile: ${PROFILED}`)
  const lines = linesOf('dist/cli/main.js', 'bench', '--profile', '--json', '--workload', PROFILED)
  for (const line of lines) append(RESULTS, line)
}

function measurePages(): void {
  for (const script of ['bench/size/size.ts', 'bench/start-up.ts']) {
    say(script)
    for (const line of linesOf(script, '--json')) append(RESULTS, line)
  }
}

/** The document with its generated parts made anew; what stands between them is written by people. */
function writeDocument(): void {
  const results = readResults(RESULTS)
  const written = Object.entries(parts).reduce(
    (document, [name, make]) => {
      const begin = `<!-- ${name} -->\n`
      const at = document.indexOf(begin)
      const end = document.indexOf('<!-- end -->', at)
      if (at < 0 || end < 0)
        throw new Error(`docs/performance.md: expected ${begin.trim()} and <!-- end -->, got none.`)
      return document.slice(0, at + begin.length) + make(results) + document.slice(end)
    },
    readFileSync(DOCUMENT, 'utf8'),
  )
  writeFileSync(DOCUMENT, written)
  say(`wrote ${DOCUMENT}`)
}

mkdirSync(given.home, { recursive: true })
if (!given.report) await measureAll()
writeDocument()
