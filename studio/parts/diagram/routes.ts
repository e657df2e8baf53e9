/**
 * From rows and columns to pixels: sizes of nodes, widths of the gaps, and the way of each edge: along its row, in the
 * gap up or down on its net's track, along the row of its end. What meets an operation from above or below comes in
 * from there, as in the drawings of a memory with its gates.
 */
import type { CellGraph, PictureEdge, PictureNode } from './cell-graph.ts'
import { type Arrangement, arrange, type Piece, type Spot } from './layout.ts'

export type Point = readonly [x: number, y: number]

export interface PlacedNode {
  readonly node: PictureNode
  /** Of the middle. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge {
  readonly edge: PictureEdge
  readonly points: readonly Point[]
}

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

const ROW = 66
const MARGIN = 26
const GAP = 26
const TRACK = 11
const SIZES: Readonly<Record<PictureNode['kind'], readonly [number, number]>> = {
  x: [58, 30],
  before: [74, 34],
  after: [74, 34],
  box: [94, 46],
  number: [64, 34],
  operation: [30, 30],
}
/** Beside an operation stands its number, with its sign where it has one. */
const LABEL = 42
const SIGN = 24

const sizeOf = (node: PictureNode | null): readonly [number, number] => {
  if (!node) return [0, 0]
  const [width, height] = SIZES[node.kind]
  if (node.kind === 'box') return [width + (node.sign.length > 1 ? 9 * node.sign.length : 0), height]
  return node.kind === 'operation' && node.sign.length > 2 ? [14 + 8 * node.sign.length, height] : [width, height]
}

export function drawingOf(graph: CellGraph): Drawing {
  const arrangement = arrange(graph)
  const { columns, chains } = arrangement
  const rows = columns.flat().map(({ row }) => row)
  const top = Math.min(...rows)
  const yOf = ({ row }: Spot): number => MARGIN + 20 + (row - top) * ROW
  const pieces = [...new Set([...chains.values()].flat())]
  const ends = endsOf(arrangement, pieces)
  const gaps = columns.map((_, c) =>
    tracksOf(
      pieces.filter(({ from }) => from.column === c),
      ends,
      yOf,
    ),
  )
  const xs: number[] = []
  let x = MARGIN
  columns.forEach((column, c) => {
    const width = Math.max(...column.map(({ node }) => sizeOf(node)[0]))
    const operations = column.filter(({ node }) => node?.kind === 'operation')
    const label = operations.length === 0 ? 0 : LABEL + (operations.some(({ node }) => node?.name != null) ? SIGN : 0)
    xs.push(x + width / 2)
    x += width + label + GAP + TRACK * gaps[c].count
  })
  const rightOf = (c: number): number => xs[c] + Math.max(...columns[c].map(({ node }) => sizeOf(node)[0])) / 2
  const trackX = (c: number, track: number): number =>
    xs[c + 1] - Math.max(...columns[c + 1].map(({ node }) => sizeOf(node)[0])) / 2 - GAP / 2 - TRACK * track - 4
  const nodes = columns.flat().flatMap((spot): PlacedNode[] => {
    if (!spot.node) return []
    const [width, height] = sizeOf(spot.node)
    return [{ node: spot.node, x: xs[spot.column], y: yOf(spot), width, height }]
  })
  const edges = graph.edges.map((edge): PlacedEdge => {
    const chain = chains.get(edge) as readonly Piece[]
    const first = chain[0].from
    const points: Point[] = [[xs[first.column] + sizeOf(first.node)[0] / 2, yOf(first)]]
    for (const piece of chain) {
      const { from, to } = piece
      const [y0, end] = [yOf(from), ends.get(piece) as End]
      const y1 = yOf(to) + end.dy
      const [width, height] = sizeOf(to.node)
      if (end.side === 'left') {
        if (y0 !== y1) {
          const at = trackX(from.column, gaps[from.column].track.get(from) ?? 0)
          points.push([at, y0], [at, y1])
        }
        points.push([xs[to.column] - width / 2, y1])
      } else {
        const edgeY = yOf(to) + (end.side === 'top' ? -height / 2 : height / 2)
        points.push([xs[to.column], y0], [xs[to.column], edgeY])
      }
    }
    return { edge, points: straightened(points) }
  })
  const bottom = Math.max(...nodes.map(({ y, height }) => y + height / 2))
  return { width: rightOf(columns.length - 1) + MARGIN, height: bottom + MARGIN + 10, nodes, edges }
}

interface End {
  readonly side: 'left' | 'top' | 'bottom'
  /** From the middle, where several come in at the left. */
  readonly dy: number
}

const SPREAD = 13
const ALIGNED = 0.05

/** Where each piece comes in. */
function endsOf({ columns }: Arrangement, pieces: readonly Piece[]): Map<Piece, End> {
  const ends = new Map<Piece, End>()
  const into = new Map<Spot, Piece[]>()
  for (const piece of pieces) into.set(piece.to, [...(into.get(piece.to) ?? []), piece])
  for (const [to, all] of into) {
    const sorted = [...all].sort((a, b) => a.from.row - b.from.row)
    const isFree = ({ from }: Piece) =>
      columns[to.column].every(
        other =>
          other === to ||
          other.row < Math.min(from.row, to.row) - 0.45 ||
          other.row > Math.max(from.row, to.row) + 0.45,
      )
    const taken = new Set<string>()
    const left: Piece[] = []
    for (const piece of sorted) {
      const down = piece.from.row - to.row
      const side = down < 0 ? 'top' : 'bottom'
      const isOperation = to.node?.kind === 'operation'
      if (!isOperation || Math.abs(down) < ALIGNED || taken.has(side) || !isFree(piece)) left.push(piece)
      else {
        taken.add(side)
        ends.set(piece, { side, dy: 0 })
      }
    }
    const spread = to.node?.kind === 'operation' ? 7 : SPREAD
    left.forEach((piece, k) => {
      ends.set(piece, { side: 'left', dy: (k - (left.length - 1) / 2) * spread })
    })
  }
  return ends
}

/** A track for each net that has to go up or down in a gap; nets whose stretches do not meet share one. */
function tracksOf(pieces: readonly Piece[], ends: ReadonlyMap<Piece, End>, yOf: (spot: Spot) => number) {
  const stretches = new Map<Spot, [number, number]>()
  for (const piece of pieces) {
    const end = ends.get(piece) as End
    if (end.side !== 'left') continue
    const [y0, y1] = [yOf(piece.from), yOf(piece.to) + end.dy]
    if (y0 === y1) continue
    const [low, high] = stretches.get(piece.from) ?? [y0, y0]
    stretches.set(piece.from, [Math.min(low, y1), Math.max(high, y1)])
  }
  const track = new Map<Spot, number>()
  const taken: [number, number][][] = []
  // The one that comes from furthest below turns up first, nearest to its end.
  const nets = [...stretches].sort(([a], [b]) => yOf(a) - yOf(b))
  for (const [net, [low, high]] of nets) {
    let k = 0
    while (taken[k]?.some(([l, h]) => low <= h + 8 && l <= high + 8)) k++
    taken[k] ??= []
    taken[k].push([low, high])
    track.set(net, k)
  }
  return { track, count: taken.length }
}

/** Without points on a line between their neighbours. */
function straightened(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (const [k, point] of points.entries()) {
    const [before, after] = [kept.at(-1), points[k + 1]]
    const isBetween =
      before !== undefined &&
      after !== undefined &&
      ((before[0] === point[0] && point[0] === after[0]) || (before[1] === point[1] && point[1] === after[1]))
    if (!isBetween) kept.push(point)
  }
  return kept
}

const RADIUS = 7

/** A way with round corners. */
export function pathOf(points: readonly Point[]): string {
  const parts = [`M${points[0][0]} ${points[0][1]}`]
  for (let k = 1; k < points.length; k++) {
    const [[x0, y0], [x1, y1]] = [points[k - 1], points[k]]
    const next = points[k + 1]
    if (!next) {
      parts.push(`L${x1} ${y1}`)
      continue
    }
    const length = (ax: number, ay: number, bx: number, by: number) => Math.hypot(bx - ax, by - ay)
    const [before, after] = [length(x0, y0, x1, y1), length(x1, y1, next[0], next[1])]
    const r = Math.min(RADIUS, before / 2, after / 2)
    const toward = (x: number, y: number, by: number): string =>
      by === 0 ? `${x1} ${y1}` : `${x1 + ((x - x1) * r) / by} ${y1 + ((y - y1) * r) / by}`
    parts.push(`L${toward(x0, y0, before)}`, `Q${x1} ${y1} ${toward(next[0], next[1], after)}`)
  }
  return parts.join('')
}
