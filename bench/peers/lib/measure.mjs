// Shared measuring code for the JavaScript peers: options, data, timing, one JSON line per result.
// It does what measure.py does, so that the numbers can be compared.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const here = dirname(dirname(fileURLToPath(import.meta.url)))
export const spec = JSON.parse(readFileSync(join(here, 'workloads.json'), 'utf8'))
export const workloads = spec.workloads
const cores = os.availableParallelism?.() ?? os.cpus().length
const gates = { lstm: 4, gru: 3, rnn: 1 }

/** Where the npm peers are installed: PEERS_HOME, else this folder. */
export const home = process.env.PEERS_HOME || here
const requirePeer = createRequire(join(home, 'package.json'))

export async function importPeer(name) {
  const folder = join(home, 'node_modules', name)
  if (!existsSync(folder)) throw new Error(`${name} is not installed under PEERS_HOME`)
  try {
    return requirePeer(name)
  } catch (e) {
    if (e.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED' && e.code !== 'ERR_REQUIRE_ESM') throw e
    const entry = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports['.']
    const pick = x => (typeof x === 'string' ? x : pick(x.import ?? x.default))
    return import(pathToFileURL(join(folder, pick(entry))).href)
  }
}
export const peerPath = (...parts) => join(home, 'node_modules', ...parts)
export const peerVersion = name => JSON.parse(readFileSync(peerPath(name, 'package.json'), 'utf8')).version

export function* lcg(seed) {
  let s = seed >>> 0
  for (;;) {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    yield (s >>> 8) / 16777216
  }
}

export function lengthsOf(w) {
  const [low, high] = w.lengths
  const draw = lcg(w.seed)
  const next = () => draw.next().value
  for (let i = 0; i < 8; i++) next()
  return Array.from({ length: w.B }, () => low + Math.floor(next() * (high - low + 1)))
}

export function uniform(n, seed, scale = 1) {
  const out = new Float32Array(n)
  const draw = lcg(seed)
  for (let i = 0; i < n; i++) out[i] = (draw.next().value * 2 - 1) * scale
  return out
}

export function ints(n, seed, below) {
  const out = new Int32Array(n)
  const draw = lcg(seed)
  for (let i = 0; i < n; i++) out[i] = Math.floor(draw.next().value * below)
  return out
}

/** Draws an index by softmax(logits); r in [0, 1). */
export function sample(logits, r) {
  let top = -Infinity
  for (let i = 0; i < logits.length; i++) if (logits[i] > top) top = logits[i]
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i] - top)
  let left = r * sum
  for (let i = 0; i < logits.length; i++) {
    left -= Math.exp(logits[i] - top)
    if (left < 0) return i
  }
  return logits.length - 1
}

export function workOf(w, phase) {
  const tokens = w.kind === 'classify' ? lengthsOf(w).reduce((a, b) => a + b, 0) : w.T * w.B
  let width = w.I
  let flops = 0
  for (let l = 0; l < w.L; l++) {
    flops += 2 * tokens * gates[w.cell] * w.H * (width + w.H)
    width = w.H
  }
  if (w.kind === 'lm' || w.kind === 'generate') flops += 2 * tokens * w.H * w.V
  if (w.kind === 'classify') flops += 2 * w.B * w.H * w.classes
  return { flops: flops * (phase === 'train' ? 3 : 1), tokens }
}

const sig = x => Number(x.toPrecision(4))
const now = () => performance.now()
const own = () => {
  const c = process.cpuUsage()
  return (c.user + c.system) / 1e6
}
function busy() {
  let line
  try {
    line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]
  } catch {
    return own()
  }
  const f = line.trim().split(/\s+/).slice(1).map(Number)
  return (f.slice(0, 8).reduce((a, b) => a + b, 0) - f[3] - f[4]) / 100
}
export function peakRssMb() {
  try {
    const m = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
    return Math.round(Number(m[1]) / 102.4) / 10
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 102.4) / 10
  }
}
function median(list) {
  const s = [...list].sort((a, b) => a - b)
  const h = s.length >> 1
  return s.length & 1 ? s[h] : (s[h - 1] + s[h]) / 2
}

/** Times step(), which may return a promise. See measure.py for what a quiet run is. */
export async function measure(fields, step, { flops = 0, tokens = 0, inner = 1, sentences = 0 } = {}) {
  const budget = Number(process.env.PEERS_BUDGET_MS ?? 3000)
  const patience = Number(process.env.PEERS_PATIENCE ?? 6)
  const limit = Math.max(0, cores - (fields.threads ?? 1)) + Number(process.env.PEERS_QUIET ?? 0.15)
  const most = Number(process.env.PEERS_MAX_RUNS ?? 400)
  const t0 = Number(process.env.PEER_T0 ?? 0)
  const firstBusy = busy()
  const firstOwn = own()
  let a = now()
  await step()
  const first = now() - a
  const firstOther = Math.max(0, busy() - firstBusy - (own() - firstOwn)) / (Math.max(first, 1e-3) / 1e3)
  const firstResult = t0 ? Math.round((performance.timeOrigin + now() - t0) * 10) / 10 : null
  let every = []
  const quiet = []
  const others = []
  const calmOthers = []
  let cpu = own() - firstOwn
  const slow = first > 20000
  let slowOther = firstOther
  if (slow) {
    // one more run, as the first may hold the compiling of the step; if there is no time for it, the first counts
    every = [first]
    if (first < Number(process.env.PEERS_TIMEOUT_S ?? 150) * 450) {
      const b0 = busy()
      const o0 = own()
      a = now()
      await step()
      every = [now() - a]
      cpu = own() - o0
      slowOther = Math.max(0, busy() - b0 - (own() - o0)) / (every[0] / 1e3)
    }
    others.push(slowOther)
  } else {
    let start = now()
    for (let i = 0; i < 3; i++) {
      await step()
      if (now() - start > budget / 3) break
    }
    start = now()
    const cpu0 = own()
    let spent = 0
    for (;;) {
      const b0 = busy()
      const o0 = own()
      const w0 = now()
      const window = []
      while (now() - w0 < 100) {
        a = now()
        await step()
        window.push(now() - a)
      }
      const wall = now() - w0
      const other = Math.max(0, busy() - b0 - (own() - o0)) / (wall / 1e3)
      every.push(...window)
      others.push(other)
      if (other <= limit) {
        quiet.push(...window)
        calmOthers.push(other)
        spent += wall
      }
      const gone = now() - start
      if (every.length >= most || (gone > budget * patience && every.length >= 3)) break
      if (gone > budget && spent > budget * 0.7 && quiet.length >= 3) break
    }
    cpu = (own() - cpu0) / every.length
  }
  const calm = quiet.length >= 3 || (slow && slowOther <= limit)
  const times = (calm && quiet.length ? quiet : every).map(t => t / inner)
  const used = calm && quiet.length ? calmOthers : others
  const mid = median(times)
  const line = {
    ...fields,
    ms_median: sig(mid),
    ms_min: sig(Math.min(...every) / inner),
    runs: times.length,
    gflops: flops ? sig(flops / mid / 1e6) : null,
    tokens_per_s: tokens ? sig((tokens / mid) * 1e3) : null,
    peak_rss_mb: peakRssMb(),
    first_result_ms: firstResult,
    cpu_ms: sig((cpu / inner) * 1e3),
    quiet: calm,
    other_cpu: used.length ? Math.round((used.reduce((x, y) => x + y, 0) / used.length) * 100) / 100 : null,
    node: process.versions.node,
  }
  if (sentences) line.sentences_per_s = sig((sentences / mid) * 1e3)
  return line
}

export const emit = line => process.stdout.write(`${JSON.stringify({ ...line, node: process.versions.node })}\n`)

export function options(defaults = {}) {
  const opt = { workload: 'all', phase: 'all', threads: 1, child: false, ...defaults }
  const argv = process.argv.slice(2)
  for (let i = 0; i < argv.length; i++) {
    const key = argv[i].replace(/^--/, '')
    if (key === 'child') opt.child = true
    else opt[key] = argv[++i]
  }
  opt.threads = Number(opt.threads)
  return opt
}

export function* pairs(opt) {
  for (const [name, w] of Object.entries(workloads)) {
    if (opt.workload !== 'all' && !opt.workload.split(',').includes(name)) continue
    for (const phase of w.phases) if (opt.phase === 'all' || opt.phase === phase) yield [name, phase, w]
  }
}

const major = version => String(version ?? '').split('.')[0]
const keyOf = row =>
  [
    ...['peer', 'version', 'backend', 'threads', 'workload', 'phase', 'form'].map(k => row[k] ?? ''),
    major(row.node),
  ].join('|')
let finished
/** True if the file PEERS_DONE holds a quiet result, or a lasting error, for the same thing; Node's major counts. */
export function done(label) {
  if (!finished) {
    finished = new Set()
    const name = process.env.PEERS_DONE
    if (name && existsSync(name)) {
      for (const text of readFileSync(name, 'utf8').split('\n')) {
        if (!text) continue
        const row = JSON.parse(text)
        if (row.quiet || row.error) finished.add(keyOf(row))
      }
    }
  }
  return finished.has(keyOf({ ...label, node: process.versions.node }))
}

const sleep = ms => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
/** Waits up to PEERS_WAIT_S seconds for the other processes to leave `threads` cores free. */
function waitForRoom(threads) {
  const limit = Math.max(0, cores - threads) + 0.2
  const end = now() + Number(process.env.PEERS_WAIT_S ?? 0) * 1e3
  while (now() < end) {
    const b0 = busy()
    sleep(500)
    if ((busy() - b0) / 0.5 <= limit) return
  }
}

/** Runs one measurement in its own process, so that memory and time to first result are its own. */
export function spawn(script, args, label, nodeFlags = []) {
  const limit = Number(process.env.PEERS_TIMEOUT_S ?? 150)
  waitForRoom(label.threads ?? 1)
  const r = spawnSync(process.execPath, [...nodeFlags, script, '--child', ...args], {
    encoding: 'utf8',
    timeout: limit * 1e3,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 26,
    env: { ...process.env, PEER_T0: String(performance.timeOrigin + now()) },
  })
  for (const out of (r.stdout ?? '').split('\n').reverse()) if (out.startsWith('{"peer"')) return JSON.parse(out)
  if (r.error?.code === 'ETIMEDOUT') return { ...label, error: `no result within ${limit}s` }
  const lines = (r.stderr ?? '').split('\n').filter(t => t.trim() && !/^\s+at |^Node\.js v/.test(t))
  const telling =
    lines.find(t => /^\w*Error\b/.test(t)) ??
    lines.find(t => /error|cannot|fail/i.test(t)) ??
    lines.at(-1) ??
    `exit ${r.status} ${r.signal ?? ''}`
  return { ...label, error: telling.trim().slice(0, 300) }
}
