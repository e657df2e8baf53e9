#!/usr/bin/env python3
"""PyTorch on the CPU. Without --child it starts one process per workload and phase.

Whatever makes PyTorch fastest is what counts against us, so each workload is first run in every way a user could
write it (variants), then the best of these under every thread setting below (short runs, picked by the least time), then
the best three again in full. Only the fastest is printed, together with what the plain setting gave (plain_ms) and the
least time of each try (tried_ms_min). --plain leaves the settings out, --setting A,B picks some, --verbose 1 shows all.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import measure as M

HOME = os.environ.get("PEERS_HOME", M.HERE)


def extra(pattern):
    found = sorted(glob.glob(os.path.join(HOME, "extra", pattern)))
    return found[0] if found else None


def settings(threads, links_blas):
    """name -> environment of a fresh process; the first is what a user gets without doing anything but asking for threads.

    Debian's PyTorch takes matrix products from libblas.so.3. With the pthread OpenBLAS there are then two thread pools,
    OpenBLAS's and libgomp's, that spin for work on the same cores. What helps: letting libgomp's threads sleep (passive),
    one pool only (blas1, torch1), or a BLAS built for OpenMP, which shares libgomp's pool (openblas-openmp, blis-openmp).
    """
    n = str(threads)
    omp = {"OMP_NUM_THREADS": n}
    path = {}
    for name in ("openblas-openmp", "blis-openmp"):
        lib = extra(name + "/libblas.so.3")
        if lib and links_blas:
            path[name] = {"LD_LIBRARY_PATH": os.path.dirname(lib) + ":" + os.environ.get("LD_LIBRARY_PATH", "")}
    if threads == 1:
        plain = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1"}
        out = {"plain": plain}
        if "blis-openmp" in path:
            out["blis-openmp"] = dict(plain, **path["blis-openmp"])
    else:
        out = {"plain": omp, "passive": dict(omp, OMP_WAIT_POLICY="passive")}
        if links_blas:
            out["blas1"] = dict(omp, OPENBLAS_NUM_THREADS="1")
            out["torch1"] = dict(omp, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS=n, PEERS_TORCH_THREADS="1")
            for name, where in path.items():
                out[name] = dict(omp, **where)
                out[name + "+bind"] = dict(omp, OMP_PROC_BIND="true", **where)
        else:
            out["bind"] = dict(omp, OMP_PROC_BIND="true")
            lib = extra("libomp.so.5")
            if lib:
                out["libomp"] = dict(omp, LD_PRELOAD=lib)
    return out


def with_tcmalloc(env):
    lib = extra("libtcmalloc_minimal.so.4")
    return dict(env, LD_PRELOAD=(env.get("LD_PRELOAD", "") + " " + lib).strip()) if lib else None


def build(w, phase, variant):
    import torch
    nn = torch.nn
    torch.manual_seed(0)
    kinds = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
    if w["kind"] == "layer":
        net = kinds[w["cell"]](w["I"], w["H"], w["L"])
        x = torch.randn(w["T"], w["B"], w["I"])
        if phase == "infer":
            net.eval()

            def step():
                with torch.inference_mode():
                    net(x)
            return step, 1
        x.requires_grad_(True)
        dy = torch.randn(w["T"], w["B"], w["H"])

        def step():
            net.zero_grad(set_to_none=True)
            x.grad = None
            y, _ = net(x)
            y.backward(dy)
        return step, 1

    if w["kind"] == "stream":
        n = 500
        xs = torch.randn(64, w["B"], w["I"])
        if variant == "script":
            box = [(torch.zeros(w["B"], w["H"]), torch.zeros(w["B"], w["H"]))]
            many = scripted_stream(w)

            def step():
                with torch.inference_mode():
                    box[0] = many(xs, box[0][0], box[0][1], n)
        elif variant == "cell":
            cell = nn.LSTMCell(w["I"], w["H"]).eval()
            box = [(torch.zeros(w["B"], w["H"]), torch.zeros(w["B"], w["H"]))]

            def step():
                with torch.inference_mode():
                    s = box[0]
                    for i in range(n):
                        s = cell(xs[i & 63], s)
                    box[0] = s
        else:
            net = nn.LSTM(w["I"], w["H"]).eval()
            box = [(torch.zeros(1, w["B"], w["H"]), torch.zeros(1, w["B"], w["H"]))]

            def step():
                with torch.inference_mode():
                    s = box[0]
                    for i in range(n):
                        _, s = net(xs[i & 63:(i & 63) + 1], s)
                    box[0] = s
        return step, n

    if w["kind"] == "generate":
        # one token at a time: one-hot row -> LSTM with carried state -> logits -> draw the next token -> read it
        n, V = 300, w["V"]
        eye = torch.eye(V)
        out = nn.Linear(w["H"], V).eval()
        if variant == "script":
            box = [(torch.zeros(1, w["H"]), torch.zeros(1, w["H"])), torch.zeros(1, dtype=torch.long)]
            many = scripted_generate(w, out)

            def step():
                with torch.inference_mode():
                    tokens, h, c = many(eye, box[1], box[0][0], box[0][1], n)
                    box[0], box[1] = (h, c), tokens[-1]
                    tokens.tolist()
        elif variant == "cell":
            cell = nn.LSTMCell(w["I"], w["H"]).eval()
            box = [(torch.zeros(1, w["H"]), torch.zeros(1, w["H"])), 0]

            def step():
                with torch.inference_mode():
                    s, k = box
                    for _ in range(n):
                        s = cell(eye[k:k + 1], s)
                        k = torch.multinomial(torch.softmax(out(s[0]), 1), 1).item()
                    box[:] = s, k
        else:
            net = nn.LSTM(w["I"], w["H"]).eval()
            box = [(torch.zeros(1, 1, w["H"]), torch.zeros(1, 1, w["H"])), 0]

            def step():
                with torch.inference_mode():
                    s, k = box
                    for _ in range(n):
                        y, s = net(eye[k:k + 1].unsqueeze(1), s)
                        k = torch.multinomial(torch.softmax(out(y[0]), 1), 1).item()
                    box[:] = s, k
        return step, n

    if w["kind"] == "lm":
        V, onehot = w["V"], w["input"] == "onehot"

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.emb = None if onehot else nn.Embedding(V, w["I"])
                self.rnn = nn.LSTM(w["I"], w["H"], w["L"])
                self.out = nn.Linear(w["H"], V)

            def forward(self, ids, state):
                x = nn.functional.one_hot(ids, V).float() if onehot else self.emb(ids)
                y, state = self.rnn(x, state)
                return self.out(y), state
        net = Net()
        opt = optimizer(net, w, variant)
        ids = torch.randint(0, V, (8, w["T"] + 1, w["B"]))
        state = [None, 0]

        def step():
            chunk = ids[state[1] & 7]
            state[1] += 1
            opt.zero_grad(set_to_none=True)
            logits, s = net(chunk[:-1], state[0] if w["carryState"] else None)
            loss = nn.functional.cross_entropy(logits.reshape(-1, V), chunk[1:].reshape(-1))
            loss.backward()
            if w["clip"]:
                nn.utils.clip_grad_norm_(net.parameters(), w["clip"])
            opt.step()
            state[0] = tuple(t.detach() for t in s)
            return loss.item()
        return step, 1

    # classify: ragged sentences
    lengths = torch.tensor(M.lengths_of(w))
    top = int(lengths.max())
    packed = "packed" in variant

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.emb = nn.Embedding(w["V"], w["I"], sparse="lazy" in variant)
            self.rnn = nn.LSTM(w["I"], w["H"])
            self.out = nn.Linear(w["H"], w["classes"])

        def forward(self, ids):
            x = self.emb(ids)
            if packed:
                x = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
                _, (h, _) = self.rnn(x)
                last = h[0]
            else:
                y, _ = self.rnn(x)
                last = y[lengths - 1, torch.arange(w["B"])]
            return self.out(last)
    net = Net()
    opt = LazyAdam(net, w, variant) if "lazy" in variant else optimizer(net, w, variant)
    ids = torch.randint(0, w["V"], (8, top, w["B"]))
    gold = torch.randint(0, w["classes"], (8, w["B"]))
    turn = [0]

    def step():
        k = turn[0] & 7
        turn[0] += 1
        opt.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(net(ids[k]), gold[k])
        loss.backward()
        opt.step()
        return loss.item()
    return step, 1


def scripted_stream(w):
    """The loop over the steps in TorchScript, so that Python's own time is out of it."""
    import torch
    from typing import Tuple

    class Stream(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = torch.nn.LSTMCell(w["I"], w["H"])

        def forward(self, xs: torch.Tensor, h: torch.Tensor, c: torch.Tensor, n: int) -> Tuple[torch.Tensor, torch.Tensor]:
            for i in range(n):
                h, c = self.cell(xs[i % 64], (h, c))
            return h, c
    return torch.jit.script(Stream().eval())


def scripted_generate(w, out):
    import torch
    from typing import List, Tuple

    class Generate(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = torch.nn.LSTMCell(w["I"], w["H"])
            self.out = out

        def forward(self, eye: torch.Tensor, k: torch.Tensor, h: torch.Tensor, c: torch.Tensor,
                    n: int) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            tokens: List[torch.Tensor] = []
            for _ in range(n):
                h, c = self.cell(eye[k], (h, c))
                k = torch.multinomial(torch.softmax(self.out(h), 1), 1)[0]
                tokens.append(k)
            return torch.stack(tokens), h, c
    return torch.jit.script(Generate().eval())


def optimizer(net, w, variant):
    import torch
    kw = {}
    if "fused" in variant:
        kw["fused"] = True
    elif "foreach" in variant:
        kw["foreach"] = True
    if w["optimizer"] == "sgd":
        return torch.optim.SGD(net.parameters(), lr=w["lr"], **kw)
    return torch.optim.Adam(net.parameters(), lr=w["lr"], **kw)


class LazyAdam:
    """SparseAdam for the embedding, whose unused rows stand still, and Adam for the rest."""

    def __init__(self, net, w, variant):
        import torch
        rest = torch.nn.Module()
        rest.rnn, rest.out = net.rnn, net.out
        self.parts = [torch.optim.SparseAdam(list(net.emb.parameters()), lr=w["lr"]), optimizer(rest, w, variant)]

    def zero_grad(self, set_to_none):
        for part in self.parts:
            part.zero_grad(set_to_none=set_to_none)

    def step(self):
        for part in self.parts:
            part.step()


def forms(w):
    return [None, "lazy"] if w["kind"] == "classify" else [None]


def variants(w, modern, form):
    """Ways a user could write the same work; the fastest is the one reported."""
    if form == "lazy":
        return ["lazy-padded", "lazy-packed", "lazy-padded-foreach"]
    if w["kind"] in ("stream", "generate"):
        return ["layer", "cell", "script"]
    opts = ["foreach", "fused"] if modern else ["foreach"]
    if w["kind"] == "lm":
        return ["plain"] + opts
    if w["kind"] == "classify":
        return ["padded", "packed"] + ["padded-" + o for o in opts]
    return ["plain"]


def child(opt):
    import torch
    w = M.WORKLOADS[opt.workload]
    torch.set_num_threads(int(os.environ.get("PEERS_TORCH_THREADS", opt.threads)))
    step, inner = build(w, opt.phase, opt.variant)
    flops, tokens = M.work_of(w, opt.phase)
    M.emit(M.measure(
        {"peer": "pytorch", "version": torch.__version__, "backend": opt.label, "threads": opt.threads,
         "workload": opt.workload, "phase": opt.phase, "setting": opt.setting, "variant": opt.variant,
         **({"form": opt.form} if opt.form else {})},
        step, flops, tokens, inner, w["B"] if w["kind"] == "classify" else 0))


def main():
    opt = M.options([("--label", {"default": ""}), ("--setting", {"default": ""}), ("--variant", {"default": ""}), ("--form", {"default": ""}),
                     ("--plain", {"action": "store_true"}), ("--verbose", {"default": ""})])
    if opt.child:
        return child(opt)
    try:
        import torch
    except Exception as e:  # noqa: BLE001 - any failure to load means the peer is not here
        M.emit({"peer": "pytorch", "skipped": str(e)[:200]})
        return
    modern = int(torch.__version__.split(".")[0]) >= 2
    mkl = torch.backends.mkl.is_available()
    label = "mkl+onednn" if mkl else "openblas"
    table = settings(opt.threads, not mkl)
    if opt.setting:
        table = {k: v for k, v in table.items() if k in opt.setting.split(",")}
    elif opt.plain:
        table = {"plain": table["plain"]}
    short = str(float(os.environ.get("PEERS_BUDGET_MS", "3000")) / 3)

    def attempt(name, phase, form, setting, variant, quick):
        row = {"peer": "pytorch", "version": torch.__version__, "backend": label, "threads": opt.threads,
               "workload": name, "phase": phase, "setting": setting, "variant": variant,
               **({"form": form} if form else {})}
        base = setting.replace("+tcmalloc", "")
        env = dict(table[base] if base == setting else with_tcmalloc(table[base]))
        if quick:
            env["PEERS_BUDGET_MS"] = short
        row = M.spawn([os.path.abspath(__file__), "--child", "--workload", name, "--phase", phase, "--threads",
                       str(opt.threads), "--setting", setting, "--variant", variant, "--label", label, "--form", form or ""], env, row)
        if opt.verbose:
            print({k: row.get(k) for k in ("workload", "phase", "threads", "setting", "variant", "ms_median", "ms_min",
                                           "quiet", "other_cpu", "error")}, file=sys.stderr, flush=True)
        return row

    def least(r):  # the minimum bears other processes' work best, so it is what settings are picked by
        return r.get("ms_min", 1e30) if "error" not in r else 1e31

    def rank(r):  # what is reported: the best median of a quiet run
        return ("error" in r, not r.get("quiet"), r.get("ms_median", 1e30))

    for name, phase, form in ((n, p, f) for n, p in M.pairs(opt) for f in forms(M.WORKLOADS[n])):
        if M.done({"peer": "pytorch", "version": torch.__version__, "backend": label, "threads": opt.threads,
                   "workload": name, "phase": phase, **({"form": form} if form else {})}):
            continue
        first = next(iter(table))
        ways = [opt.variant] if opt.variant else variants(M.WORKLOADS[name], modern, form)
        quick = len(ways) + len(table) > 2
        rows = [attempt(name, phase, form, first, v, quick) for v in ways]
        plain = min(rows, key=least)
        tried = {"variants": {r["variant"]: r.get("ms_min") for r in rows}}
        rows = [plain] + [attempt(name, phase, form, s, plain["variant"], quick) for s in list(table)[1:]]
        if extra("libtcmalloc_minimal.so.4") and not opt.plain:
            rows.append(attempt(name, phase, form, min(rows, key=least)["setting"] + "+tcmalloc", plain["variant"], quick))
        tried["settings"] = {r["setting"]: r.get("ms_min") for r in rows}
        # the best three in full, and under the best of these the other ways to write it, as they may gain more there
        final = []
        if quick:
            for r in sorted(rows, key=least)[:3]:
                if "error" not in r:
                    final.append(attempt(name, phase, form, r["setting"], r["variant"], False))
            if final and len(ways) > 1:
                top = min(final, key=least)
                for v in ways:
                    if v != top["variant"]:
                        final.append(attempt(name, phase, form, top["setting"], v, True))
        best = min(final + rows, key=rank)
        best["plain_ms"] = plain.get("ms_median")
        best["tried_ms_min"] = tried
        M.emit(best)


main()
