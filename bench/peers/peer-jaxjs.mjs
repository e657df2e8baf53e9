#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
// jax-js on its WebAssembly backend. It has no recurrent layer and no scan, so the loop over time is unrolled in
// JavaScript and the whole step is put through jit(): compiling grows with T and is part of first_result_ms.
// In Node it computes on one thread; --threads 2 gives it a stand-in for the browser's Worker, as in a page.
// The long unrolled loops need a larger stack than Node's (--stack-size); with the usual one char-lm fails.
import * as m from './lib/measure.mjs'
import { provideWorkers } from './lib/web-worker.mjs'

const opt = m.options()
const script = fileURLToPath(import.meta.url)

function tools(jax) {
  const { numpy: np, nn } = jax
  const arr = (n, seed, dims, scale = 1) => np.array(m.uniform(n, seed, scale)).reshape(dims)
  const part = (g, k, H) => g.slice([], [k * H, (k + 1) * H])

  const cells = {
    lstm(pre, [h, c], Wh, H) {
      const g = pre.add(np.matmul(h, Wh))
      const i = nn.sigmoid(part(g.ref, 0, H))
      const f = nn.sigmoid(part(g.ref, 1, H))
      const u = np.tanh(part(g.ref, 2, H))
      const o = nn.sigmoid(part(g, 3, H))
      const c2 = f.mul(c).add(i.mul(u))
      const h2 = o.mul(np.tanh(c2.ref))
      return [h2, c2]
    },
    gru(pre, [h], Wh, H) {
      const r0 = np.matmul(h.ref, Wh)
      const r = nn.sigmoid(part(pre.ref, 0, H).add(part(r0.ref, 0, H)))
      const z = nn.sigmoid(part(pre.ref, 1, H).add(part(r0.ref, 1, H)))
      const n = np.tanh(part(pre, 2, H).add(r.mul(part(r0, 2, H))))
      return [n.ref.add(z.mul(h.sub(n)))]
    },
    rnn(pre, [h], Wh) {
      return [np.tanh(pre.add(np.matmul(h, Wh)))]
    },
  }
  const gatesOf = { lstm: 4, gru: 3, rnn: 1 }

  const weights = (cell, I, H, seed) => {
    const g = gatesOf[cell]
    const s = 1 / Math.sqrt(H)
    return [
      arr(I * g * H, seed, [I, g * H], s),
      arr(H * g * H, seed + 1, [H, g * H], s),
      arr(g * H, seed + 2, [g * H], s),
    ]
  }

  /** x [T,B,I] with its weights -> y [T,B,H]; takes ownership of its arguments. */
  function layer(cell, [Wx, Wh, b], x, T, B, I, H) {
    const g = gatesOf[cell]
    const pre = np
      .matmul(x.reshape([T * B, I]), Wx)
      .add(b)
      .reshape([T, B, g * H])
    let state = cell === 'lstm' ? [np.zeros([B, H]), np.zeros([B, H])] : [np.zeros([B, H])]
    const ys = []
    for (let t = 0; t < T; t++) {
      const end = t === T - 1
      state = cells[cell](end ? pre.slice(t) : pre.ref.slice(t), state, end ? Wh : Wh.ref, H)
      ys.push(state[0].ref)
    }
    for (const s of state) s.dispose()
    return np.stack(ys)
  }
  return { np, nn, arr, cells, weights, layer }
}

function build(jax, w, phase) {
  const { np, nn, arr, cells, weights, layer } = tools(jax)
  const { jit, grad, valueAndGrad, blockUntilReady, tree } = jax
  const ref = list => list.map(a => a.ref)

  if (w.kind === 'layer') {
    const p = weights(w.cell, w.I, w.H, 1)
    const x = arr(w.T * w.B * w.I, 7, [w.T, w.B, w.I])
    const dy = arr(w.T * w.B * w.H, 8, [w.T, w.B, w.H])
    const forward = (p, x) => layer(w.cell, p, x, w.T, w.B, w.I, w.H)
    const f =
      phase === 'infer'
        ? jit(forward)
        : jit(valueAndGrad((p, x, dy) => forward(p, x).mul(dy).sum(), { argnums: [0, 1] }))
    return {
      inner: 1,
      step: async () => {
        const out = phase === 'infer' ? f(ref(p), x.ref) : f(ref(p), x.ref, dy.ref)
        await blockUntilReady(out)
        tree.dispose(out)
      },
    }
  }
  if (w.kind === 'stream') {
    const n = 50
    const [Wx, Wh, b] = weights('lstm', w.I, w.H, 1)
    const one = jit((x, h, c, Wx, Wh, b) => cells.lstm(np.matmul(x, Wx).add(b), [h, c], Wh, w.H))
    const xs = Array.from({ length: 16 }, (_, k) => arr(w.B * w.I, 20 + k, [w.B, w.I]))
    let h = np.zeros([w.B, w.H])
    let c = np.zeros([w.B, w.H])
    return {
      inner: n,
      step: async () => {
        for (let i = 0; i < n; i++) [h, c] = one(xs[i & 15].ref, h, c, Wx.ref, Wh.ref, b.ref)
        await h.ref.data()
      },
    }
  }

  if (w.kind === 'generate') {
    const n = 50
    const [Wx, Wh, b] = weights('lstm', w.I, w.H, 1)
    const Wo = arr(w.H * w.V, 91, [w.H, w.V], 0.1)
    const bo = arr(w.V, 92, [w.V], 0.1)
    const one = jit((x, h, c, Wx, Wh, b, Wo, bo) => {
      const [h2, c2] = cells.lstm(np.matmul(x, Wx).add(b), [h, c], Wh, w.H)
      return [np.matmul(h2.ref, Wo).add(bo), h2, c2]
    })
    const rows = Array.from({ length: w.V }, (_, k) =>
      np.array(Float32Array.from({ length: w.V }, (_, i) => (i === k ? 1 : 0))).reshape([1, w.V]),
    )
    const draw = m.lcg(3)
    let h = np.zeros([1, w.H])
    let c = np.zeros([1, w.H])
    let id = 0
    return {
      inner: n,
      step: async () => {
        for (let i = 0; i < n; i++) {
          let logits
          ;[logits, h, c] = one(rows[id].ref, h, c, Wx.ref, Wh.ref, b.ref, Wo.ref, bo.ref)
          id = m.sample(await logits.data(), draw.next().value)
        }
      },
    }
  }

  const lm = w.kind === 'lm'
  const lengths = lm ? null : m.lengthsOf(w)
  const T = lm ? w.T : Math.max(...lengths)
  const onehot = w.input === 'onehot'
  let params = onehot ? [] : [arr(w.V * w.I, 90, [w.V, w.I], 0.1)]
  let width = w.I
  for (let l = 0; l < w.L; l++) {
    params.push(...weights('lstm', width, w.H, 10 * l + 1))
    width = w.H
  }
  const outs = lm ? w.V : w.classes
  params.push(arr(w.H * outs, 91, [w.H, outs], 0.1), arr(outs, 92, [outs], 0.1))
  const loss = (p, x, gold, mask) => {
    p = [...p]
    x = x.reshape([T, w.B, w.I])
    let I = w.I
    for (let l = 0; l < w.L; l++) {
      x = layer('lstm', p.splice(0, 3), x, T, w.B, I, w.H)
      I = w.H
    }
    let rows = T * w.B
    if (lm) {
      mask.dispose()
      x = x.reshape([rows, w.H])
    } else {
      x = x.mul(mask).sum(0)
      rows = w.B
    }
    const logits = np.matmul(x, p[0]).add(p[1])
    return nn
      .logSoftmax(logits)
      .mul(nn.oneHot(gold, outs))
      .sum()
      .mul(-1 / rows)
  }
  const maskData = new Float32Array(T * w.B)
  if (!lm)
    lengths.forEach((n, b) => {
      maskData[(n - 1) * w.B + b] = 1
    })
  const mask = np.array(maskData).reshape([T, w.B, 1])
  const adam = w.optimizer === 'adam'
  // The gradient of indexing (scatter) fails inside jit() in this version, so an embedding is looked up, and its
  // gradient taken, outside: three calls instead of one.
  const core = onehot
    ? jit((p, ids, gold, mask) => valueAndGrad(loss)(p, nn.oneHot(ids, w.V), gold, mask))
    : jit(valueAndGrad(loss, { argnums: [0, 1] }))
  const scatter = grad((table, ids, dx) => np.take(table, ids, 0).mul(dx).sum())
  const update = jit((p, mom, vel, g) => {
    if (w.clip) {
      const norm = np.sqrt(g.map(a => np.square(a.ref).sum()).reduce((a, b) => a.add(b)))
      const scale = np.minimum(np.array(w.clip).div(norm.add(1e-6)), 1)
      g = g.map(a => a.mul(scale.ref))
      scale.dispose()
    }
    if (!adam) return [p.map((a, i) => a.sub(g[i].mul(w.lr))), mom, vel]
    const m2 = mom.map((a, i) => a.mul(0.9).add(g[i].ref.mul(0.1)))
    const v2 = vel.map((a, i) => a.mul(0.999).add(np.square(g[i]).mul(0.001)))
    const p2 = p.map((a, i) => a.sub(m2[i].ref.div(np.sqrt(v2[i].ref).add(1e-8)).mul(w.lr)))
    return [p2, m2, v2]
  })
  const train = (p, mom, vel, ids, gold, mask) => {
    if (onehot) {
      const [value, g] = core(ref(p), ids, gold, mask)
      return [value, ...update(p, mom, vel, g)]
    }
    const x = np.take(p[0].ref, ids.ref, 0)
    const [value, [g, dx]] = core(ref(p.slice(1)), x, gold, mask)
    return [value, ...update(p, mom, vel, [scatter(p[0].ref, ids, dx), ...g])]
  }
  let mom = adam ? params.map(a => np.zeros(a.shape)) : []
  let vel = adam ? params.map(a => np.zeros(a.shape)) : []
  const ids = Array.from({ length: 4 }, (_, k) => np.array(m.ints(T * w.B, k + 1, w.V)))
  const golds = Array.from({ length: 4 }, (_, k) => np.array(m.ints(lm ? T * w.B : w.B, k + 5, outs)))
  let turn = 0
  return {
    inner: 1,
    sentences: lm ? 0 : w.B,
    step: async () => {
      const k = turn++ & 3
      let value
      ;[value, params, mom, vel] = train(params, mom, vel, ids[k].ref, golds[k].ref, mask.ref)
      const [v] = await value.data()
      if (!Number.isFinite(v)) throw new Error('loss is not finite')
    },
  }
}

async function child() {
  if (opt.threads > 1) provideWorkers(opt.threads)
  const jax = await m.importPeer('@jax-js/jax')
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const w = m.workloads[opt.workload]
  const { step, inner, sentences } = build(jax, w, opt.phase)
  const fields = {
    peer: 'jax-js',
    version: m.peerVersion('@jax-js/jax'),
    backend: 'wasm',
    threads: opt.threads,
    workload: opt.workload,
    phase: opt.phase,
  }
  m.emit(await m.measure(fields, step, { ...m.workOf(w, opt.phase), inner, sentences }))
  process.exit(0)
}

if (opt.child) {
  await child()
} else {
  let version
  try {
    version = m.peerVersion('@jax-js/jax')
  } catch (e) {
    m.emit({ peer: 'jax-js', skipped: String(e.message).slice(0, 200) })
    process.exit(0)
  }
  for (const [name, phase] of m.pairs(opt)) {
    const label = { peer: 'jax-js', version, backend: 'wasm', threads: opt.threads, workload: name, phase }
    if (!m.done(label))
      m.emit(
        m.spawn(script, ['--threads', String(opt.threads), '--workload', name, '--phase', phase], label, [
          '--stack-size=3900',
        ]),
      )
  }
}
