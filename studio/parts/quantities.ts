/** The names, signs and scales of a cell's quantities; a cell of somebody's own has names that are not listed here. */
import { dictionary } from '../shell/language.ts'
import { largestMagnitude, type Scale } from './colours.ts'

const en: Readonly<Record<string, string>> = {
  inputGate: 'input gate',
  forgetGate: 'forget gate',
  outputGate: 'output gate',
  resetGate: 'reset gate',
  updateGate: 'update gate',
  candidate: 'candidate',
  c: 'cell state',
  h: 'hidden state',
  n: 'normalizer state',
  m: 'stabilizer state',
}

const zh: Readonly<Record<string, string>> = {
  inputGate: '输入门',
  forgetGate: '遗忘门',
  outputGate: '输出门',
  resetGate: '重置门',
  updateGate: '更新门',
  candidate: '候选值',
  c: '细胞状态',
  h: '隐藏状态',
  n: '归一化状态',
  m: '稳定状态',
}

const names = dictionary(en, zh)

/** In the page's language; `someGate` of a cell that is not ours → `some gate`. */
export const quantityName = (name: string): string =>
  names.value[name] ?? name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

const SIGNS: Readonly<Record<string, string>> = {
  inputGate: 'i',
  forgetGate: 'f',
  outputGate: 'o',
  resetGate: 'r',
  updateGate: 'z',
  candidate: 'C̃',
  c: 'C',
  h: 'h',
  n: 'n',
  m: 'm',
}

/**
 * As it stands in the equations of the chapters.
 *
 * @param among  All quantities of the cell: a candidate is one for the state that the cell has.
 */
export function quantitySign(name: string, among: readonly string[]): string {
  return name === 'candidate' && !among.includes('c') ? 'h̃' : (SIGNS[name] ?? '')
}

/** The order in which a step computes: what is forgotten, what is added, what is let out. */
const ORDER = ['resetGate', 'updateGate', 'forgetGate', 'inputGate', 'candidate', '', 'c', 'n', 'm', 'outputGate', 'h']

const placeIn = (name: string): number => {
  const place = ORDER.indexOf(name)
  return place === -1 ? ORDER.indexOf('') : place
}

export const inOrder = (quantities: readonly string[]): string[] =>
  [...quantities].sort((a, b) => placeIn(a) - placeIn(b))

export const isGate = (name: string): boolean => name.endsWith('Gate')

/** A gate between 0 and 1 has the scale of a share; what stays within −1 and 1 that of tanh; else what it needs. */
export function scaleOf(name: string, values: ArrayLike<number>): Scale {
  const known = scales.get(values)
  if (known) return known
  const scale = newScale(name, values)
  scales.set(values, scale)
  return scale
}

/** A hundred thousand numbers are looked through once, not at each move of the mouse. */
const scales = new WeakMap<ArrayLike<number>, Scale>()

function newScale(name: string, values: ArrayLike<number>): Scale {
  const limit = largestMagnitude(values)
  if (isGate(name) && limit <= 1 && !hasNegative(values)) return { kind: 'share', limit: 1 }
  return { kind: 'signed', limit: name === 'c' || limit > 1 ? limit : 1 }
}

function hasNegative(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] < 0) return true
  return false
}
