#!/usr/bin/env python3
"""Traces small whole networks with seeded weights, for measuring what INT8 costs other families.

    python3 scripts/trace-networks.py FACES DIR      (needs torch, numpy and Pillow)

Writes DIR/{iresnet,iresnet-se,relu6}.pt and a recipe for each: NAME.json with all methods, and NAME-plain.json
with mse ranges alone. BatchNorm gets the statistics of the first 64 images of FACES, a folder with a folder per
identity; the recipes calibrate on its first 96 identities and evaluate on its last 32. Preprocessing: insightface.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image


def batch_norm(c):
    """Uneven channels, as training makes them."""
    norm = nn.BatchNorm2d(c, momentum=None)
    norm.weight.data = torch.exp(0.5 * torch.randn(c))
    norm.bias.data = 0.5 * torch.randn(c)
    return norm


def prelu(c):
    act = nn.PReLU(c)
    act.weight.data = 0.2 + 0.3 * torch.randn(c)
    return act


class Se(nn.Module):
    """Squeeze and excitation (arXiv 1709.01507)."""

    def __init__(self, c):
        super().__init__()
        self.fc1 = nn.Conv2d(c, c // 8, 1)
        self.fc2 = nn.Conv2d(c // 8, c, 1)

    def forward(self, x):
        s = F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))
        return x * torch.sigmoid(self.fc2(s))


class IBasicBlock(nn.Module):
    """The block of IResNet (arXiv 2004.04989)."""

    def __init__(self, c_in, c, stride, se):
        super().__init__()
        self.block = nn.Sequential(
            batch_norm(c_in), nn.Conv2d(c_in, c, 3, 1, 1, bias=False), batch_norm(c), prelu(c),
            nn.Conv2d(c, c, 3, stride, 1, bias=False), batch_norm(c), *([Se(c)] if se else []))
        self.downsample = None
        if stride != 1 or c_in != c:
            self.downsample = nn.Sequential(nn.Conv2d(c_in, c, 1, stride, bias=False), batch_norm(c))

    def forward(self, x):
        return self.block(x) + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    def __init__(self, se):
        super().__init__()
        c = 24
        layers = [nn.Conv2d(3, c, 3, 1, 1, bias=False), batch_norm(c), prelu(c)]
        for width in (24, 32, 48, 64):
            layers += [IBasicBlock(c, width, 2, se), IBasicBlock(width, width, 1, se)]
            c = width
        self.body = nn.Sequential(*layers, batch_norm(c))
        self.fc = nn.Linear(c * 49, 128)
        self.features = nn.BatchNorm1d(128, momentum=None)

    def forward(self, x):
        return self.features(self.fc(torch.flatten(self.body(x), 1)))


class InvertedResidual(nn.Module):
    """The block of MobileNetV2 (arXiv 1801.04381)."""

    def __init__(self, c_in, c, stride):
        super().__init__()
        h = 4 * c_in
        self.block = nn.Sequential(
            nn.Conv2d(c_in, h, 1, bias=False), batch_norm(h), nn.ReLU6(),
            nn.Conv2d(h, h, 3, stride, 1, groups=h, bias=False), batch_norm(h), nn.ReLU6(),
            nn.Conv2d(h, c, 1, bias=False), batch_norm(c))
        self.residual = stride == 1 and c_in == c

    def forward(self, x):
        return x + self.block(x) if self.residual else self.block(x)


class Relu6Net(nn.Module):
    def __init__(self):
        super().__init__()
        c = 32
        layers = [nn.Conv2d(3, c, 3, 2, 1, bias=False), batch_norm(c), nn.ReLU6()]
        for width, count in ((32, 2), (48, 2), (64, 3)):
            for i in range(count):
                layers.append(InvertedResidual(c, width, 2 if i == 0 else 1))
                c = width
        self.body = nn.Sequential(*layers, nn.Conv2d(c, c, 7, groups=c, bias=False), batch_norm(c))
        self.fc = nn.Linear(c, 128)

    def forward(self, x):
        return self.fc(torch.flatten(self.body(x), 1))


def images(faces):
    files = sorted(f for f in faces.glob("*/*") if f.suffix in (".jpg", ".png"))[:64]
    pixels = [np.asarray(Image.open(f).convert("RGB").resize((112, 112)), np.float32) for f in files]
    return torch.tensor(((np.stack(pixels) - 127.5) / 127.5).transpose(0, 3, 1, 2))


def recipe(model, faces, methods):
    return {
        "model": str(model),
        "preprocessing": "insightface",
        "calibration": {"images": str(faces), "identities": {"first": 96}, "ranges": "mse", **methods},
        "evaluation": {"images": str(faces), "identities": {"last": 32}},
        "targets": ["ort-x86", "tflite-xnnpack"],
    }


def main():
    faces, folder = (Path(a).resolve() for a in sys.argv[1:3])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    x = images(faces)
    plain = {m: False for m in ("equalization", "sharedScales", "adaptiveRounding", "biasCorrection")}
    nets = {"iresnet": IResNet(False), "iresnet-se": IResNet(True), "relu6": Relu6Net()}
    for name, net in nets.items():
        with torch.no_grad():
            net.train()(x)
            model = folder / f"{name}.pt"
            torch.jit.trace(net.eval(), x[:2]).save(str(model))
        (folder / f"{name}.json").write_text(json.dumps(recipe(model, faces, {}), indent=2))
        (folder / f"{name}-plain.json").write_text(json.dumps(recipe(model, faces, plain), indent=2))


if __name__ == "__main__":
    main()
