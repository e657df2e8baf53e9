import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Chart } from './experiment.ts'
import { drawChart } from './svg-chart.ts'

const chart: Chart = {
  name: 'test',
  title: 'Loss < 1 & "more"',
  x: { label: 'epoch', domain: [0, 10] },
  y: { label: 'loss', domain: [0, 1] },
  series: [
    {
      name: 'a line',
      points: [
        [0, 0],
        [10, 1],
      ],
    },
    {
      name: 'points',
      kind: 'points',
      points: [
        [5, 0.5],
        [5, Number.NaN],
      ],
    },
  ],
  levels: [{ name: 'chance', y: 0.25 }],
}

/** The plot is from x 64 to 608 and from y 332 up to 40. */
test('a point stands where the axes say', () => {
  const svg = drawChart(chart)
  assert.ok(svg.includes('d="M64,332L608,40"'), svg)
  assert.ok(svg.includes('<rect x="333" y="183" width="6"'), svg) // around (336, 186)
  assert.ok(svg.includes('d="M64,259H608"'), svg) // 332 − 292 / 4
})

test('a value that is no number is left out, and a text is escaped', () => {
  const svg = drawChart(chart)
  assert.ok(!svg.includes('NaN'))
  assert.ok(svg.includes('<title>Loss &lt; 1 &amp; &quot;more&quot;</title>'))
  for (const { name } of chart.series) assert.ok(svg.includes(`>${name}</text>`))
})

test('a logarithmic axis has equal distances for equal ratios', () => {
  const svg = drawChart({
    ...chart,
    y: { label: 'perplexity', scale: 'log', domain: [1, 100] },
    series: [
      {
        name: 'a line',
        points: [
          [0, 1],
          [5, 10],
          [10, 100],
        ],
      },
    ],
    levels: [],
  })
  assert.ok(svg.includes('d="M64,332L336,186L608,40"'), svg)
})

test('one value alone is drawn, and a chart of the same numbers is the same text', () => {
  const single: Chart = {
    ...chart,
    x: { label: 'x' },
    y: { label: 'y' },
    levels: [],
    series: [{ name: 'one', kind: 'points', points: [[3, 7]] }],
  }
  assert.ok(!/NaN|Infinity/.test(drawChart(single)))
  assert.equal(drawChart(single), drawChart(single))
})
