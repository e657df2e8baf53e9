/** What is run for each peer. */
import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const ROOT = resolve(import.meta.dirname, '../..')

/** One peer on one workload with so many threads: a program and its arguments, which prints lines. */
export interface Job {
  readonly peer: string
  readonly command: readonly string[]
}

export interface Setting {
  readonly workload: string
  readonly threads: number
  /** Of Python, for PyTorch and for numpy; null: none is there. */
  readonly pythons: { readonly torch: string | null; readonly numpy: string | null }
  readonly budget: number
  readonly patience: number
}

const script = (name: string): string => join(import.meta.dirname, name)

/** By the name that `--peers` takes, in the order in which they are run. */
export const peers: Readonly<Record<string, (setting: Setting) => Job[]>> = {
  gemm: s => {
    const { numpy } = s.pythons
    const shapes = gemmsOf(s.workload)
    return numpy === null ? [] : shapes.map(g => job('numpy', s, [numpy, script('peer-gemm.py'), '--gemm', g]))
  },
  'sluice-wide': s => [own(s, 'wide')],
  torch: s => (s.pythons.torch === null ? [] : [job('pytorch', s, [s.pythons.torch, script('peer-torch.py')], true)]),
  onnxruntime: s => [job('onnxruntime-node', s, [process.execPath, script('peer-onnxruntime.mjs')], true)],
  'sluice-narrow': s => [own(s, 'narrow')],
  'onnxruntime-web': s => {
    const command = [process.execPath, script('peer-onnxruntime.mjs'), '--package', 'onnxruntime-web']
    return [job('onnxruntime-web', s, command, true)]
  },
  // Takes minutes, and computes on one thread: on the workload of its target only.
  tfjs: s =>
    s.workload !== 'lstm-small' || s.threads > 1
      ? []
      : [job('tfjs', s, [process.execPath, script('peer-tfjs.mjs'), '--backend', 'wasm', '--phase', 'train'], true)],
}

function job(peer: string, { threads, workload }: Setting, command: readonly string[], hasWorkload = false): Job {
  const named = hasWorkload ? ['--workload', workload] : []
  return { peer, command: [...command, '--threads', String(threads), ...named] }
}

function own({ workload, threads, budget, patience }: Setting, mode: string): Job {
  const program = join(ROOT, 'dist/cli/main.js')
  const numbers = { threads, budget, patience }
  const options = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)])
  const command = [process.execPath, program, 'bench', '--json', '--workload', workload, '--mode', mode, ...options]
  return { peer: 'sluice', command }
}

/** The shapes of products in `workloads.json` that tell the roof of a workload. */
function gemmsOf(workload: string): string[] {
  const parts: Readonly<Record<string, readonly string[]>> = {
    'lstm-small': ['square-512', 'square-1024', 'lstm-small.input', 'lstm-small.step', 'lstm-small.dW'],
    'lstm-medium': ['lstm-medium.input', 'lstm-medium.step', 'lstm-medium.dW'],
    'lstm-large': ['lstm-large.input', 'lstm-large.step', 'lstm-large.dW'],
    'lstm-latency': ['lstm-latency.step'],
    stream: ['stream.step'],
    'ptb-small': ['ptb-small.step', 'ptb-small.softmax'],
    'char-lm': ['char-lm.step'],
  }
  return [...(parts[workload] ?? [])]
}

/** Runs a job; each line goes to `take` when it comes. @returns  Its exit code. */
export async function runJob({ command }: Job, env: NodeJS.ProcessEnv, take: (line: string) => void): Promise<number> {
  const [program, ...words] = command
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('{')) take(line)
  return child.exitCode ?? (await new Promise(done => child.once('exit', code => done(code ?? 1))))
}
