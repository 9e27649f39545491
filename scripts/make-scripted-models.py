#!/usr/bin/env python3
"""Makes the small scripted models of the tests: one file for each way of writing control flow.

Needs PyTorch. Usage: PYTHONHASHSEED=0 make-scripted-models.py FOLDER
The same PyTorch then writes the same bytes; the files here are of 2.8.0.
"""

import io
import sys
import zipfile
from pathlib import Path
from typing import Dict, List, Optional

import torch
from torch import nn
from torch.nn import functional as F


class Lists(nn.Module):
    """A loop over modules, a list of tensors, a dictionary of modules."""

    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 3, 3, 1, 1) for _ in range(3)])
        self.acts = nn.ModuleDict({"a": nn.ReLU(), "b": nn.PReLU(3)})

    def forward(self, x):
        outs: List[torch.Tensor] = []
        for conv in self.convs:
            x = F.relu(conv(x))
            outs.append(x)
        for act in self.acts.values():
            x = act(x)
        return outs[0] + outs[-1] + x


class Returns(nn.Module):
    """Early returns on a flag and on the rank."""

    flag: bool

    def __init__(self):
        super().__init__()
        self.flag = False
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        if self.flag:
            return torch.grid_sampler(x, x, 0, 0, False)
        if x.dim() == 4:
            return F.relu(self.conv(x))
        return x + 1


class Loops(nn.Module):
    """A while loop on an attribute, and a for loop with break and continue."""

    n: int

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.n = 3

    def forward(self, x):
        i = 0
        while i < self.n:
            x = self.conv(x)
            if i == 1:
                x = F.relu(x)
            i += 1
        for j in range(10):
            if j == 2:
                break
            if j == 0:
                continue
            x = x * float(j + 1)
        return x


class Checks(nn.Module):
    """Assertions, a missing module, a dictionary of tensors, a write in place under two names."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 1)
        self.downsample = None

    def forward(self, x):
        assert x.dim() == 4, f"expected 4 axes, got {x.dim()}"
        assert x.shape[1] == 3 and x.shape[2] % 2 == 0
        y = self.conv(x)
        if self.downsample is not None:
            y = self.downsample(y)
        d: Dict[str, torch.Tensor] = {"a": y}
        d["b"] = F.relu(y, inplace=True)
        return d["a"] + d["b"]


class Embedding(nn.Module):
    """The end of a face model: helper functions, arithmetic on sizes, an optional argument."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, 2, 1)
        self.bn = nn.BatchNorm2d(8)
        self.act = nn.ReLU6(inplace=True)
        self.pool = nn.AdaptiveAvgPool2d(2)
        self.drop = nn.Dropout(0.4)
        self.fc = nn.Linear(32, 16)
        self.out = nn.BatchNorm1d(16)

    def head(self, x, scale: Optional[float] = None):
        b, c, h, w = x.shape
        x = self.out(self.fc(self.drop(x.view(b, c * h * w))))
        if scale is not None:
            x = x * scale
        return x

    def forward(self, x):
        x = self.head(self.pool(self.act(self.bn(self.conv(x)))))
        return F.normalize(x, p=2.0, dim=1)


def save(scripted, file):
    """Saves without the paths of the machine, and without what each run makes anew."""
    buffer = io.BytesIO()
    torch.jit.save(scripted, buffer)
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(file, "w") as small:
        for entry in whole.infolist():
            if not entry.filename.endswith((".debug_pkl", "/serialization_id")):
                name = file.stem + entry.filename[entry.filename.index("/") :]
                small.writestr(zipfile.ZipInfo(name), whole.read(entry))


def main():
    folder = Path(sys.argv[1])
    torch.manual_seed(20240613)
    for module in (Lists, Returns, Loops, Checks, Embedding):
        model = module().eval()
        for name, buffer in model.named_buffers():
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 2.0)
            elif name.endswith("running_mean"):
                buffer.normal_()
        save(torch.jit.script(model), folder / f"scripted-{module.__name__.lower()}.pt")


if __name__ == "__main__":
    main()
