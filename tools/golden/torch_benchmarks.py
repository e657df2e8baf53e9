#!/usr/bin/env python3
"""The benchmarks' work on small shapes, by PyTorch: cases as JSON on standard input, results as JSON on standard output.

A case: w (as in workloads.json), phase, parameters (name -> [shape, values] before the first run), data (what the runs
are fed) and runs. test/parity/benchmarks.test.ts compares.
"""
import json
import sys

import torch

LAYERS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}


def tensor(pair):
    shape, values = pair
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def recurrent(case):
    w = case["w"]
    net = LAYERS[w["cell"]](w["I"], w["H"], w["L"])
    with torch.no_grad():
        for name, p in net.named_parameters():
            p.copy_(tensor(case["parameters"][name]))
    return net


def dense(case):
    weight = tensor(case["parameters"]["weight"])
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(tensor(case["parameters"]["bias"]))
    return layer


def run_layer(case):
    net = recurrent(case)
    x = tensor(case["data"]["x"]).requires_grad_(True)
    y, _ = net(x)
    y.backward(tensor(case["data"]["dy"]))
    gradients = {"gradient." + name: p.grad for name, p in net.named_parameters()}
    return dict(gradients, output=y, **{"gradient.x": x.grad})


def run_stream(case):
    net = recurrent(case)
    state = None
    with torch.no_grad():
        for x in case["data"]["inputs"]:
            _, state = net(tensor(x), state)
    return {"h": state[0], "c": state[1]}


def run_generate(case):
    net, out = recurrent(case), dense(case)
    state, rows = None, []
    with torch.no_grad():
        for token in case["data"]["tokens"]:
            x = torch.nn.functional.one_hot(torch.tensor([[token]]), case["w"]["V"]).float()
            y, state = net(x, state)
            rows.append(torch.softmax(out(y[0]), 1))
    return {"probabilities": torch.cat(rows)}


def train(case, net, parts, loss_of):
    """parts: name -> parameter. Returns the losses and how far each parameter moved."""
    w = case["w"]
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[w["optimizer"]]
    before = {name: p.detach().clone() for name, p in parts.items()}
    optimizer = kind(list(parts.values()), lr=w["lr"])
    losses = []
    for k in range(case["runs"]):
        optimizer.zero_grad()
        loss = loss_of(k)
        loss.backward()
        if w.get("clip"):
            torch.nn.utils.clip_grad_norm_(list(parts.values()), w["clip"])
        optimizer.step()
        losses.append(loss.detach())
    moved = {"moved." + name: p.detach() - before[name] for name, p in parts.items()}
    return dict(moved, loss=torch.stack(losses))


def parts_of(case, net, out):
    parts = dict(net.named_parameters())
    parts.update(weight=out.weight, bias=out.bias)
    if "embedding" in case["parameters"]:
        parts["embedding"] = torch.nn.Parameter(tensor(case["parameters"]["embedding"]))
    return parts


def run_lm(case):
    w, net, out = case["w"], recurrent(case), dense(case)
    parts = parts_of(case, net, out)
    state = [None]

    def loss_of(k):
        ids = torch.tensor(case["data"]["tokens"][k]).reshape(w["T"] + 1, w["B"])
        table = parts["embedding"] if w["input"] == "embedding" else torch.eye(w["V"])
        y, last = net(table[ids[:-1]], state[0])
        if w["carryState"]:
            state[0] = tuple(t.detach() for t in last)
        return torch.nn.functional.cross_entropy(out(y).reshape(-1, w["V"]), ids[1:].reshape(-1))

    return train(case, net, parts, loss_of)


def run_classify(case):
    net, out = recurrent(case), dense(case)
    parts = parts_of(case, net, out)

    def loss_of(k):
        batch = case["data"]["batches"][k]
        rows = []
        for sentence in batch["sentences"]:
            _, (h, _) = net(parts["embedding"][torch.tensor(sentence)].unsqueeze(1))
            rows.append(h[0, 0])
        return torch.nn.functional.cross_entropy(out(torch.stack(rows)), torch.tensor(batch["labels"]))

    return train(case, net, parts, loss_of)


RUNS = {"layer": run_layer, "stream": run_stream, "generate": run_generate, "lm": run_lm, "classify": run_classify}

if __name__ == "__main__":
    torch.manual_seed(0)
    results = [RUNS[case["w"]["kind"]](case) for case in json.load(sys.stdin)]
    json.dump([{name: t.reshape(-1).tolist() for name, t in r.items()} for r in results], sys.stdout)
