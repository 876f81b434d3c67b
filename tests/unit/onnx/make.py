"""Makes the ONNX files of this folder, and beside each a text with points and what PyTorch's network gives for them."""
import sys
import torch
from torch import nn


class Clamp(nn.Module):
    def forward(self, x):
        return x.clamp(0, 1)


class Sine(nn.Module):
    def forward(self, x):
        return torch.sin(x)


class Affine(nn.Module):
    """x W + b, as MatMul and Add."""

    def __init__(self, n, m):
        super().__init__()
        self.w = nn.Parameter(torch.randn(n, m) / n**0.5)
        self.b = nn.Parameter(torch.randn(m))

    def forward(self, x):
        return x @ self.w + self.b


def linear(n, m, bias=True):
    return nn.Linear(n, m, bias)


nets = {
    "plain": ((3,), nn.Sequential(linear(3, 5), nn.ReLU(), linear(5, 4), nn.LeakyReLU(0.2), nn.Dropout(0.5), linear(4, 4), nn.Tanh(), linear(4, 4),
                                  nn.Sigmoid(), linear(4, 5), Clamp(), linear(5, 3), nn.LogSoftmax(1))),
    "smooth": ((3,), nn.Sequential(linear(3, 5), nn.ELU(0.5), linear(5, 4), nn.GELU(), linear(4, 4), nn.SiLU(), linear(4, 4), nn.Softplus(), linear(4, 5),
                                   Sine(), linear(5, 4), nn.Identity(), linear(4, 2))),
    "norm": ((3,), nn.Sequential(linear(3, 4), nn.BatchNorm1d(4), nn.PReLU(), linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), linear(4, 2))),
    "matmul": ((2, 3), nn.Sequential(nn.Flatten(), linear(6, 4, False), nn.ReLU(), Affine(4, 3), nn.Tanh(), linear(3, 2, False))),
}

for name, (shape, net) in nets.items():
    torch.manual_seed(sum(name.encode()))
    for p in net.parameters():
        p.data = torch.randn_like(p) * (1.5 / p.shape[-1] ** 0.5)
    for b in net.buffers():
        b.data = torch.rand_like(b) + 0.5 if b.is_floating_point() else b
    net.eval()
    x = torch.randn(8, *shape)
    torch.onnx.export(net, x, sys.argv[1] + f"/{name}.onnx", input_names=["x"], dynamic_axes={"x": {0: "n"}}, opset_version=13)
    last = net[:-1] if name == "plain" else net  # the final LogSoftmax is left out by the reader
    y = last(x)
    with open(sys.argv[1] + f"/{name}.txt", "w") as f:
        f.write(f"{len(x)} {x[0].numel()} {y.shape[1]}\n")
        for row in torch.cat([x.flatten(1), y], 1).tolist():
            f.write(" ".join(f"{v:.9g}" for v in row) + "\n")
