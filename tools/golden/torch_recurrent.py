"""torch.nn.RNN, LSTM and GRU, and the cells of torch_cells.py, in 64 bits on made-up weights and inputs: the other side
of test/parity.

A configuration is JSON; weights, inputs and states follow from it by `wave`, which test/parity/wave.ts has too, so that
no weight travels. As a program it reads a list of configurations from standard input and writes a list of results, for
test/parity/live.test.ts; make-golden.py writes the results of a few to files.

  {"cell": one of MODULES or HAND, "inputSize": I, "hiddenSize": H, "layers": L, "bidirectional": bool,
   "lengths": [B], "dense": bool, "seed": number}

dense: x is [T, B, I], all lengths T. Else x is [tokens, I], one sequence after the other in the caller's order, and so
are output and the gradient of x; torch sees them packed (enforce_sorted=False).

The loss whose gradients are given: sum of wave * output + sum of wave * final states.
"""

import json
import math
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

sys.dont_write_bytecode = True  # else a cache appears beside this file
from torch_cells import HAND, output_width, run_layers, weight_shapes  # noqa: E402

torch.set_num_threads(1)

MODULES = {
    "rnn": lambda *a, **k: torch.nn.RNN(*a, nonlinearity="tanh", **k),
    "rnn-relu": lambda *a, **k: torch.nn.RNN(*a, nonlinearity="relu", **k),
    "irnn": lambda *a, **k: torch.nn.RNN(*a, nonlinearity="relu", **k),
    "lstm": torch.nn.LSTM,
    "gru": torch.nn.GRU,
}


def wave(name, shape, amplitude, seed=0.0):
    """Numbers that look random, exact in 32 bits, [shape]; the name keeps tensors apart."""
    phase = seed + sum((i + 1) * ord(c) for i, c in enumerate(name)) % 1000
    values = [amplitude * math.sin(phase + 1.7 * k + 0.31 * k * k) for k in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).to(torch.float64).reshape(shape)


def amplitude_of(shape):
    """Of a weight: as large as trained ones."""
    return 0.5 if len(shape) == 1 else 1.5 / math.sqrt(shape[-1])


def fill(module, seed):
    with torch.no_grad():
        for name, weight in module.named_parameters():
            weight.copy_(wave(name, weight.shape, amplitude_of(weight.shape), seed))


def initial_state(config):
    """One leaf [L*D, B, width] for each state."""
    rows = config["layers"] * (2 if config["bidirectional"] else 1)
    widths = {"h": output_width(config["cell"], config["hiddenSize"]), "c": config["hiddenSize"]}
    names = ["h", "c"] if config["cell"].startswith("lstm") else ["h"]

    def leaf(name):
        shape = (rows, len(config["lengths"]), widths[name])
        return wave("initial." + name, shape, 0.8, config["seed"]).requires_grad_()

    return {name: leaf(name) for name in names}


def run_dense(module, config, first):
    lengths = config["lengths"]
    x = wave("x", (lengths[0], len(lengths), config["inputSize"]), 1, config["seed"]).requires_grad_()
    output, last = module(x, first)
    return x, output, last


def run_packed(module, config, first):
    lengths = config["lengths"]
    x = wave("x", (sum(lengths), config["inputSize"]), 1, config["seed"]).requires_grad_()
    packed = pack_padded_sequence(pad_sequence(x.split(lengths)), torch.tensor(lengths), enforce_sorted=False)
    output, last = module(packed, first)
    padded, _ = pad_packed_sequence(output)
    return x, torch.cat([padded[:length, b] for b, length in enumerate(lengths)]), last


def run_module(config, initial):
    """x, output and last states of a cell of torch.nn, and its weights by name."""
    sizes = config["inputSize"], config["hiddenSize"], config["layers"]
    module = MODULES[config["cell"]](*sizes, bidirectional=config["bidirectional"]).double()
    fill(module, config["seed"])
    first = (initial["h"], initial["c"]) if "c" in initial else initial["h"]
    x, output, last = (run_dense if config["dense"] else run_packed)(module, config, first)
    states = dict(zip(initial, last if isinstance(last, tuple) else (last,)))
    return x, output, states, dict(module.named_parameters())


def run_by_hand(config, initial):
    """The same for a cell of torch_cells.py."""
    seed, lengths = config["seed"], config["lengths"]
    shapes = weight_shapes(config)
    weights = {name: wave(name, s, amplitude_of(s), seed).requires_grad_() for name, s in shapes.items()}
    shape = (lengths[0], len(lengths)) if config["dense"] else (sum(lengths),)
    x = wave("x", (*shape, config["inputSize"]), 1, seed).requires_grad_()
    outputs, states = run_layers(config, weights, x.unbind(1) if config["dense"] else x.split(lengths), initial)
    return x, torch.stack(outputs, 1) if config["dense"] else torch.cat(outputs), states, weights


def run(config):
    """Results by name, each a flat list: output, state.h, gradient.x, gradient.weight_ih_l0, gradient.initial.h, ..."""
    initial = initial_state(config)
    x, output, states, weights = (run_by_hand if config["cell"] in HAND else run_module)(config, initial)

    def weighted(name, t):
        return (wave("loss." + name, t.shape, 1, config["seed"]) * t).sum()

    loss = weighted("output", output) + sum(weighted(name, t) for name, t in states.items())
    loss.backward()
    results = {"output": output, **{"state." + name: t for name, t in states.items()}, "gradient.x": x.grad}
    results.update({"gradient." + name: weight.grad for name, weight in weights.items()})
    results.update({"gradient.initial." + name: t.grad for name, t in initial.items()})
    return {name: t.detach().flatten().tolist() for name, t in results.items()}


if __name__ == "__main__":
    json.dump([run(config) for config in json.load(sys.stdin)], sys.stdout)
