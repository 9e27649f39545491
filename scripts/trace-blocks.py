#!/usr/bin/env python3
"""Traces small blocks of well-known networks with seeded weights: fixtures for the tests of export.

    python3 scripts/trace-blocks.py runtime/src/test/resources/blocks      (needs torch)

Writes NAME.pt, and NAME.f32 with what torch computes for the two images of input.f32: all outputs of
an image one after another, float32, little-endian. The same torch gives the same weights.
"""
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F


class Se(nn.Module):
    """Squeeze and excitation (arXiv 1709.01507)."""

    def __init__(self, c, gate=nn.Sigmoid):
        super().__init__()
        self.fc1 = nn.Conv2d(c, max(2, c // 4), 1)
        self.fc2 = nn.Conv2d(max(2, c // 4), c, 1)
        self.gate = gate()

    def forward(self, x):
        s = F.adaptive_avg_pool2d(x, 1)
        return x * self.gate(self.fc2(F.relu(self.fc1(s), inplace=True)))


class SeLinear(nn.Module):
    """The form with linear layers, as in GhostNet and IR-SE nets of cavaface."""

    def __init__(self, c):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(c, 2), nn.PReLU(2), nn.Linear(2, c))

    def forward(self, x):
        b, c, _, _ = x.size()
        y = F.adaptive_avg_pool2d(x, 1).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * (F.relu6(y + 3, inplace=True) / 6)


class Eca(nn.Module):
    """Efficient channel attention (arXiv 1910.03151)."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1, bias=False)

    def forward(self, x):
        y = F.adaptive_avg_pool2d(x, 1)
        y = self.conv(y.squeeze(-1).transpose(-1, -2)).transpose(-1, -2).unsqueeze(-1)
        return x * torch.sigmoid(y).expand_as(x)


class Cbam(nn.Module):
    """Convolutional block attention (arXiv 1807.06521)."""

    def __init__(self, c):
        super().__init__()
        self.mlp = nn.Sequential(nn.Flatten(), nn.Linear(c, 2), nn.ReLU(), nn.Linear(2, c))
        self.spatial = nn.Conv2d(2, 1, 7, padding=3, bias=False)

    def forward(self, x):
        a = self.mlp(F.avg_pool2d(x, x.shape[2:])) + self.mlp(F.max_pool2d(x, x.shape[2:]))
        x = x * torch.sigmoid(a).unsqueeze(2).unsqueeze(3).expand_as(x)
        m = torch.cat([torch.max(x, 1)[0].unsqueeze(1), torch.mean(x, 1).unsqueeze(1)], dim=1)
        return x * torch.sigmoid(self.spatial(m))


class Ghost(nn.Module):
    """Ghost module (arXiv 1911.11907)."""

    def __init__(self, c, out):
        super().__init__()
        half = (out + 1) // 2
        self.out = out
        self.primary = nn.Sequential(nn.Conv2d(c, half, 1, bias=False), nn.BatchNorm2d(half), nn.PReLU(half))
        self.cheap = nn.Sequential(nn.Conv2d(half, half, 3, 1, 1, groups=half, bias=False), nn.BatchNorm2d(half))

    def forward(self, x):
        a = self.primary(x)
        return torch.cat([a, self.cheap(a)], dim=1)[:, : self.out, :, :]


class GhostV2(nn.Module):
    """Ghost module with the gate of GhostNetV2 (arXiv 2211.12905)."""

    def __init__(self, c, out):
        super().__init__()
        self.ghost = Ghost(c, out)
        self.short = nn.Sequential(
            nn.Conv2d(c, out, 1, bias=False), nn.BatchNorm2d(out),
            nn.Conv2d(out, out, (1, 5), 1, (0, 2), groups=out, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        gate = torch.sigmoid(self.short(F.avg_pool2d(x, 2, 2)))
        return self.ghost(x) * F.interpolate(gate, size=(x.shape[-2], x.shape[-1]), mode="nearest")


class Shuffle(nn.Module):
    """ShuffleNetV2 unit (arXiv 1807.11164)."""

    def __init__(self, c):
        super().__init__()
        h = c // 2
        self.branch = nn.Sequential(
            nn.Conv2d(h, h, 1, bias=False), nn.BatchNorm2d(h), nn.ReLU(inplace=True),
            nn.Conv2d(h, h, 3, 1, 1, groups=h, bias=False), nn.BatchNorm2d(h))

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        x = torch.cat((a, self.branch(b)), dim=1)
        n, c, h, w = x.size()
        x = x.view(n, 2, c // 2, h, w)
        x = torch.transpose(x, 1, 2).contiguous()
        return x.view(n, -1, h, w)


class MobileV3(nn.Module):
    """Inverted residual with h-swish and SE (arXiv 1905.02244)."""

    def __init__(self, c):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(c, 2 * c, 1, bias=False), nn.BatchNorm2d(2 * c), nn.Hardswish(inplace=True),
            nn.Conv2d(2 * c, 2 * c, 5, 1, 2, groups=2 * c, bias=False), nn.BatchNorm2d(2 * c),
            nn.Hardswish(inplace=True), Se(2 * c, nn.Hardsigmoid),
            nn.Conv2d(2 * c, c, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return x + self.block(x)


class ConvNext(nn.Module):
    """ConvNeXt block (arXiv 2201.03545)."""

    def __init__(self, c):
        super().__init__()
        self.dw = nn.Conv2d(c, c, 7, padding=3, groups=c)
        self.norm = nn.LayerNorm(c, eps=1e-6)
        self.up, self.down = nn.Linear(c, 2 * c), nn.Linear(2 * c, c)
        self.gamma = nn.Parameter(torch.rand(c))

    def forward(self, x):
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        y = self.gamma * self.down(F.gelu(self.up(y)))
        return x + y.permute(0, 3, 1, 2)


class Attention(nn.Module):
    """Multi-head self-attention over the places of a map."""

    def __init__(self, c, heads=2, fused=False):
        super().__init__()
        self.heads, self.fused = heads, fused
        self.qkv, self.proj = nn.Linear(c, 3 * c), nn.Linear(c, c)

    def forward(self, x):
        b, c, h, w = x.shape
        t = x.flatten(2).transpose(1, 2)
        qkv = self.qkv(t).reshape(b, h * w, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v)
        else:
            y = ((q @ k.transpose(-2, -1)) * (c // self.heads) ** -0.5).softmax(dim=-1) @ v
        t = t + self.proj(y.transpose(1, 2).reshape(b, h * w, c))
        return t.transpose(1, 2).reshape(b, c, h, w)


class Mix(nn.Module):
    """Mixed depthwise convolution with swish (arXiv 1907.09595)."""

    def __init__(self, c):
        super().__init__()
        self.parts = [c // 2, c - c // 2]
        self.convs = nn.ModuleList(
            nn.Conv2d(p, p, k, padding=k // 2, groups=p) for p, k in zip(self.parts, (3, 5)))

    def forward(self, x):
        y = torch.cat([f(p) for f, p in zip(self.convs, torch.split(x, self.parts, 1))], 1)
        return y * torch.sigmoid(y)


class Heads(nn.Module):
    """Detector heads with a feature pyramid, as RetinaFace and SCRFD have them."""

    def __init__(self, c):
        super().__init__()
        self.down = nn.Conv2d(c, c, 3, 2, 1)
        self.cls = nn.ModuleList(nn.Conv2d(c, 4, 1) for _ in range(2))
        self.box = nn.ModuleList(nn.Conv2d(c, 8, 1) for _ in range(2))

    def forward(self, x):
        low = F.leaky_relu(self.down(x), 0.1, inplace=True)
        up = F.interpolate(low, size=[x.size(2), x.size(3)], mode="nearest")
        maps = [x + up, low]
        cls = [f(m).permute(0, 2, 3, 1).contiguous().view(m.shape[0], -1, 2) for f, m in zip(self.cls, maps)]
        box = [f(m).permute(0, 2, 3, 1).contiguous().view(m.shape[0], -1, 4) for f, m in zip(self.box, maps)]
        return torch.cat(box, 1), F.softmax(torch.cat(cls, 1), dim=-1), low


class Pools(nn.Module):
    """Pools with and without padding, rounding up, and resizing."""

    def forward(self, x):
        a = F.max_pool2d(x, 3, 2, 1)
        b = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        c = F.max_pool2d(x, 2, 2, ceil_mode=True)
        d = F.avg_pool2d(x, 3, 2, ceil_mode=True)
        e = F.max_pool2d(x, 1, 2)
        f = F.interpolate(F.pad(x, (1, 0, 0, 2)), size=a.shape[2:], mode="bilinear", align_corners=False)
        g = F.adaptive_max_pool2d(x, 1)
        return torch.cat([a, b, c + d, e * g, f], 1)


class Activations(nn.Module):
    def forward(self, x):
        y = torch.cat([F.silu(x), F.elu(x), torch.tanh(x), F.hardsigmoid(x), F.gelu(x, approximate="tanh")], 1)
        y = y + (x.abs() + 0.5).rsqrt().sum(1, keepdim=True) - x.pow(2).mean((1, 2, 3), keepdim=True)
        z = torch.maximum(y, -y).clamp(max=1.5) / (x.exp().amax(1, keepdim=True) + 1)
        return 1 - z.flip(3)


class Norms(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.bn, self.conv = nn.BatchNorm2d(c), nn.Conv2d(c, c, 3, padding=1, bias=False)
        self.gn, self.inorm = nn.GroupNorm(2, c), nn.InstanceNorm2d(c, affine=True)

    def forward(self, x):
        y = self.gn(self.conv(self.bn(x)))
        return F.normalize(self.inorm(y), dim=1)


class Stem(nn.Module):
    """A convolution before, an embedding behind a block."""

    def __init__(self, block, c=8, stride=2):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, c, 3, stride, 1, bias=False), nn.BatchNorm2d(c)
        self.block = block
        self.fc = nn.LazyLinear(4)

    def forward(self, x):
        y = self.block(self.bn(self.conv(x)))
        return self.fc(torch.flatten(y, 1))


class Whole(nn.Module):
    def __init__(self, block, c=8):
        super().__init__()
        self.conv = nn.Conv2d(3, c, 3, 2, 1)
        self.block = block

    def forward(self, x):
        return self.block(self.conv(x))


class PixelShuffle(nn.Module):
    def forward(self, x):
        y = F.pixel_shuffle(x, 2)
        a, b, *_ = y.unbind(1)
        return torch.stack([a, b[:, ::2].repeat(1, 2, 1)], 1)


BLOCKS = {
    "se": lambda: Stem(Se(8)),
    "se-linear": lambda: Stem(SeLinear(8)),
    "eca": lambda: Stem(Eca()),
    "cbam": lambda: Stem(Cbam(8)),
    "ghost": lambda: Stem(Ghost(8, 7)),
    "ghost-v2": lambda: Stem(GhostV2(8, 8)),
    "shuffle": lambda: Stem(Shuffle(8)),
    "mobile-v3": lambda: Stem(MobileV3(8)),
    "convnext": lambda: Stem(ConvNext(8)),
    "attention": lambda: Stem(Attention(8)),
    "attention-fused": lambda: Stem(Attention(8, fused=True)),
    "mix": lambda: Stem(Mix(7), 7),
    "heads": lambda: Whole(Heads(8)),
    "pools": lambda: Whole(Pools()),
    "activations": lambda: Whole(Activations()),
    "norms": lambda: Whole(Norms(8)),
    "pixel-shuffle": lambda: Whole(PixelShuffle()),
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    x = torch.rand(2, 3, 16, 12) * 2 - 1
    x.numpy().tofile(folder / "input.f32")
    for name, make in BLOCKS.items():
        torch.manual_seed(sum(map(ord, name)))
        model = make().eval()
        model(x)
        for m in model.modules():
            if isinstance(m, nn.BatchNorm2d):
                for tensor, low, high in ((m.weight, 0.5, 1.5), (m.bias, -0.5, 0.5),
                                          (m.running_mean, -0.5, 0.5), (m.running_var, 0.5, 1.5)):
                    nn.init.uniform_(tensor, low, high)
        with torch.no_grad():
            y = model(x)
            rows = [o.flatten(1) for o in (y if isinstance(y, tuple) else (y,))]
            torch.cat(rows, 1).contiguous().numpy().tofile(folder / (name + ".f32"))
            torch.jit.trace(model, x, check_trace=False).save(str(folder / (name + ".pt")))


if __name__ == "__main__":
    main()
