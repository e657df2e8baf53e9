/**
 * Where threads meet between the two halves of a batch, inside of the kernel: a meeting of microseconds comes every few
 * microseconds. Each thread counts its arrivals in a cache line of its own and turns on the spot until the others have
 * counted as many; where one has lost its core, the others sleep after a while, if they may.
 */
import type { Assembler } from '../assembler.ts'
import { I32 } from '../code.ts'
import { jobLocals } from './job.ts'
import { integers } from './tiles.ts'

/** A thread's block: its arrivals and, a line further, its sleepers' count. */
export const CONTROL_BYTES = 256
const SLEEPERS = 128

/** Turns before a thread sleeps: some 20 microseconds. */
const TURNS = 20_000
/** Nanoseconds that it sleeps at most, since the call that wakes it may have come just before. */
const SLEEP_NS = 1_000_000
/** Turns after which another thread counts as dead; each sleep counts for many. */
const MOST_TURNS = 2 ** 31 - 2 ** 17
const TURNS_OF_SLEEP = 2 ** 16

/** (job, sequence): returns when all threads have come here with this number or a later one; else traps in the end. */
export function emitBarrier(assembler: Assembler): number {
  return assembler.function('barrier', { parameters: integers(2) }, (code, [job, sequence]) => {
    const { control, thread, threads, maySleep } = jobLocals(code, job, ['control', 'thread', 'threads', 'maySleep'])
    const [own, other, k, seen, turns] = Array.from({ length: 5 }, () => code.local(I32))
    code.get(control).get(thread).i32(CONTROL_BYTES).op('i32.mul').op('i32.add').set(own)
    code.get(own).get(sequence).memory('i32.atomic.store')
    code.get(own).memory('i32.atomic.load', SLEEPERS)
    code.if(() => code.get(own).i32(-1).memory('memory.atomic.notify').op('drop'))
    code.get(control).set(other)
    code.get(threads).set(k)
    code.repeat(k, () => {
      code.block(arrived => {
        code.loop(again => {
          code.get(other).memory('i32.atomic.load').tee(seen)
          code.get(sequence).op('i32.sub').i32(0).op('i32.ge_s').branchIf(arrived)
          code.step(turns, 1)
          code.get(turns).i32(MOST_TURNS).op('i32.gt_u')
          code.if(() => code.op('unreachable'))
          code.get(turns).i32(TURNS).op('i32.lt_u').branchIf(again)
          code.get(maySleep).op('i32.eqz').branchIf(again)
          code.get(other).i32(1).memory('i32.atomic.rmw.add', SLEEPERS).op('drop')
          code.get(other).get(seen).i64(SLEEP_NS).memory('memory.atomic.wait32').op('drop')
          code.get(other).i32(-1).memory('i32.atomic.rmw.add', SLEEPERS).op('drop')
          code.step(turns, TURNS_OF_SLEEP)
          code.branch(again)
        })
      })
      code.step(other, CONTROL_BYTES)
    })
  })
}
