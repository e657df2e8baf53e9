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
from torch_cells import HAND  # noqa: E402
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


# For cells written by hand, and irnn, which differs from rnn-relu in its first weights alone.
FEW_CONFIGS = {
    "one layer, [T, B, I]": config(2, 4, [3, 3], dense=True),
    "one unit": config(2, 1, [3, 5]),
    "two layers, both directions, packed": config(2, 4, [2, 1, 3], layers=2, bidirectional=True),
}


def cell_cases(cell, configs):
    def case(given):
        results = run({"cell": cell, **given})
        # Lists of lengths as text too, so that the formatter of the repository finds nothing to join.
        return {**given, "lengths": text(given["lengths"]), "results": {k: text(v) for k, v in results.items()}}

    return {name: case(given) for name, given in configs.items()}


# Class, what torch calls our settings (those not here have the same name), and settings to try.
OPTIMIZERS = {
    "adam": (torch.optim.Adam, [{"beta1": 0.8, "beta2": 0.9, "epsilon": 0.01}]),
    # Without gradients of single rows it is Adam; with them, see row_optimizer_case.
    "lazy-adam": (torch.optim.Adam, [{"beta1": 0.8, "beta2": 0.9, "epsilon": 0.01}]),
    "adamw": (torch.optim.AdamW, [{"beta1": 0.8, "beta2": 0.9, "epsilon": 0.01}]),
    "sgd": (torch.optim.SGD, [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True, "weightDecay": 0.2}]),
    "rmsprop": (
        torch.optim.RMSprop,
        [
            {"alpha": 0.9, "epsilon": 0.01},
            {"momentum": 0.9, "weightDecay": 0.2},
            {"centered": True},
            {"centered": True, "momentum": 0.5},
        ],
    ),
    "adagrad": (torch.optim.Adagrad, [{"learningRateDecay": 0.3, "epsilon": 0.01}]),
}
TORCH_NAMES = {"epsilon": "eps", "weightDecay": "weight_decay", "learningRateDecay": "lr_decay"}
DEFAULT_RATES = {"sgd": 0.1}  # the others have torch's


def make_optimizer(name, weights, learning_rate, settings):
    """Only matrices decay, as with us."""
    settings = dict(settings)
    options = {} if "beta1" not in settings else {"betas": (settings.pop("beta1"), settings.pop("beta2"))}
    options.update({TORCH_NAMES.get(key, key): value for key, value in settings.items()})
    rate = DEFAULT_RATES.get(name) if learning_rate is None else learning_rate
    options.update({} if rate is None else {"lr": rate})
    groups = [{"params": [weights["a"]]}, {"params": [weights["b"]], "weight_decay": 0}]
    return OPTIMIZERS[name][0](groups, **options)


def optimizer_case(name, learning_rate, settings, clip_norm=1e9, clip_value=1e9):
    """Five steps on a [2, 3] and a [5], loss = sum of wave * p + p^2 / 2, another wave at each step."""
    weights = {name: wave(name, shape, 1).requires_grad_() for name, shape in (("a", (2, 3)), ("b", (5,)))}
    optimizer = make_optimizer(name, weights, learning_rate, settings)
    steps = []
    for step in range(1, 6):
        optimizer.zero_grad()
        loss = sum((wave(f"{name} {step}", p.shape, 1) * p + p * p / 2).sum() for name, p in weights.items())
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), clip_norm)
        torch.nn.utils.clip_grad_value_(weights.values(), clip_value)
        optimizer.step()
        steps.append({"norm": text(norm), **{name: text(p) for name, p in weights.items()}})
    clipping = {"clipNorm": clip_norm, "clipValue": clip_value}
    return {"settings": settings, "learningRate": learning_rate, **clipping, "steps": steps}


def optimizer_cases(name):
    return [
        optimizer_case(name, None, {}),
        optimizer_case(name, 0.05, {}),
        optimizer_case(name, 0.05, {}, clip_norm=1.5),
        optimizer_case(
            name, 0.05, {} if name == "lazy-adam" else {"weightDecay": 0.3}, clip_norm=3, clip_value=0.4
        ),
        *(optimizer_case(name, 0.05, settings) for settings in OPTIMIZERS[name][1]),
    ]


# Rows of the table that each step looks up: some twice, some never, the last one late.
ROW_STEPS = [[0, 2, 2], [3], [2, 0, 3, 2], [5, 0], [2]]


def row_optimizer_case(learning_rate, settings):
    """A [6, 3] table; loss = sum of wave * its rows + their squares / 2, another wave at each step."""
    table = torch.nn.Embedding(6, 3, sparse=True, dtype=torch.float64)
    table.weight.data = wave("table", (6, 3), 1)
    options = {} if "beta1" not in settings else {"betas": (settings["beta1"], settings["beta2"])}
    options.update({} if "epsilon" not in settings else {"eps": settings["epsilon"]})
    optimizer = torch.optim.SparseAdam(list(table.parameters()), lr=learning_rate, **options)
    steps = []
    for step, ids in enumerate(ROW_STEPS, 1):
        optimizer.zero_grad()
        rows = table(torch.tensor(ids))
        (wave(f"rows {step}", rows.shape, 1) * rows + rows * rows / 2).sum().backward()
        optimizer.step()
        steps.append({"ids": text(torch.tensor(ids)), "table": text(table.weight)})
    return {"settings": settings, "learningRate": learning_rate, "steps": steps}


ROW_OPTIMIZERS = [
    row_optimizer_case(0.05, {}),
    row_optimizer_case(0.1, {"beta1": 0.8, "beta2": 0.9, "epsilon": 0.01}),
]


# Warm-up steps, then the schedule: stepped after each of 6 epochs (or of their 4 steps), the full rate being 1.
SCHEDULE_EPOCHS, SCHEDULE_STEPS = 6, 4
LOSSES = [1, 0.8, 0.79999, 0.81, 0.82, 0.9]
LR = torch.optim.lr_scheduler
SCHEDULES = [
    ("step", {"every": 2, "factor": 0.3}, lambda o: LR.StepLR(o, 2, 0.3), "epoch"),
    ("exponential", {"factor": 0.7}, lambda o: LR.ExponentialLR(o, 0.7), "epoch"),
    ("cosine", {"lowest": 0.1}, lambda o: LR.CosineAnnealingLR(o, 24, 0.1), "step"),
    ("plateau", {"factor": 0.2, "patience": 0}, lambda o: LR.ReduceLROnPlateau(o, factor=0.2, patience=0), "loss"),
    ("plateau", {"factor": 0.2, "patience": 1}, lambda o: LR.ReduceLROnPlateau(o, factor=0.2, patience=1), "loss"),
    (
        "plateau",
        {"factor": 0.2, "patience": 0, "threshold": 0.5, "lowest": 0.1},
        lambda o: LR.ReduceLROnPlateau(o, factor=0.2, patience=0, threshold=0.5, min_lr=0.1),
        "loss",
    ),
]


def rates(make, stepped, steps=SCHEDULE_EPOCHS * SCHEDULE_STEPS):
    """The learning rate of every step."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    schedule = make(optimizer)
    result = []
    for step in range(1, steps + 1):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if stepped == "step":
            schedule.step()
        elif step % SCHEDULE_STEPS == 0:
            schedule.step(*([LOSSES[step // SCHEDULE_STEPS - 1]] if stepped == "loss" else []))
    return result


def schedule_cases():
    """The warm-up is torch's LinearLR; what follows it counts its steps from there."""
    cases = [
        {"name": name, "settings": settings, "warmUp": 0, "rates": text(rates(make, stepped))}
        for name, settings, make, stepped in SCHEDULES
    ]
    warm = rates(lambda o: LR.LinearLR(o, 1 / 5, total_iters=4), "step", 5)
    for name, settings, follows in [
        ("constant", {}, [1.0] * 19),
        ("cosine", {"lowest": 0}, rates(lambda o: LR.CosineAnnealingLR(o, 19), "step", 19)),
    ]:
        cases.append({"name": name, "settings": settings, "warmUp": 5, "rates": text(warm + follows)})
    return {"epochs": SCHEDULE_EPOCHS, "steps": SCHEDULE_STEPS, "losses": text(LOSSES), "cases": cases}


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


CROSS_ENTROPIES = [
    (reduction, weights, smoothing)
    for reduction in ("mean", "sum", "none")
    for weights in (None, [0.5, 2, 0, 1.25, 3])
    for smoothing in (0, 0.1, 1)
]


def cross_entropy_case(reduction, weights, smoothing):
    """Seven rows of five classes; the loss of `none` is the sum of wave * losses."""
    logits = wave("logits", (7, 5), 3).requires_grad_()
    loss = torch.nn.functional.cross_entropy(
        logits,
        torch.tensor([0, 4, 1, 1, 3, 4, 2]),
        weight=None if weights is None else torch.tensor(weights, dtype=torch.float64),
        reduction=reduction,
        label_smoothing=smoothing,
    )
    (wave("loss", loss.shape, 1) * loss).sum().backward()
    given = {"reduction": reduction, "classWeights": weights and text(weights), "labelSmoothing": smoothing}
    return {**given, "loss": text(loss), "gradient": text(logits.grad)}


FOLDER.mkdir(parents=True, exist_ok=True)
for cell in [*MODULES, *HAND]:
    configs = FEW_CONFIGS if cell in HAND or cell == "irnn" else CONFIGS
    # Over one unit a normalized value is its bias, and all gradients before it are 0 but for rounding.
    left_out = {"one unit"} if cell.endswith("layer-norm") else set()
    write(cell, cell_cases(cell, {name: c for name, c in configs.items() if name not in left_out}))
write("optimizers", {name: optimizer_cases(name) for name in OPTIMIZERS})
write("row-optimizers", ROW_OPTIMIZERS)
write("cross-entropy", [cross_entropy_case(*given) for given in CROSS_ENTROPIES])
write("schedules", schedule_cases())
write("layers", {"linear": linear_case(), "embedding, crossEntropy": embedding_case()})
