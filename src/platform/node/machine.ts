/** What a benchmark has to know of the machine, from Linux's /proc; elsewhere other processes are not seen. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Machine } from '../../benchmarks/measure.ts'

/** /proc/stat counts in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100
/** user, nice, system, idle, iowait, irq, softirq, steal. */
const [IDLE, IO_WAIT, FIELDS] = [3, 4, 8]

export const machine: Machine = {
  cores: availableParallelism(),
  now: () => performance.now(),
  busySeconds,
  ownSeconds,
  peakMemoryMb,
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

function busySeconds(): number {
  const line = contentOf('/proc/stat')?.split('\n', 1)[0]
  if (line === undefined) return ownSeconds()
  const ticks = line
    .trim()
    .split(/\s+/)
    .slice(1, FIELDS + 1)
    .map(Number)
  const busy = ticks.filter((_, field) => field !== IDLE && field !== IO_WAIT)
  return busy.reduce((sum, n) => sum + n, 0) / TICKS_PER_SECOND
}

function peakMemoryMb(): number {
  const kibibytes = /VmHWM:\s+(\d+)/.exec(contentOf('/proc/self/status') ?? '')?.[1]
  return Math.round(Number(kibibytes ?? process.resourceUsage().maxRSS) / 102.4) / 10
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
