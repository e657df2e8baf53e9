/** Disks that are full or read-only, and SIGTERM while a file is written: a clear error, and the old file as it was. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { peekCheckpoint } from '../../src/models/checkpoint-file.ts'
import { assertRefused, delimited, json, reviews, SMALL, sluice, started, temporaryFolder } from './spawn-sluice.ts'

const cwd = temporaryFolder()
writeFileSync(join(cwd, 'reviews.csv'), delimited(reviews(60), ','))
const train = ['train', 'classifier', 'reviews.csv', ...SMALL]

/** A file system of its own, if this machine lets us make one. @returns Its folder, or why there is none. */
function smallDisk(name: string, options: string): { folder: string } | { reason: string } {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`))
  after(() => {
    spawnSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })
  const { status, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  if (status !== 0) return { reason: `a file system cannot be mounted here (${error?.message ?? `status ${status}`})` }
  return { folder }
}

const full = smallDisk('full', 'size=64k')
const skipOf = (disk: ReturnType<typeof smallDisk>) => ('reason' in disk ? disk.reason : false)

test('a disk that is full: the old model stays, and nothing half written', { skip: skipOf(full) }, () => {
  const { folder } = full as { folder: string }
  const out = join(folder, 'm.safetensors')
  const rest = ['--out', out, '--checkpoint', join(cwd, 'elsewhere')]
  json([...train, ...rest], { cwd })
  const old = readFileSync(out)
  writeFileSync(join(folder, 'filler'), new Uint8Array(60_000 - old.length))
  const { status, stdout, stderr } = sluice([...train, ...rest, '--hidden', '32', '--json'], { cwd })
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(
    stderr,
    /\nerror: [^\n]*m\.safetensors: expected a file that can be written, got a disk that is full.*\n$/,
  )
  assert.deepEqual(readFileSync(out), old)
  assert.deepEqual(readdirSync(folder), ['filler', 'm.safetensors'])
})

test('a checkpoint that does not fit ends the training with its name', { skip: skipOf(full) }, () => {
  const { folder } = full as { folder: string }
  const path = join(folder, 'c')
  const { status, stderr } = sluice([...train, '--checkpoint', path, '--out', 'never.safetensors'], { cwd })
  assert.equal(status, 1)
  assert.match(stderr, /\nerror: [^\n]*\/c: expected a file that can be written, got a disk that is full.*\n$/)
  assert.ok(!existsSync(join(cwd, 'never.safetensors')) && !existsSync(path))
})

const readOnly = smallDisk('read-only', 'size=64k')
test('a folder that is read-only, and one that is missing, are refused before training', {
  skip: skipOf(readOnly),
}, () => {
  const { folder } = readOnly as { folder: string }
  writeFileSync(join(folder, 'm.safetensors'), 'old')
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0)
  const out = join(folder, 'm.safetensors')
  assertRefused(
    [...train, '--out', out],
    { cwd },
    1,
    /m\.safetensors: expected a file that can be written, got .*EROFS/,
  )
  assertRefused([...train, '--checkpoint', join(folder, 'c')], { cwd }, 1, /\/c: expected a file that can be written/)
  assert.equal(readFileSync(out, 'utf8'), 'old')
})

test('the folder of a checkpoint is missing', () => {
  assertRefused([...train, '--checkpoint', 'none/c'], { cwd }, 1, /none\/c: expected a file .* make its folder/)
})

test('SIGTERM while checkpoints are written one after the other leaves a whole one, and the old model', async t => {
  const out = join(cwd, 'old.safetensors')
  json([...train, '--out', out], { cwd })
  rmSync(`${out}.checkpoint`)
  const old = readFileSync(out)
  const words = [...train.slice(0, 3), '--out', out, '--epochs', '9999', '--patience', '9999', '--vocabulary', '1000']
  for (const milliseconds of [0, 11, 23, 48]) {
    const child = started([...words, '--embedding', '512', '--checkpoint-every', '0', '--resume'], cwd)
    const exit = once(child, 'exit')
    let stderr = ''
    child.stderr.on('data', (text: Buffer) => {
      stderr += text
    })
    // The first line is written after the first step, when checkpoints begin.
    await Promise.race([once(child.stderr, 'data'), exit])
    await sleep(milliseconds)
    child.kill('SIGTERM')
    assert.deepEqual(await exit, [143, null], stderr)
    const { epochs, step } = peekCheckpoint(new Uint8Array(readFileSync(`${out}.checkpoint`)))
    t.diagnostic(`stopped after ${epochs} epochs and ${step} steps`)
    assert.deepEqual(readFileSync(out), old)
    assert.deepEqual(
      readdirSync(cwd).filter(name => name.endsWith('.tmp')),
      [],
    )
  }
})
