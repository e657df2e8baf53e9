"""Writes test/parity/golden/*.json: what PyTorch 1.13 (Debian 12's python3-torch) computes in 64 bits.

    apt-get install --no-install-recommends python3-torch
    /usr/bin/python3 tools/golden/make-golden.py

Numbers have 10 significant digits and stand in strings, blank between them. There are no weights in the files: both
sides make them by the same formula (`wave`).
"""

import json
import pathlib
import sys

import torch

sys.dont_write_bytecode = True  # else a cache appears beside this file
from torch_recurrent import MODULES, amplitude_of, run, wave  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "parity" / "golden"


def config(input_size, hidden_size, lengths, layers=1, bidirectional=False, dense=False):
    return {
        "inputSize": input_size,
        "hiddenSize": hidden_size,
        "layers": layers,
        "bidirectional": bidirectional,
        "lengths": lengths,
        "dense": dense,
        "seed": 0,
    }


CONFIGS = {
    "one layer, packed": config(3, 5, [2, 6, 1, 4]),
    "one layer, [T, B, I]": config(3, 5, [4, 4, 4], dense=True),
    "one step of one sequence": config(3, 5, [1], dense=True),
    "one unit": config(2, 1, [3, 5]),
    "nine units, one long sequence": config(1, 9, [1, 12, 2]),
    "sixteen units": config(8, 16, [3, 2]),
    "two layers, packed": config(3, 5, [1, 3, 5], layers=2),
    "both directions, packed": config(3, 5, [4, 1, 5], bidirectional=True),
    "both directions, [T, B, I]": config(3, 5, [3, 3], bidirectional=True, dense=True),
    "two layers, both directions, packed": config(3, 5, [3, 1, 4], layers=2, bidirectional=True),
}


def text(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().flatten().tolist()
    return " ".join(f"{v:.10g}" for v in values)


def write(name, document):
    (FOLDER / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")


def cell_cases(cell):
    def case(given):
        results = run({"cell": cell, **given})
        # Lists of lengths as text too, so that the formatter of the repository finds nothing to join.
        return {**given, "lengths": text(given["lengths"]), "results": {k: text(v) for k, v in results.items()}}

    return {name: case(given) for name, given in CONFIGS.items()}


OPTIMIZERS = {
    "adam": lambda p, lr: torch.optim.Adam(p, **lr),
    "sgd": lambda p, lr: torch.optim.SGD(p, lr=lr.get("lr", 0.1)),
}


def optimizer_case(make, learning_rate, clip_norm):
    """Five steps on a [2, 3] and a [5], loss = sum of wave * p + p^2 / 2, another wave at each step."""
    weights = {name: wave(name, shape, 1).requires_grad_() for name, shape in (("a", (2, 3)), ("b", (5,)))}
    optimizer = make(weights.values(), {} if learning_rate is None else {"lr": learning_rate})
    steps = []
    for step in range(1, 6):
        optimizer.zero_grad()
        loss = sum((wave(f"{name} {step}", p.shape, 1) * p + p * p / 2).sum() for name, p in weights.items())
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), clip_norm)
        optimizer.step()
        steps.append({"norm": text(norm), **{name: text(p) for name, p in weights.items()}})
    return {"learningRate": learning_rate, "clipNorm": clip_norm, "steps": steps}


def optimizer_cases(make):
    return [
        optimizer_case(make, None, 1e9),
        optimizer_case(make, 0.05, 1e9),
        optimizer_case(make, 0.05, 1.5),
    ]


def linear_case():
    x = wave("x", (4, 3), 1).requires_grad_()
    layer = torch.nn.Linear(3, 5).double()
    with torch.no_grad():
        for name, weight in layer.named_parameters():
            weight.copy_(wave(name, weight.shape, amplitude_of(weight.shape)))
    output = layer(x)
    (wave("loss.output", output.shape, 1) * output).sum().backward()
    gradients = {"x": x.grad, "weight": layer.weight.grad, "bias": layer.bias.grad}
    return {"output": text(output), **{"gradient." + name: text(t) for name, t in gradients.items()}}


def embedding_case():
    """Rows 2 and 0 several times, row 3 never; the vectors are the logits of five classes."""
    ids, labels = torch.tensor([2, 0, 2, 4, 1, 0, 2]), torch.tensor([0, 4, 1, 1, 3, 4, 2])
    layer = torch.nn.Embedding(5, 5).double()
    with torch.no_grad():
        layer.weight.copy_(wave("weight", (5, 5), 1))
    loss = torch.nn.functional.cross_entropy(layer(ids), labels)
    loss.backward()
    return {"loss": text(loss), "gradient.weight": text(layer.weight.grad)}


FOLDER.mkdir(parents=True, exist_ok=True)
for cell in MODULES:
    write(cell, cell_cases(cell))
write("optimizers", {name: optimizer_cases(make) for name, make in OPTIMIZERS.items()})
write("layers", {"linear": linear_case(), "embedding, crossEntropy": embedding_case()})
