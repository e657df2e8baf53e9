/** The report for the eye: terminal, page and figure. */
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { LanguageModel } from '../models/language-model.ts'
import { markovText, quickLanguage } from '../models/language-texts.test-support.ts'
import { english, madeUpTexts, quick } from '../models/made-up-texts.test-support.ts'
import { TextClassifier } from '../models/text-classifier.ts'
import { displayWidth } from '../text/display-width.ts'
import { drawReport } from './draw-report.ts'
import { inspect } from './inspect.ts'
import type { InspectionReport } from './report.ts'
import { reportFigure } from './report-figure.ts'
import { reportPage } from './report-page.ts'

const HOSTILE = '</script><img src=x onerror=alert(1)> "\'&\u202E\x1b]0;x\x07 \uD800 http://evil.example ]]>'
const rows = madeUpTexts(english, 40)

let plain: InspectionReport
let hostile: InspectionReport
let letters: InspectionReport
let keepless: InspectionReport
before(async () => {
  const strange = rows.map(({ text, label }) => ({ text: `${text} ${HOSTILE}`, label: `${label}<b>&\x1b[31m` }))
  const options = { ...quick, epochs: 1, bidirectional: true, tokens: 'space' } as const
  const model = await TextClassifier.train(rows, { ...options, layers: 2 })
  const over = { texts: rows.map(row => row.text), units: [{ layer: 1, direction: 'backward', unit: 3 }] } as const
  const changes = [{ kind: 'edit', index: 2, token: 'bad' }] as const
  plain = await inspect(model, 'the film is good', { changes, over })
  hostile = await inspect(await TextClassifier.train(strange, options), HOSTILE, {
    changes: [{ kind: 'edit', index: 0, token: '<b>\x1b[1m' }],
    over: { ...over, units: [{ layer: 0, direction: 'forward', unit: 0 }], texts: [HOSTILE] },
  })
  letters = await inspect(await LanguageModel.train(markovText(400), { ...quickLanguage, epochs: 1 }), 'abba')
  keepless = await inspect(await TextClassifier.train(rows, { ...options, cell: 'rnn', bidirectional: false }), 'good')
})

const all = () => [plain, hostile, letters, keepless]

describe('a report for a terminal', () => {
  it('has a line a token, the ledger, half-lives, changes and where units fire', () => {
    const lines = drawReport(plain, { width: 100 })
    const text = lines.join('\n')
    assert.match(text, /^predicted: (?:good|bad), \d+\.\d % \(4 tokens, 1 unknown to the model: is\)\n/)
    assert.match(text, /\nlayer 0 of 0 to 1, forward: lstm, 9 units; means over the units\n/)
    assert.match(text, /\nfilm +\S+ +\d+ %.* +-?\d+\.\d % +\d+\.\d % +\d+\.\d %\n/)
    assert.match(text, /\nmemory: "in c" is how much of c after token 3 \(good\) was written at each token/)
    assert.match(text, /\n {2}0\.5 to 1 +\d+/)
    assert.match(text, /\nnone +(?:good|bad) \d+\.\d % +\d+\.\d %\nedit 2=bad +(?:good|bad) /)
    assert.match(
      text,
      /\nunit 3 of layer 1, backward: where h is largest in \d+ tokens\n {3,4}-?\d\.\d{3} {2}text \d+: /,
    )
  })

  it('is no wider than 80 columns, but for what stands around a unit that fires', () => {
    const lines = drawReport({ ...plain, firing: [] }, { units: 9 })
    assert.deepEqual(
      lines.filter(line => displayWidth(line) > 80),
      [],
    )
    const text = lines.join(' ').replace(/\s+/g, ' ')
    assert.match(text, /largest in c:(?: unit \d -?\d\.\d\d at \d,){8} unit \d -?\d\.\d\d at \d half-lives/)
  })

  it('adds up the half-lives to the units', () => {
    const counts = drawReport(plain).flatMap(line => /^ {2}(?:[\d.]+ (?:to|and) \S+|none) +(\d+)/.exec(line)?.[1] ?? [])
    // Two directions of nine units.
    assert.equal(
      counts.reduce((sum, count) => sum + Number(count), 0),
      18,
    )
  })

  it('says the same without colour', () => {
    const coloured = drawReport(plain, { colour: true })
    assert.ok(coloured.join('').includes('\x1b['))
    assert.deepEqual(
      coloured.map(line => stripVTControlCharacters(line)),
      drawReport(plain),
    )
  })

  it('a language model has what came next and what was expected; a cell without a ledger says so', () => {
    assert.match(drawReport(letters)[0], /^most probable next: [ab], \d+\.\d % \(4 tokens\)$/)
    assert.match(drawReport(letters).join('\n'), /gradient +next +expected\n/)
    assert.match(drawReport(keepless).join('\n'), /\nmemory: rnn keeps nothing by a direct path\n/)
  })

  it('lets no text move the cursor', () => {
    for (const line of drawReport(hostile)) assert.doesNotMatch(line, /[\p{Cc}\u202E]/u)
  })

  it('refuses a layer that is not there', () => {
    assert.throws(() => drawReport(plain, { layer: 2 }), /^OptionError: layer: expected one from 0 to 1, got 2\./)
  })
})

describe('a report as a page', () => {
  it('loads nothing, and forbids itself to', () => {
    for (const report of all()) {
      const page = reportPage(report)
      assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/)
      // Every attribute that could load something; what is left of a text is no attribute.
      assert.doesNotMatch(
        page,
        /<(?:link|img|iframe|object|embed|base|form)\b|\s(?:src|href|action)=["']?\w+:|@import|url\(/,
      )
      assert.doesNotMatch(page, /<[^>]+\s(?:src|href)=/)
    }
  })

  it('holds a hostile text as text', () => {
    const page = reportPage(hostile)
    assert.equal(page.match(/<\/script>/g)?.length, 2)
    assert.equal(page.match(/<script/g)?.length, 2)
    assert.ok(page.includes('&lt;/script&gt;&lt;img'))
    assert.doesNotMatch(page, /[^\P{Cc}\n]/u)
    assert.doesNotMatch(page, /\u202E/)
  })

  it('holds the numbers of each heat map, a byte a value', () => {
    const page = reportPage(plain)
    const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '')
    const quantities = plain.layers.flatMap(layer => Object.values(layer.quantities))
    assert.equal(data.maps.length, quantities.length)
    assert.equal(page.match(/<canvas/g)?.length, quantities.length)
    for (const [k, { values }] of quantities.entries()) {
      const { low, high, units, bytes } = data.maps[k]
      const read = [...Buffer.from(bytes, 'base64')].map(byte => low + (byte / 255) * (high - low))
      assert.equal(units, values[0].length)
      assert.equal(read.length, values.flat().length)
      values.flat().forEach((value, i) => {
        assert.ok(Math.abs(value - read[i]) <= (high - low) / 510 + 1e-9)
      })
    }
  })
})

/** Whether each element that is opened is closed, in XML without comments and sections. */
function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, end, name, empty] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name)
    else if (!empty) open.push(name)
  }
  return open
}

describe('a report as a figure', () => {
  it('is well-formed, of vectors, and loads nothing', () => {
    for (const report of all()) {
      const figure = reportFigure(report)
      assert.ok(figure.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"'))
      assert.deepEqual(unclosed(figure.replace(/^<\?.*\?>\n/, '')), [])
      assert.doesNotMatch(figure, /<image|<script|<style|href|url\(/)
      assert.doesNotMatch(figure, /&(?!(?:amp|lt|gt|quot|#39);)/)
      assert.doesNotMatch(figure, /[^\P{Cc}\n]|NaN|undefined|Infinity/u)
    }
  })

  it('has a rectangle for each unit and token of a quantity, of the layer asked for', () => {
    const figure = reportFigure(plain, { layer: 1, units: 4 })
    // Six quantities and a ledger in two directions, four tokens; the gradient; the background and 16 frames.
    const cells = 2 * 6 * 4 * 4 + 2 * 4 + 4
    assert.equal(figure.match(/<rect/g)?.length, cells + 1 + 16)
    assert.match(figure, /<title>lstm, layer 1: the film is good<\/title>/)
    assert.throws(() => reportFigure(plain, { layer: 2 }), /^OptionError: layer/)
  })

  it('of a long text stays small enough to open', async () => {
    const model = await LanguageModel.train(markovText(400), { ...quickLanguage, epochs: 1 })
    const figure = reportFigure(await inspect(model, markovText(5000)))
    assert.ok((figure.match(/<rect/g)?.length ?? 0) < 45_000)
  })
})
