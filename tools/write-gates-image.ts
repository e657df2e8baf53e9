/**
 * Writes docs/images/gates.svg: what the forget and the input gate of a trained model do over a sentence, unit by unit,
 * and the answer to the text so far.
 *
 *   npm start                                       writes the model
 *   node tools/write-gates-image.ts [MODEL [TEXT]]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type RecordedText, recordText, TextClassifier } from '../src/index.ts'
import { readModel } from '../src/platform/node/index.ts'

const IMAGE = resolve(import.meta.dirname, '../docs/images/gates.svg')
const SHOWN_UNITS = 12
const [CELL_WIDTH, CELL_HEIGHT, GAP, LEFT, TOP] = [62, 11, 22, 108, 44]
const STRIP_HEIGHT = SHOWN_UNITS * CELL_HEIGHT
const FONT = 'font-family="system-ui, sans-serif" font-size="13" fill="#1a1a1a"'

/** White at 0, dark blue at 1. */
function colourOf(share: number): string {
  const channel = (dark: number) => Math.round(250 + (dark - 250) * share)
  return `rgb(${channel(8)},${channel(48)},${channel(107)})`
}

/** The units whose value differs most over the sentence, in order of their mean. */
function livelyUnits(values: readonly (readonly number[])[]): number[] {
  const of = (unit: number) => values.map(row => row[unit])
  const range = (unit: number) => Math.max(...of(unit)) - Math.min(...of(unit))
  const mean = (unit: number) => of(unit).reduce((sum, v) => sum + v, 0)
  const units = values[0].map((_, unit) => unit).sort((a, b) => range(b) - range(a))
  return units.slice(0, SHOWN_UNITS).sort((a, b) => mean(b) - mean(a))
}

const text = (x: number, y: number, content: string, anchor = 'middle') =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`

/** One gate: a column a token, a row a unit; the colours go from the lowest value to the highest. */
function strip(values: readonly (readonly number[])[], label: string, top: number): string[] {
  const units = livelyUnits(values)
  const shown = values.flatMap(of => units.map(unit => of[unit]))
  const [least, most] = [Math.min(...shown), Math.max(...shown)]
  const cells = units.flatMap((unit, row) =>
    values.map((of, t) => {
      const [x, y] = [LEFT + t * CELL_WIDTH, top + row * CELL_HEIGHT]
      const size = `width="${CELL_WIDTH - 1}" height="${CELL_HEIGHT - 1}"`
      return `<rect x="${x}" y="${y}" ${size} fill="${colourOf((of[unit] - least) / (most - least))}"/>`
    }),
  )
  const middle = top + STRIP_HEIGHT / 2
  return [text(LEFT - 10, middle - 6, label, 'end'), ...scale(least, most, middle + 6), ...cells]
}

/** Left of a strip: what its lightest and its darkest colour mean. */
function scale(least: number, most: number, y: number): string[] {
  const shades = Array.from(
    { length: 10 },
    (_, k) => `<rect x="${LEFT - 66 + k * 2}" y="${y}" width="2" height="10" fill="${colourOf(k / 9)}"/>`,
  )
  const percent = (share: number) => `${Math.round(100 * share)}`
  return [
    text(LEFT - 70, y + 10, percent(least), 'end'),
    ...shades,
    text(LEFT - 10, y + 10, `${percent(most)} %`, 'end'),
  ]
}

/** The answer after each token: a bar up or down from one half. */
function answers(shares: readonly number[], top: number): string[] {
  const [middle, half] = [top + 40, 40]
  const bars = shares.flatMap((share, t) => {
    const height = Math.abs(share - 0.5) * 2 * half
    const [x, y] = [LEFT + t * CELL_WIDTH, share > 0.5 ? middle - height : middle]
    const colour = share > 0.5 ? '#1b7837' : '#b2182b'
    return [
      `<rect x="${x + 8}" y="${y}" width="${CELL_WIDTH - 17}" height="${height}" fill="${colour}"/>`,
      text(x + CELL_WIDTH / 2, share > 0.5 ? middle + 16 : middle - 6, `${Math.round(100 * share)} %`),
    ]
  })
  const end = LEFT + shares.length * CELL_WIDTH
  const line = `<line x1="${LEFT}" y1="${middle}" x2="${end}" y2="${middle}" stroke="#888"/>`
  return [text(LEFT - 10, middle + 4, 'positive so far', 'end'), line, ...bars]
}

function drawing({ tokens, layers }: RecordedText, soFar: readonly number[]): string {
  const [{ quantities }] = layers
  const second = TOP + STRIP_HEIGHT + GAP
  const third = second + STRIP_HEIGHT + GAP
  const width = LEFT + tokens.length * CELL_WIDTH + 20
  const height = third + 96
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>Gates of a trained LSTM over a sentence</title><rect width="100%" height="100%" fill="#fff"/><g ${FONT}>`,
    ...tokens.map((token, t) => text(LEFT + (t + 0.5) * CELL_WIDTH, TOP - 14, token)),
    ...strip(quantities.forgetGate.values, 'forget gate', TOP),
    ...strip(quantities.inputGate.values, 'input gate', second),
    ...answers(soFar, third),
    '</g></svg>',
    '',
  ].join('\n')
}

function soFarOf(model: TextClassifier, tokens: readonly string[]): number[] {
  const prefixes = tokens.map((_, t) => tokens.slice(0, t + 1).join(' '))
  return model.predictAll(prefixes).map(({ probabilities }) => probabilities.positive)
}

const [path = 'out/sentiment.safetensors', sentence = 'the food was good but the service was slow'] =
  process.argv.slice(2)
const model = await readModel(path, { kind: TextClassifier })
const recorded = recordText(model, sentence)
mkdirSync(dirname(IMAGE), { recursive: true })
writeFileSync(IMAGE, drawing(recorded, soFarOf(model, recorded.tokens)))
process.stdout.write(`${IMAGE} is written.\n`)
