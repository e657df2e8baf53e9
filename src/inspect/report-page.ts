/**
 * A report as one self-contained page: text coloured by what is chosen, heat maps of every layer and quantity, the
 * prediction as a curve, half-lives, interventions. It loads nothing, and its policy forbids it to.
 */
import { plural } from '../errors/plural.ts'
import { scaleOf } from './heat-colours.ts'
import { PAGE_SCRIPT, PAGE_STYLE } from './page-script.ts'
import type { InspectedLayer, InspectionReport } from './report.ts'
import { curveOf, inWords, livesOf, longestLives, nameOf, percent, steps } from './summary.ts'
import { markup, visible, visibleToken } from './visible.ts'

/** Nothing is loaded, from anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

const tokenSpan = (token: string, t: number): string =>
  `<bdi class="token" data-t="${t}">${markup(visibleToken(token))}</bdi>`

/** Longest half-lives that are named. */
const NAMED = 8

/** @returns  An HTML document. */
export function reportPage(report: InspectionReport): string {
  const { task, tokens, prediction, layers } = report
  const answer = `${visibleToken(nameOf(prediction))}, ${percent(prediction.probability)}`
  const title = task === 'classifier' ? `predicted: ${answer}` : `most probable next: ${answer}`
  const asked = task === 'classifier' ? `${nameOf(prediction)} after each token` : 'the token that came next'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${markup(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${markup(title)}</h1>
<p>${markup(factsOf(report))}</p>
<p><label>Colour the text by <select id="colouring"></select></label> <span id="told" role="status"></span></p>
<p id="text">${tokens.map(tokenSpan).join(' ')}</p>
<h2>Probability of ${markup(asked)}</h2>
${curve(report)}
${interventions(report)}
${layers.map(layerSection).join('\n')}
</main>
<script type="application/json" id="data">${scriptJson(pageData(report))}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`
}

function factsOf({ tokens, unknown, layers }: InspectionReport): string {
  const [first] = layers
  const count = `${plural(tokens.length, 'token')}, ${unknown.length} of them unknown to the model`
  return `${count}; ${first.cell}, ${layers.length === 1 ? '1 layer' : `${layers.length} layers and directions`}.`
}

/** What the script draws: numbers as bytes between the ends of their scales. */
function pageData(report: InspectionReport) {
  const { layers, gradient, predictions, tokens } = report
  const most = gradient.reduce((a, b) => Math.max(a, b), 0)
  const colourings = layers.flatMap(({ layer, direction, quantities, ledger }) => {
    const where = layers.length === 1 ? '' : ` (layer ${layer}, ${direction})`
    const means = Object.entries(quantities).map(([name, { mean }]) => colouring(`${inWords(name)}${where}`, mean))
    const shares = ledger ? [colouring(`in ${ledger.state} after token ${ledger.at}${where}`, ledger.shares)] : []
    return [...means, ...shares]
  })
  const all = [
    ...colourings,
    colouring(
      'gradient',
      gradient.map(g => (most === 0 ? 0 : g / most)),
    ),
    colouring('prediction', curveOf(report, predictions)),
  ]
  const maps = layers.flatMap(({ quantities }) => Object.values(quantities).map(({ values }) => heatMap(values)))
  return { tokens: tokens.map(visibleToken), colourings: all, maps }
}

function colouring(name: string, values: readonly number[]) {
  return { name: visible(name), ...scaleOf([values]), values: values.map(value => Number(value.toPrecision(4))) }
}

function heatMap(values: readonly (readonly number[])[]) {
  const scale = scaleOf(values)
  const { low, high } = scale
  const width = values[0].length
  const bytes = new Uint8Array(values.length * width)
  values.forEach((row, t) => {
    row.forEach((value, j) => {
      bytes[t * width + j] = high === low ? 0 : Math.round((255 * (value - low)) / (high - low))
    })
  })
  return { ...scale, units: width, bytes: base64(bytes) }
}

/** In pieces, because a call takes only so many arguments; of three bytes each, so that they join. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let begin = 0; begin < bytes.length; begin += 3 * 4096) {
    text += btoa(String.fromCharCode(...bytes.subarray(begin, begin + 3 * 4096)))
  }
  return text
}

/** JSON that a script element may hold. */
const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

function curve(report: InspectionReport): string {
  const values = curveOf(report, report.predictions)
  const [width, height] = [960, 120]
  const x = (t: number) => ((t + 0.5) * width) / values.length
  const points = values.map((p, t) => `${x(t).toFixed(1)},${(height * (1 - p)).toFixed(1)}`).join(' ')
  const [first, last] = [values[0], values[values.length - 1]].map(percent)
  const label = `From ${first} after the first token to ${last} after the last.`
  return (
    `<svg class="curve" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" ` +
    `aria-label="${markup(label)}">` +
    `<line x1="0" x2="${width}" y1="${height / 2}" y2="${height / 2}" class="half"/>` +
    `<polyline points="${points}"/></svg><p>${markup(label)}</p>`
  )
}

function interventions({ interventions: list, prediction }: InspectionReport): string {
  if (list.length === 0) return ''
  const row = (change: string, label: string, probability: number) =>
    `<tr><th scope="row">${markup(change)}</th>` +
    `<td>${markup(visibleToken(label))}</td><td>${percent(probability)}</td></tr>`
  const heads = ['change', 'prediction', 'probability'].map(head => `<th scope="col">${head}</th>`)
  return `<h2>What would be predicted</h2>
<table><thead><tr>${heads.join('')}</tr></thead><tbody>
${row('none', nameOf(prediction), prediction.probability)}
${list.map(i => row(i.change, nameOf(i.prediction), i.prediction.probability)).join('\n')}
</tbody></table>`
}

function layerSection(inspected: InspectedLayer): string {
  const { layer, direction, cell, hidden, quantities, ledger, halfLife } = inspected
  const maps = Object.keys(quantities).map(name => {
    const label = `${inWords(name)}: tokens from left to right, units from top to bottom`
    return (
      `<figure><figcaption>${markup(inWords(name))}</figcaption>` +
      `<canvas tabindex="0" role="img" aria-label="${markup(label)}"></canvas></figure>`
    )
  })
  const memory = ledger
    ? `<p>Memory ${markup(ledger.state)}: the direct path only. ` +
      `What is left of the first state after token ${ledger.at}: ${percent(ledger.initialShare)}.</p>`
    : `<p>${markup(cell)} keeps nothing by a direct path.</p>`
  return `<section><h2>Layer ${layer}, ${direction}: ${markup(cell)}, ${plural(hidden, 'unit')}</h2>
${memory}${halfLife ? halfLives(halfLife) : ''}
${maps.join('\n')}</section>`
}

function halfLives(halfLife: readonly (number | null)[]): string {
  const { bins, endless } = livesOf(halfLife)
  const most = Math.max(1, ...bins.map(bin => bin.units))
  const rows = bins.map(({ from, to, units }) => {
    const range = to === null ? `${from} and more` : `${from} to ${to}`
    const bar = `<span class="bar" style="width:${((12 * units) / most).toFixed(2)}em"></span>`
    return `<tr><th scope="row">${range}</th><td>${units}</td><td>${bar}</td></tr>`
  })
  const longest = longestLives(halfLife, NAMED).map(({ unit, steps: life }) => `unit ${unit} ${steps(life)}`)
  const none =
    endless === 0 ? '' : `<p>${plural(endless, 'unit')} without one: the mean is 1 or more, or 0 or less.</p>`
  return `<table><caption>Half-lives in steps</caption><tbody>${rows.join('')}</tbody></table>${none}
<p>Longest: ${longest.join(', ') || 'none'}.</p>`
}
