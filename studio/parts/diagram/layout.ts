/**
 * Places for the nodes of a cell: layers from left to right (Sugiyama et al. 1981), what is kept on straight lanes at
 * the top. Rows are found by drawing every node to the middle of its neighbours, in turn from both sides, and pushing
 * overlapping ones apart as little as possible (pool adjacent violators). Edges run through the gaps between the
 * layers, each net on a track of its own (`routes.ts`).
 */
import type { CellGraph, PictureEdge, PictureNode } from './cell-graph.ts'

/** A node, or a place where an edge passes a layer. Rows and columns are counted from 0, rows not in whole numbers. */
export interface Spot {
  readonly key: string
  readonly node: PictureNode | null
  readonly column: number
  row: number
  /** On a lane, whose row it keeps. */
  isFixed: boolean
}

/** A piece of an edge between two neighbouring columns. */
export interface Piece {
  readonly from: Spot
  readonly to: Spot
}

export interface Arrangement {
  readonly columns: readonly (readonly Spot[])[]
  /** Of each edge, in its order. */
  readonly chains: ReadonlyMap<PictureEdge, readonly Piece[]>
}

const SWEEPS = 80
/** Rows between the middles of two neighbours; an edge that passes needs less. */
const APART = 1
const APART_PASSING = 0.55
/** Upwards in each sweep, so that nothing stays away from the others. */
const LIFT = 0.15
/** Places between two rows. */
const GRID = 32
/** What is on no lane stands below all of them. */
const BELOW_LANE = 0.05

export function arrange(graph: CellGraph): Arrangement {
  const columns = columnsOf(graph)
  const spots = new Map<string, Spot>()
  const spotAt = (key: string, node: PictureNode | null, column: number): Spot => {
    const known = spots.get(key)
    if (known) return known
    const fresh: Spot = { key, node, column, row: spots.size, isFixed: false }
    spots.set(key, fresh)
    return fresh
  }
  for (const node of graph.nodes) spotAt(node.key, node, columns.get(node.key) as number)
  // Edges from one node share the pieces that they both go.
  const pieces = new Map<string, Piece>()
  const pieceOf = (from: Spot, to: Spot): Piece => {
    const key = `${from.key} → ${to.key}`
    const known = pieces.get(key) ?? { from, to }
    pieces.set(key, known)
    return known
  }
  const chains = new Map(
    graph.edges.map((edge): [PictureEdge, Piece[]] => {
      const [begin, end] = [columns.get(edge.from) as number, columns.get(edge.to) as number]
      const stops = [spots.get(edge.from) as Spot]
      for (let c = begin + 1; c < end; c++) stops.push(spotAt(`${edge.from} past ${c}`, null, c))
      stops.push(spots.get(edge.to) as Spot)
      return [edge, stops.slice(1).map((to, k) => pieceOf(stops[k], to))]
    }),
  )
  const laid = layersOf([...spots.values()])
  fixLanes(graph, spots, chains)
  settle(laid, [...chains.values()].flat(), spots)
  return { columns: laid, chains }
}

/** The longest way to each node; states after the step stand in the last column, all of them. */
function columnsOf({ nodes, edges }: CellGraph): Map<string, number> {
  const column = new Map<string, number>()
  const sources = new Map<string, string[]>()
  for (const { from, to } of edges) sources.set(to, [...(sources.get(to) ?? []), from])
  const of = (key: string): number => {
    const known = column.get(key)
    if (known !== undefined) return known
    const from = sources.get(key) ?? []
    const isPort = key === 'x' || key.startsWith('before ')
    const made = isPort ? 0 : Math.max(1, ...from.map(source => of(source) + 1))
    column.set(key, made)
    return made
  }
  for (const { key } of nodes) of(key)
  const last = Math.max(...column.values())
  for (const { key, kind } of nodes) if (kind === 'after') column.set(key, last)
  return column
}

function layersOf(spots: readonly Spot[]): Spot[][] {
  const layers: Spot[][] = []
  for (const spot of spots) {
    layers[spot.column] ??= []
    layers[spot.column].push(spot)
  }
  return layers
}

/** A state that goes through × and + alone to its next value goes straight: the lane of the memory. */
function fixLanes(
  { nodes, edges }: CellGraph,
  spots: ReadonlyMap<string, Spot>,
  chains: ReadonlyMap<PictureEdge, readonly Piece[]>,
): void {
  const kinds = new Map(nodes.map(({ key, kind }) => [key, kind]))
  const into = (key: string) => edges.filter(({ to }) => to === key)
  const wayBack = (key: string, goal: string): PictureEdge[] | null => {
    for (const edge of into(key)) {
      if (edge.from === goal) return [edge]
      const rest = kinds.get(edge.from) === 'operation' ? wayBack(edge.from, goal) : null
      if (rest) return [...rest, edge]
    }
    return null
  }
  let lane = 0
  for (const { kind, name } of nodes) {
    if (kind !== 'after') continue
    const way = wayBack(`after ${name}`, `before ${name}`)
    const onLane = way?.flatMap(edge => (chains.get(edge) as readonly Piece[]).flatMap(({ from, to }) => [from, to]))
    if (!onLane || onLane.some(({ isFixed }) => isFixed)) continue
    for (const spot of onLane) Object.assign(spot, { row: lane, isFixed: true })
    lane++
  }
  for (const spot of spots.values()) if (!spot.isFixed) spot.row += lane
}

function settle(
  layers: readonly (readonly Spot[])[],
  pieces: readonly Piece[],
  spots: ReadonlyMap<string, Spot>,
): void {
  const neighbours = new Map<Spot, Spot[]>()
  const join = (a: Spot, b: Spot) => neighbours.set(a, [...(neighbours.get(a) ?? []), b])
  // Everything is drawn to what comes after it, and only what has come from within to that.
  for (const { from, to } of new Set(pieces)) {
    join(from, to)
    if (to.node === null || (from.node?.kind !== 'x' && from.node?.kind !== 'before')) join(to, from)
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 === 0 ? [...layers].reverse() : layers
    for (const layer of order) {
      const wanted = new Map(layer.map(spot => [spot, wantedRow(spot, neighbours.get(spot) ?? [], spots)]))
      push(layer, wanted)
    }
  }
  // What is all but in one row is in one row.
  for (const spot of spots.values()) spot.row = Math.round(spot.row * GRID) / GRID
  putInputLast(spots)
}

/** x stands below all that is near it. */
function putInputLast(spots: ReadonlyMap<string, Spot>): void {
  const x = spots.get('x') as Spot
  const rows = [...spots.values()].flatMap(spot => (spot !== x && spot.column <= 1 ? [spot.row] : []))
  x.row = Math.max(...rows) + 0.9
}

/** A state before the step stands in the row of the state after it. */
function wantedRow(spot: Spot, near: readonly Spot[], spots: ReadonlyMap<string, Spot>): number {
  if (spot.isFixed) return spot.row
  if (spot.node?.kind === 'before') return (spots.get(`after ${spot.node.name}`) as Spot).row
  // What passes goes straight on from where it comes.
  const past = spot.node ? [] : near.filter(({ column }) => column < spot.column)
  if (past.length > 0) return past[0].row
  if (near.length === 0) return spot.row
  const mean = near.reduce((sum, { row }) => sum + row, 0) / near.length
  return spot.node?.kind === 'after' ? mean : Math.max(mean - LIFT, lastLane(spots) + BELOW_LANE)
}

const lastLane = (spots: ReadonlyMap<string, Spot>): number =>
  Math.max(-1, ...[...spots.values()].map(({ isFixed, row }) => (isFixed ? row : -1)))

interface Block {
  readonly spots: Spot[]
  /** Of the first one, were it alone. */
  wanted: number
  weight: number
  length: number
}

/** As near to what is wanted as their distances allow. */
function push(layer: readonly Spot[], wanted: ReadonlyMap<Spot, number>): void {
  const sorted = [...layer].sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || a.row - b.row)
  const blocks: Block[] = []
  for (const spot of sorted) {
    let block: Block = { spots: [spot], wanted: wanted.get(spot) as number, weight: spot.isFixed ? 1e6 : 1, length: 0 }
    for (let above = blocks.at(-1); above; above = blocks.at(-1)) {
      const gap = apart(above.spots.at(-1) as Spot, block.spots[0])
      if (above.wanted + above.length + gap <= block.wanted) break
      blocks.pop()
      block = joined(above, block, above.length + gap)
    }
    blocks.push(block)
  }
  for (const { spots, wanted: first } of blocks) {
    let row = first
    spots.forEach((spot, k) => {
      if (k > 0) row += apart(spots[k - 1], spot)
      if (!spot.isFixed) spot.row = row
    })
  }
}

function joined(above: Block, below: Block, offset: number): Block {
  const weight = above.weight + below.weight
  return {
    spots: [...above.spots, ...below.spots],
    wanted: (above.weight * above.wanted + below.weight * (below.wanted - offset)) / weight,
    weight,
    length: offset + below.length,
  }
}

const apart = (a: Spot, b: Spot): number => (a.node && b.node ? APART : APART_PASSING)
