/**
 * Style and script of the page that `report-page.ts` writes: plain strings, so that the page stands alone.
 */
import { colourAt } from './heat-colours.ts'

export const PAGE_STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
#text{line-height:2}
.token{padding:.15em .25em;border-radius:.2em;cursor:pointer;white-space:pre-wrap}
.token.here,.token:hover{outline:2px solid currentColor}
.curve{width:100%;height:7.5rem;border:1px solid #888}
.curve polyline{fill:none;stroke:currentColor;stroke-width:2;vector-effect:non-scaling-stroke}
.curve .half{stroke:#888;stroke-dasharray:4;vector-effect:non-scaling-stroke}
figure{margin:.75rem 0}figcaption{font-size:.9rem}
canvas{display:block;width:100%;image-rendering:pixelated;border:1px solid #888}
table{border-collapse:collapse}th,td{padding:.1em .7em;text-align:left;font-weight:normal}
caption{text-align:left;font-size:.9rem}
.bar{display:inline-block;height:.8em;background:#2171b5}
`

/** 256 colours each, as the figure has them. */
const palette = (isSigned: boolean) => Array.from({ length: 256 }, (_, k) => colourAt(k / 255, isSigned))

export const PAGE_SCRIPT = `
'use strict'
const palettes = ${JSON.stringify([palette(false), palette(true)])}
const data = JSON.parse(document.getElementById('data').textContent)
const tokens = [...document.querySelectorAll('.token')]
const told = document.getElementById('told')
const select = document.getElementById('colouring')
const within = (value, most) => Math.min(most, Math.max(0, value))
const place = (value, { low, high }) =>
  high === low ? 0 : within(Math.round((255 * (value - low)) / (high - low)), 255)
const said = (value, isSigned) => (isSigned ? value.toFixed(3) : (100 * value).toFixed(1) + ' %')
data.colourings.forEach(({ name }, k) => select.add(new Option(name, String(k))))
const first = data.colourings.findIndex(({ name }) => name.startsWith('forget gate') || name.startsWith('update gate'))
select.value = String(Math.max(0, first))
function colour() {
  const chosen = data.colourings[Number(select.value)]
  tokens.forEach((span, t) => {
    const [r, g, b] = palettes[Number(chosen.isSigned)][place(chosen.values[t], chosen)]
    const light = (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255
    span.style.background = 'rgb(' + r + ' ' + g + ' ' + b + ')'
    span.style.color = light > 0.5 ? '#000' : '#fff'
    span.title = chosen.name + ' ' + said(chosen.values[t], chosen.isSigned)
  })
}
function tell(t, more) {
  tokens.forEach((span, k) => span.classList.toggle('here', k === t))
  const chosen = data.colourings[Number(select.value)]
  const value = chosen.name + ' ' + said(chosen.values[t], chosen.isSigned)
  told.textContent = t + ' ' + data.tokens[t] + ': ' + (more || value)
}
select.addEventListener('change', colour)
document.getElementById('text').addEventListener('click', event => {
  const span = event.target.closest('.token')
  if (span) tell(Number(span.dataset.t))
})
document.querySelectorAll('canvas').forEach((canvas, k) => {
  const { low, high, isSigned, units, bytes } = data.maps[k]
  const values = Uint8Array.from(atob(bytes), c => c.charCodeAt(0))
  const length = tokens.length
  canvas.width = length
  canvas.height = units
  canvas.style.height = Math.min(400, Math.max(40, units * 3)) + 'px'
  const context = canvas.getContext('2d')
  const image = context.createImageData(length, units)
  const colours = palettes[Number(isSigned)]
  for (let j = 0; j < units; j++) {
    for (let t = 0; t < length; t++) {
      const [r, g, b] = colours[values[t * units + j]]
      image.data.set([r, g, b, 255], 4 * (j * length + t))
    }
  }
  context.putImageData(image, 0, 0)
  const name = canvas.parentElement.querySelector('figcaption').textContent
  let [t, j] = [0, 0]
  const show = () => {
    const value = low + ((high - low) * values[t * units + j]) / 255
    tell(t, name + ', unit ' + j + ': ' + said(value, isSigned))
  }
  canvas.addEventListener('pointermove', event => {
    const box = canvas.getBoundingClientRect()
    t = within(Math.floor(((event.clientX - box.left) / box.width) * length), length - 1)
    j = within(Math.floor(((event.clientY - box.top) / box.height) * units), units - 1)
    show()
  })
  canvas.addEventListener('keydown', event => {
    const keys = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
    const [dt, dj] = keys[event.key] || [0, 0]
    if (dt === 0 && dj === 0) return
    event.preventDefault()
    t = within(t + dt, length - 1)
    j = within(j + dj, units - 1)
    show()
  })
})
colour()
`
