#!/usr/bin/env python3
"""A PyTorch network.

  python3 docs/recipes/pytorch_mlp.py --out /tmp/recipe

Scaling is part of the module, so that the graph takes applications as they are. The output is one logit: `outpost model init` reads it as log-odds.
"""
import io

import numpy as np
import torch

from recipe import COLUMNS, applications, arguments, leave


class Network(torch.nn.Module):
    def __init__(self, mean: torch.Tensor, spread: torch.Tensor):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("spread", spread)
        self.layers = torch.nn.Sequential(torch.nn.Linear(len(COLUMNS), 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))

    def forward(self, applications: torch.Tensor) -> torch.Tensor:
        return self.layers((applications - self.mean) / self.spread)


def train(table: torch.Tensor, bad: torch.Tensor) -> Network:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    network = Network(table.mean(0), table.std(0))
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(150):
        optimiser.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(network(table)[:, 0], bad).backward()
        optimiser.step()
    return network.eval()


def exported(network: Network) -> bytes:
    file = io.BytesIO()
    # The free batch dimension is what makes a batch possible; without it Outpost scores row by row. Newer PyTorch: add dynamo=False, or
    # dynamic_shapes with the new exporter (pip install onnxscript).
    torch.onnx.export(
        network, torch.zeros(1, len(COLUMNS)), file, input_names=["applications"], output_names=["logit"],
        dynamic_axes={"applications": {0: "rows"}, "logit": {0: "rows"}}, opset_version=15, do_constant_folding=True,
    )
    return file.getvalue()


if __name__ == "__main__":
    given = arguments(__doc__)
    table, bad = applications(gaps=False)
    trained = train(torch.from_numpy(table), torch.from_numpy(bad.astype(np.float32)))
    with torch.no_grad():
        pd = torch.sigmoid(trained.double()(torch.from_numpy(table.astype(np.float64)))[:, 0]).numpy()
    leave(given.out, exported(trained.float()), table, pd)
