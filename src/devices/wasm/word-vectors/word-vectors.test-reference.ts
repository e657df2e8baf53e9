/** Training of word vectors once more, in 64 bits and plain loops: what the kernels are compared with. */
import type { RandomKey } from '../../../random/key.ts'
import { threefry2x32 } from '../../../random/threefry.ts'
import { SETS } from './batches.ts'
import { PATH_TARGETS, tilingOf } from './tiles.ts'
import type { Chunk, WordVectorSettings, WordVectorWeights } from './trainer.ts'

interface Target {
  readonly id: number
  readonly label: number
}

interface Item {
  readonly contexts: number[]
  /** In tiles, of which no two targets are the same. */
  readonly tiles: Target[][]
}

/** Weights as 64-bit rows. */
export interface Rows {
  readonly inputs: Float64Array[]
  readonly outputs: Float64Array[]
}

export function rowsOf({ inputs, outputs }: WordVectorWeights, dimensions: number): Rows {
  const rows = (values: Float32Array) =>
    Array.from({ length: values.length / dimensions }, (_, k) =>
      Float64Array.from(values.subarray(k * dimensions, (k + 1) * dimensions)),
    )
  return { inputs: rows(inputs), outputs: rows(outputs) }
}

export function referenceTrain(rows: Rows, settings: WordVectorSettings, chunk: Chunk): void {
  const { architecture } = settings
  let batch: { item: Item; gradients: number[][] }[] = []
  let sets = 0
  const end = () => {
    for (const { item, gradients } of batch) change(rows, settings, item, gradients)
    batch = []
    sets = 0
  }
  for (const item of itemsOf(settings, chunk)) {
    const hs = hiddenOf(rows, settings, item)
    const gradients = hs.flatMap(h =>
      item.tiles.map(tile =>
        tile.map(({ id, label }) => chunk.rate * (label - 1 / (1 + Math.exp(-dot(h, rows.outputs[id]))))),
      ),
    )
    batch.push({ item: { ...item }, gradients })
    hiddens.set(batch[batch.length - 1].item, hs)
    sets += item.tiles.length * (architecture === 'cbow' ? 1 : item.contexts.length)
    if (sets >= SETS) end()
  }
  end()
}

/** h as it was at the beginning of a batch. */
const hiddens = new WeakMap<Item, Float64Array[]>()

function hiddenOf({ inputs }: Rows, { architecture }: WordVectorSettings, { contexts }: Item): Float64Array[] {
  if (architecture === 'skip-gram') return contexts.map(id => inputs[id])
  return [inputs[0].map((_, d) => contexts.reduce((sum, id) => sum + inputs[id][d], 0) / contexts.length)]
}

function change({ inputs, outputs }: Rows, { architecture }: WordVectorSettings, item: Item, all: number[][]): void {
  const hs = hiddens.get(item) as Float64Array[]
  hs.forEach((h, k) => {
    const error = new Float64Array(h.length)
    item.tiles.forEach((tile, t) => {
      const gradients = all[k * item.tiles.length + t]
      const old = h.slice()
      tile.forEach(({ id }, slot) => {
        for (let d = 0; d < h.length; d++) {
          error[d] += gradients[slot] * outputs[id][d]
          outputs[id][d] += gradients[slot] * old[d]
        }
      })
    })
    const changed = architecture === 'cbow' ? item.contexts : [item.contexts[k]]
    for (const id of changed) for (let d = 0; d < h.length; d++) inputs[id][d] += error[d]
  })
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, d) => sum + x * b[d], 0)

export function itemsOf(settings: WordVectorSettings, { ids, key, position }: Chunk): Item[] {
  const kept: { id: number; span: number; place: number }[] = []
  ids.forEach((id, k) => {
    const place = position + k
    const [first, second] = threefry2x32(key.key0, key.key1, 0, place)
    if (id >= 0 && first >= settings.thresholds[id]) return
    kept.push({ id, place, span: settings.window - Math.floor((second * settings.window) / 2 ** 32) })
  })
  const items: Item[] = []
  kept.forEach(({ id, span, place }, k) => {
    if (id < 0) return
    const contexts: number[] = []
    for (let i = k - 1; i >= k - span && kept[i] && kept[i].id >= 0; i--) contexts.unshift(kept[i].id)
    for (let i = k + 1; i <= k + span && kept[i] && kept[i].id >= 0; i++) contexts.push(kept[i].id)
    if (contexts.length === 0) return
    const tiles = tilesOf(settings, id, key, place)
    if (tiles.length > 0) items.push({ contexts, tiles })
  })
  return items
}

function tilesOf({ loss, words }: WordVectorSettings, id: number, key: RandomKey, place: number): Target[][] {
  if (!('negatives' in loss)) {
    const path = Array.from({ length: loss.starts[id + 1] - loss.starts[id] }, (_, k) => ({
      id: loss.nodes[loss.starts[id] + k],
      label: loss.labels[loss.starts[id] + k],
    }))
    return Array.from({ length: Math.ceil(path.length / PATH_TARGETS) }, (_, t) =>
      path.slice(PATH_TARGETS * t, PATH_TARGETS * (t + 1)),
    )
  }
  const { targets, tiles } = tilingOf(loss.negatives + 1)
  const drawn = [id, ...Array.from({ length: loss.negatives }, (_, k) => negative(loss.aliases, words, key, place, k))]
  return Array.from({ length: tiles }, (_, t) => {
    const tile = drawn.slice(targets * t, targets * (t + 1))
    return tile
      .map((word, slot) => ({ id: word, label: t + slot === 0 ? 1 : 0, slot }))
      .filter(({ id: word, label, slot }) => label === 1 || (word !== id && tile.indexOf(word) === slot))
  })
}

function negative(aliases: Uint32Array, words: number, key: RandomKey, place: number, k: number): number {
  const lane = k % 8
  const word = threefry2x32(key.key0, key.key1, 4 + 4 * Math.floor(k / 8) + (lane % 4), place)[lane >> 2]
  const product = BigInt(word) * BigInt(words)
  const index = Number(product >> 32n)
  return Number(product & 0xffffffffn) < aliases[2 * index] ? index : aliases[2 * index + 1]
}
