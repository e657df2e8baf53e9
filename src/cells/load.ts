/** One built-in cell by name, which alone is loaded: a page that trains ships no others. */
import type { Cell } from './define.ts'
import { type CellName, isCellName, noSuchCell } from './names.ts'

const loaders = {
  rnn: async () => (await import('./rnn.ts')).rnn,
  'rnn-relu': async () => (await import('./rnn.ts')).rnnRelu,
  irnn: async () => (await import('./irnn.ts')).irnn,
  lstm: async () => (await import('./lstm.ts')).lstm,
  'lstm-peephole': async () => (await import('./lstm-peephole.ts')).lstmPeephole,
  'lstm-coupled': async () => (await import('./lstm-coupled.ts')).lstmCoupled,
  'lstm-projection': async () => (await import('./lstm-projection.ts')).lstmProjection,
  'lstm-layer-norm': async () => (await import('./lstm-layer-norm.ts')).lstmLayerNorm,
  gru: async () => (await import('./gru.ts')).gru,
  'gru-reset-before': async () => (await import('./gru-reset-before.ts')).gruResetBefore,
  'gru-layer-norm': async () => (await import('./gru-layer-norm.ts')).gruLayerNorm,
} satisfies Record<CellName, () => Promise<Cell>>

/** @throws {OptionError} there is no built-in cell of this name. */
export async function loadCell(name: string): Promise<Cell> {
  if (!isCellName(name)) throw noSuchCell(name)
  return await loaders[name]()
}
