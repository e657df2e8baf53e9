"""The cells that torch.nn has not, one step each, from the papers' equations; torch's autograd gives the gradients.

Weights have the names and the stacked blocks of a model file: weight_ih [G*H, I], weight_hh [G*H, R], R the width of h;
bias_ih, bias_hh [G*H]; vectors of the cell's own [H]. A step gets `x` and `h`, the two halves of each block by name.
"""

import math

import torch
from torch import sigmoid, tanh


def normalized(w, name, q):
    """Layer normalization over the units (Ba et al. 2016), with torch's 1e-5."""
    return torch.nn.functional.layer_norm(q, q.shape[-1:], w[name + "_gain"], w[name + "_bias"])


def lstm_update(i, f, g, o, c):
    c = f * c + i * g
    return {"h": o * tanh(c), "c": c}


def peephole(w, x, h, state):
    i = sigmoid(x["i"] + h["i"] + w["peephole_i"] * state["c"])
    f = sigmoid(x["f"] + h["f"] + w["peephole_f"] * state["c"])
    c = f * state["c"] + i * tanh(x["g"] + h["g"])
    o = sigmoid(x["o"] + h["o"] + w["peephole_o"] * c)
    return {"h": o * tanh(c), "c": c}


def coupled(w, x, h, state):
    f = sigmoid(x["f"] + h["f"])
    return lstm_update(1 - f, f, tanh(x["g"] + h["g"]), sigmoid(x["o"] + h["o"]), state["c"])


def projected(w, x, h, state):
    z = {k: x[k] + h[k] for k in x}
    new = lstm_update(sigmoid(z["i"]), sigmoid(z["f"]), tanh(z["g"]), sigmoid(z["o"]), state["c"])
    return {**new, "h": new["h"] @ w["weight_hr"].T}


def lstm_layer_norm(w, x, h, state):
    z = {k: normalized(w, "norm_input_" + k, x[k]) + normalized(w, "norm_recurrent_" + k, h[k]) for k in x}
    c = sigmoid(z["f"]) * state["c"] + sigmoid(z["i"]) * tanh(z["g"])
    return {"h": sigmoid(z["o"]) * tanh(normalized(w, "norm_c", c)), "c": c}


def gru_reset_before(w, x, h, state):
    size = x["n"].shape[-1]
    r, z = sigmoid(x["r"] + h["r"]), sigmoid(x["z"] + h["z"])
    n = tanh(x["n"] + (r * state["h"]) @ w["weight_hh"][2 * size :].T + w["bias_hh"][2 * size :])
    return {"h": (1 - z) * n + z * state["h"]}


def gru_layer_norm(w, x, h, state):
    i = {k: normalized(w, "norm_input_" + k, x[k]) for k in x}
    u = {k: normalized(w, "norm_recurrent_" + k, h[k]) for k in h}
    r, z = sigmoid(i["r"] + u["r"]), sigmoid(i["z"] + u["z"])
    return {"h": (1 - z) * tanh(i["n"] + r * u["n"]) + z * state["h"]}


def norms(blocks):
    halves = [f"norm_{half}_{block}" for block in blocks for half in ("input", "recurrent")]
    return [f"{norm}_{part}" for norm in halves for part in ("gain", "bias")]


# The step, its blocks, its states and its own vectors.
HAND = {
    "lstm-peephole": (peephole, "ifgo", "hc", ["peephole_i", "peephole_f", "peephole_o"]),
    "lstm-coupled": (coupled, "fgo", "hc", []),
    "lstm-projection": (projected, "ifgo", "hc", []),
    "lstm-layer-norm": (lstm_layer_norm, "ifgo", "hc", [*norms("ifgo"), "norm_c_gain", "norm_c_bias"]),
    "gru-reset-before": (gru_reset_before, "rzn", "h", []),
    "gru-layer-norm": (gru_layer_norm, "rzn", "h", norms("rzn")),
}


def output_width(cell, hidden_size):
    return max(1, math.floor(hidden_size / 2 + 0.5)) if cell == "lstm-projection" else hidden_size


def weight_shapes(config):
    """Of all weights by name, layer by layer and direction by direction."""
    _, blocks, _, vectors = HAND[config["cell"]]
    hidden, width = config["hiddenSize"], output_width(config["cell"], config["hiddenSize"])
    directions = ["", "_reverse"] if config["bidirectional"] else [""]
    shapes = {}
    for layer in range(config["layers"]):
        inputs = config["inputSize"] if layer == 0 else width * len(directions)
        for direction in directions:
            suffix = f"_l{layer}{direction}"
            rows = len(blocks) * hidden
            shapes.update({"weight_ih" + suffix: (rows, inputs), "weight_hh" + suffix: (rows, width)})
            shapes.update({"bias_ih" + suffix: (rows,), "bias_hh" + suffix: (rows,)})
            if config["cell"] == "lstm-projection":
                shapes["weight_hr" + suffix] = (width, hidden)
            shapes.update({name + suffix: (hidden,) for name in vectors})
    return shapes


def run_sequence(cell, weights, suffix, x, state):
    """One sequence [T, I] in one direction, state by name [1, width]; the output [T, width] and the last state."""
    step, blocks, _, _ = HAND[cell]
    w = {name[: -len(suffix)]: t for name, t in weights.items() if name.endswith(suffix)}
    outputs = []
    for row in x if not suffix.endswith("reverse") else x.flip(0):
        i = dict(zip(blocks, (row[None] @ w["weight_ih"].T + w["bias_ih"]).chunk(len(blocks), 1)))
        h = dict(zip(blocks, (state["h"] @ w["weight_hh"].T + w["bias_hh"]).chunk(len(blocks), 1)))
        state = step(w, i, h, state)
        outputs.append(state["h"])
    output = torch.cat(outputs)
    return (output if not suffix.endswith("reverse") else output.flip(0)), state


def run_layers(config, weights, sequences, initial):
    """Each sequence by itself through all layers; outputs in order, and the last states [L*D, B, width] by name."""
    directions = ["", "_reverse"] if config["bidirectional"] else [""]
    last = {name: [] for name in initial}
    for layer in range(config["layers"]):
        results = []
        for d, direction in enumerate(directions):
            k, suffix = layer * len(directions) + d, f"_l{layer}{direction}"
            first = [{name: t[k, b : b + 1] for name, t in initial.items()} for b in range(len(sequences))]
            one = [run_sequence(config["cell"], weights, suffix, x, s) for x, s in zip(sequences, first)]
            results.append([output for output, _ in one])
            for name in initial:
                last[name].append(torch.cat([state[name] for _, state in one]))
        sequences = [torch.cat(outputs, 1) for outputs in zip(*results)]
    return sequences, {name: torch.stack(states) for name, states in last.items()}
