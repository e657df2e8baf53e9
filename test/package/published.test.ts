/**
 * The package as people get it: packed, installed into an empty project, used from plain JavaScript on the oldest and
 * the newest Node we promise, and from TypeScript. Extend DOORS when an export is added.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'

/** What each door lets through, at least. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  sluice: ['SluiceError', 'LanguageModel', 'Recurrent', 'TextClassifier', 'defineCell', 'formula', 'lstm', 'tensor'],
  'sluice/node': ['enableWideVectors', 'readModel', 'startThreads', 'writeModel'],
}

/** What somebody who has installed it does: train with a cell of their own, write, read, ask. Valid TypeScript too. */
const USE = `
const { add, mul, sigmoid, tanh, sub } = formula
const own = defineCell('own', ({ affine, previous }) => {
  const updateGate = sigmoid(affine('z'))
  const h = add(mul(updateGate, previous('h')), mul(sub(1, updateGate), tanh(affine('n'))))
  return { state: { h }, quantities: { updateGate } }
})
const texts = ['good film', 'bad film', 'good plot', 'bad plot', 'good cast', 'bad cast', 'good end', 'bad end']
const rows = texts.map(text => ({ text, label: text.startsWith('good') ? 'positive' : 'negative' }))
for (const cell of [lstm, own]) {
  const model = await TextClassifier.train(rows, { cell, hidden: 4, embedding: 4, minimumCount: 1, epochs: 2 })
  await writeModel('model.safetensors', model)
  const read = await readModel('model.safetensors', { kind: TextClassifier })
  const [before, after] = [model, read].map(m => m.predict('good film').probability)
  if (before !== after) throw new Error('another answer')
}
const layer = new Recurrent(lstm, { inputSize: 2, hiddenSize: 3 })
if (layer.forward(tensor([[[1, 2]]])).output.shape.join() !== '1,1,3') throw new Error('another shape')
const others = [LanguageModel, SluiceError, enableWideVectors, startThreads]
if (!others.every(f => typeof f === 'function')) throw new Error('gone')
console.log(globalThis.process.version.split('.')[0])
`

const OLDEST_NODE = '22.23.3'
const ROOT = resolve(import.meta.dirname, '../..')
const PACKED = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'NOTICE',
  'src',
  'studio',
  'tsconfig.json',
  'tsconfig.build.json',
]

const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'))
const project = join(folder, 'project')
let packedFiles: string[] = []

/** The environment without what the surrounding `npm run` says about our own package. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_package|npm_lifecycle|npm_config_local_prefix|NODE_TEST)/.test(name),
  ),
)

/** @returns What the program writes to stdout. */
function run(cwd: string, program: string, ...programArguments: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, programArguments, { cwd, encoding: 'utf8', env: environment })
  assert.equal(status, 0, `${program} ${programArguments.join(' ')} in ${cwd}:\n${stdout}${stderr}`)
  return stdout
}

before(() => {
  const source = join(folder, 'source')
  for (const name of PACKED.filter(name => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, name), join(source, name), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'))
  const [packed] = JSON.parse(run(source, 'npm', 'pack', '--json', '--silent', '--pack-destination', folder))
  packedFiles = packed.files.map((file: { path: string }) => file.path)

  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n')
  run(project, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename))
  writeFileSync(join(project, 'use.js'), program())
  writeFileSync(join(project, 'use.ts'), program())
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** Imports every name of DOORS, failing where one is missing, uses them, and prints Node's major version. */
function program(): string {
  const imports = Object.entries(DOORS).map(([door, names]) => `import { ${names.join(', ')} } from '${door}'`)
  return [...imports, USE].join('\n')
}

/** Ends that only the studio's page has. */
const OF_PAGE = /(?<=^dist\/studio\/.+)\.(html|css|svg|md)$/

test('the package holds compiled files and papers, no sources and no tests', () => {
  const strange = packedFiles.filter(
    path =>
      !/^(dist\/.+\.(js|d\.ts)|package\.json|README\.md|CHANGELOG\.md|LICENSE|NOTICE)$/.test(
        path.replace(OF_PAGE, '.js'),
      ) || /\.test\./.test(path),
  )
  assert.deepEqual(strange, [])
  for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/studio/index.html', 'LICENSE', 'NOTICE'])
    assert.ok(packedFiles.includes(path), path)
})

test('plain JavaScript imports it on the Node that runs this test', () => {
  assert.equal(run(project, process.execPath, 'use.js').trim(), process.version.split('.')[0])
})

test('plain JavaScript imports it on Node 22', () => {
  const node22 = ['exec', '--yes', '--prefer-offline', `--package=node@${OLDEST_NODE}`, '--', 'node']
  assert.equal(run(project, 'npm', ...node22, 'use.js').trim(), 'v22')
})

test('TypeScript finds the types, and they hold without skipLibCheck', () => {
  const options = '--noEmit --strict --exactOptionalPropertyTypes --module nodenext --target es2024 --types node'.split(
    ' ',
  )
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  run(project, process.execPath, tsc, ...options, '--typeRoots', join(ROOT, 'node_modules/@types'), 'use.ts')
})

const hasProgram = existsSync(join(ROOT, 'src/cli/main.ts'))
test('the command is there', { skip: hasProgram ? false : 'src/cli/main.ts is not there yet' }, () => {
  assert.equal(run(project, 'npm', 'exec', '--', 'sluice', '--version').trim(), '0.1.0')
})

test('the studio is served, with its page built', { timeout: 30_000 }, async () => {
  const program = join(project, 'node_modules/sluice/dist/cli/main.js')
  const child = spawn(process.execPath, [program, 'studio', '--no-open', '--port', '0', '--json'], { cwd: project })
  const [line] = await once(child.stdout, 'data')
  const page = await (await fetch(JSON.parse(String(line)).url)).text()
  child.kill('SIGINT')
  assert.match(page, /<script type="module" [^>]*src="\.\/assets\/index-/)
  assert.deepEqual(await once(child, 'exit'), [130, null])
})
