/**
 * Times a run as the peers' programs do (`bench/peers/lib/measure.mjs`), so that the numbers can be compared.
 *
 * Runs are grouped in windows of 100 ms or more. In each window the processor time of the machine less that of this
 * process is what others took. A window is quiet if they left this process its cores: at most (cores − threads) + 0.15.
 * Statistics are over the quiet windows, if these hold three runs or more, and the result is then called quiet.
 */

/** What measuring needs to know of the machine: implemented by the platform. */
export interface Machine {
  readonly cores: number
  /** Milliseconds from any moment, steadily rising. */
  now(): number
  /** Processor seconds that all processes together, and this one, have used so far. */
  busySeconds(): number
  ownSeconds(): number
  peakMemoryMb(): number
}

export interface MeasureOptions {
  readonly threads: number
  /** Measuring time for one result, ms. @default 3000 */
  readonly budget?: number
  /** How many budgets to wait for quiet windows. @default 6 */
  readonly patience?: number
  /** Share of a core that other processes may take. @default 0.15 */
  readonly quiet?: number
  /** @default 400 */
  readonly mostRuns?: number
}

export interface Measurement {
  /** Median of the quiet windows (of all, if too few were quiet), and the least time of all runs, ms. */
  readonly ms_median: number
  readonly ms_min: number
  /** How many times the statistics are over. */
  readonly runs: number
  readonly peak_rss_mb: number
  /** Processor time of a run over all its threads, ms. */
  readonly cpu_ms: number
  readonly quiet: boolean
  /** Cores that other processes took meanwhile. */
  readonly other_cpu: number
}

const WINDOW_MS = 100
const WARM_UP_RUNS = 3
const RUNS_WANTED = 3
const QUIET_SHARE_WANTED = 0.7

/**
 * Runs it until there is enough to tell.
 *
 * @param run  One run; has been run once already, for the time to the first result.
 */
export function measure(machine: Machine, run: () => void, options: MeasureOptions): Measurement {
  const { threads, budget = 3000, patience = 6, quiet = 0.15, mostRuns = 400 } = options
  const limit = Math.max(0, machine.cores - threads) + quiet
  warmUp(machine, run, budget)
  const windows: Window[] = []
  const start = machine.now()
  const ownBefore = machine.ownSeconds()
  for (let isEnough = false; !isEnough; ) {
    windows.push(measureWindow(machine, run))
    const gone = machine.now() - start
    const calm = windows.filter(w => w.others <= limit)
    const runs = countOf(windows)
    const hasQuiet = sum(calm.map(w => w.wall)) > budget * QUIET_SHARE_WANTED && countOf(calm) >= RUNS_WANTED
    isEnough = runs >= mostRuns || (gone > budget * patience && runs >= RUNS_WANTED) || (gone > budget && hasQuiet)
  }
  const cpuSeconds = (machine.ownSeconds() - ownBefore) / countOf(windows)
  return summary(windows, limit, cpuSeconds, machine.peakMemoryMb())
}

interface Window {
  readonly times: readonly number[]
  readonly wall: number
  /** Cores that other processes used. */
  readonly others: number
}

function warmUp(machine: Machine, run: () => void, budget: number): void {
  const start = machine.now()
  for (let i = 0; i < WARM_UP_RUNS && machine.now() - start <= budget / 3; i++) run()
}

function measureWindow(machine: Machine, run: () => void): Window {
  const busyBefore = machine.busySeconds()
  const ownBefore = machine.ownSeconds()
  const start = machine.now()
  const times: number[] = []
  while (machine.now() - start < WINDOW_MS) {
    const before = machine.now()
    run()
    times.push(machine.now() - before)
  }
  const wall = machine.now() - start
  const busy = machine.busySeconds() - busyBefore - (machine.ownSeconds() - ownBefore)
  return { times, wall, others: Math.max(0, busy) / (wall / 1000) }
}

function summary(windows: readonly Window[], limit: number, cpuSeconds: number, peakMemoryMb: number): Measurement {
  const calm = windows.filter(w => w.others <= limit)
  const isQuiet = countOf(calm) >= RUNS_WANTED
  const used = isQuiet ? calm : windows
  return {
    ms_median: median(used.flatMap(w => w.times)),
    ms_min: Math.min(...windows.flatMap(w => w.times)),
    runs: countOf(used),
    peak_rss_mb: peakMemoryMb,
    cpu_ms: 1000 * cpuSeconds,
    quiet: isQuiet,
    other_cpu: Math.round((100 * sum(used.map(w => w.others))) / used.length) / 100,
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0)
const countOf = (windows: readonly Window[]): number => sum(windows.map(w => w.times.length))

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
