/**
 * How fast the studio is: from an address to the first picture, and the script time of one move over its pictures.
 *
 *   npm run bench:studio
 *
 * The mouse goes over the heat maps of a classifier with many units and a long text, and after each move Chromium is
 * asked how long scripts, styles and layout have run. What asks is in these times too, so they are upper bounds.
 */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CDPSession, chromium, type Page } from 'playwright-core'
import { studioFolder } from '../src/cli/studio-build.ts'
import { TextClassifier } from '../src/index.ts'
import { writeModel } from '../src/platform/node/index.ts'
import { startStudioServer } from '../src/server/studio-server.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Tokens and units. */
const SIZES = [
  [200, 512],
  [500, 256],
] as const
const MOVES = 200
const OPENINGS = 5
const WORDS = 'the film was a good story with an awful actor but nobody came'.split(' ')

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`bench:studio: expected Chromium in ${CHROMIUM}, got nothing. apt-get install chromium\n`)
  process.exit(1)
}
const folder = await studioFolder(line => process.stderr.write(`${line}\n`), new AbortController().signal)
const models = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const load = loadavg()[0].toFixed(2)
  console.log(`${cpus()[0].model}, ${cpus().length} cores, load ${load}, Chromium ${browser.version()}, ${today()}`)
  for (const [tokens, units] of SIZES) await measure(tokens, units)
  console.log(`whole studio, gzip: ${(compressedBytes(folder) / 1000).toFixed(1)} kB`)
} finally {
  await browser.close()
  rmSync(models, { recursive: true, force: true })
}

async function measure(tokens: number, units: number): Promise<void> {
  const model = join(models, `${units}.safetensors`)
  await writeModel(model, await untrained(units))
  const server = await startStudioServer({ folder, model, port: 0 })
  try {
    const short = await firstPictures(server.url)
    console.log(
      `${units} units, first picture, warm server: least ${ms(Math.min(...short))}, all ${short.map(ms).join(' ')}`,
    )
    const text = Array.from({ length: tokens }, (_, t) => WORDS[(t * 7) % WORDS.length]).join(' ')
    const moves = await moveTimes(await opened(`${server.url}#/read?text=${encodeURIComponent(text)}`))
    for (const part of ['script', 'styles', 'layout'] as const) {
      const times = moves.map(move => move[part]).sort((a, b) => a - b)
      const at = (share: number) => ms(times[Math.min(times.length - 1, Math.floor(share * times.length))])
      console.log(`one move, ${tokens} × ${units}, ${part}: median ${at(0.5)}, 95th percentile ${at(0.95)}`)
    }
  } finally {
    await server.close()
  }
}

/** Trained next to nothing: its pictures are as large as any. */
async function untrained(units: number): Promise<TextClassifier> {
  const rows = WORDS.map((word, k) => ({ text: `${word} ${WORDS[(k + 1) % WORDS.length]}`, label: k % 2 ? 'a' : 'b' }))
  return TextClassifier.train(rows, { hidden: units, bidirectional: false, embedding: 8, minimumCount: 1, epochs: 1 })
}

async function opened(url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } })
  await page.goto(url)
  await page.waitForSelector('.heat-map canvas')
  await page.waitForSelector('[data-test="prediction"] dt')
  return page
}

/** In ms, from the navigation's begin to the first frame after the heat maps are there; the first one warms up. */
async function firstPictures(url: string): Promise<number[]> {
  const times: number[] = []
  for (let k = 0; k <= OPENINGS; k++) {
    const page = await browser.newPage({ viewport: { width: 1360, height: 900 } })
    await page.addInitScript(() => {
      const watch = () => {
        if (document.querySelector('.heat-map canvas')) {
          requestAnimationFrame(() => {
            document.documentElement.dataset.first = String(performance.now())
          })
        } else requestAnimationFrame(watch)
      }
      watch()
    })
    await page.goto(url)
    const first = await page.waitForFunction(() => document.documentElement.dataset.first)
    times.push(Number(await first.jsonValue()))
    await page.close()
  }
  return times.slice(1)
}

interface Move {
  readonly script: number
  readonly styles: number
  readonly layout: number
}

async function moveTimes(page: Page): Promise<Move[]> {
  const map = page.locator('.heat-map').nth(1)
  await map.scrollIntoViewIfNeeded()
  const box = await map.boundingBox()
  if (!box) throw new Error('internal: the heat map has no place')
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const moves: Move[] = []
  for (let k = 0; k < MOVES; k++) {
    const before = await spent(session)
    await page.mouse.move(box.x + ((k + 0.5) / MOVES) * box.width, box.y + (((k * 37) % 100) / 100) * box.height)
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0))))
    const after = await spent(session)
    moves.push({
      script: after.script - before.script,
      styles: after.styles - before.styles,
      layout: after.layout - before.layout,
    })
  }
  return moves
}

/** In ms, since the page began. */
async function spent(session: CDPSession): Promise<Move> {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string) => 1000 * (metrics.find(metric => metric.name === name)?.value ?? Number.NaN)
  return { script: of('ScriptDuration'), styles: of('RecalcStyleDuration'), layout: of('LayoutDuration') }
}

function compressedBytes(of: string): number {
  return globSync('**/*', { cwd: of })
    .map(path => join(of, path))
    .filter(path => statSync(path).isFile() && !path.endsWith('.md'))
    .reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0)
}

function ms(time: number): string {
  return `${time.toFixed(2)} ms`
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
