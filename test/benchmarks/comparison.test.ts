/** Of several results of a comparison the right one counts, and the roof is told from its shapes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { best, type Results, type Row } from '../../bench/peers/results.ts'
import { productsMs, sgemmRoof } from '../../bench/peers/roof.ts'

const row = (given: Partial<Row>): Row => ({
  ...{ peer: 'pytorch', threads: 1, workload: 'lstm-small', phase: 'train', quiet: true },
  ...{ ms_median: 10, ms_min: 9, cpu_ms: 8, gflops: 1, first_result_ms: 1, peak_rss_mb: 1 },
  ...given,
})

const results = (...rows: Row[]): Results => ({ rows, notes: [] })
const wanted = { peer: 'pytorch', threads: 1, workload: 'lstm-small', phase: 'train' }

test("a quiet result counts before a disturbed one; a peer's best, our newest", () => {
  const rows = [
    row({ ms_median: 12 }),
    row({ ms_median: 11 }),
    row({ ms_median: 13 }),
    row({ quiet: false, cpu_ms: 5 }),
  ]
  assert.equal(best(results(...rows), wanted)?.ms, 11)
  const ours = rows.map(r => ({ ...r, peer: 'sluice' }))
  assert.equal(best(results(...ours), { ...wanted, peer: 'sluice' })?.ms, 13)
})

test('disturbed: processor time of one thread, the least time of two; another form and an error do not count', () => {
  const one = best(results(row({ quiet: false })), wanted)
  assert.deepEqual([one?.ms, one?.mark], [8, '~'])
  const two = best(results(row({ quiet: false, threads: 2 })), { ...wanted, threads: 2 })
  assert.deepEqual([two?.ms, two?.mark], [9, '<'])
  assert.equal(best(results(row({ form: 'lazy' }), row({ error: 'cannot train' })), wanted), null)
})

test("the time of a layer's products at the rates of their shapes", () => {
  const gemm = (part: string, shape: [number, number, number], ms: number) =>
    row({ peer: 'numpy', workload: `gemm:lstm-small.${part}`, phase: 'infer', shape, ms_median: ms })
  const all = results(
    gemm('input', [4096, 512, 128], 2),
    gemm('step', [32, 512, 128], 0.0625),
    gemm('dW', [512, 128, 4096], 4),
  )
  // 128 steps of 1/16 ms and one input product, twice; dW for x and for h.
  assert.ok(Math.abs((productsMs(all, 'lstm-small', 'infer', 1) as number) - (2 + 128 / 16)) < 1e-9)
  assert.ok(Math.abs((productsMs(all, 'lstm-small', 'train', 1) as number) - (2 * 10 + 8)) < 1e-9)
  assert.equal(productsMs(all, 'ptb-small', 'train', 1), null)
  assert.ok(Math.abs(sgemmRoof(all, 1) - (2 * 4096 * 512 * 128) / 2e6) < 1e-9)
})
