#!/usr/bin/env python3
"""The model and loop of `LiftLab.Engine bench train` in plain PyTorch, for comparing on one machine in one go.

GPT-J blocks (parallel attention and feed-forward, interleaved rotary positions, GELU by the error function as in the models made up
there), the loss on the completion, logits at every position as the usual stack computes them, AdamW, gradients clipped to norm 1. Prints
one JSON line with the same fields.
On Debian: apt install python3-torch libopenblas0-pthread, and LD_PRELOAD libopenblas.so.0, since torch there links the reference BLAS.
"""
import argparse, json, resource, statistics, time
import torch
from torch import nn
from torch.nn import functional as F

SIZES = {  # vocabulary, width, layers, heads, rotary dimensions
    "mini": (359, 128, 4, 4, 16), "5m": (4096, 256, 4, 4, 32), "10m": (8192, 256, 8, 4, 32),
    "25m": (8192, 512, 5, 8, 32), "120m": (16384, 768, 13, 12, 32),
}


class Lora(nn.Module):
    def __init__(self, base, rank):
        super().__init__()
        self.base, self.down, self.up = base, nn.Linear(base.in_features, rank, bias=False), nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))


class LoraTokens(nn.Module):
    def __init__(self, base, rank):
        super().__init__()
        self.base, self.down, self.up = base, nn.Embedding(base.num_embeddings, rank), nn.Linear(rank, base.embedding_dim, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, ids):
        return self.base(ids) + self.up(self.down(ids))


class Block(nn.Module):
    def __init__(self, width, heads, rotary):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.q, self.k, self.v, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.heads, self.rotary = heads, rotary

    def turn(self, x, cos, sin):
        r, rest = x[..., :self.rotary], x[..., self.rotary:]
        other = torch.stack((-r[..., 1::2], r[..., ::2]), -1).flatten(-2)
        return torch.cat((r * cos + other * sin, rest), -1)

    def forward(self, x, cos, sin, mask):
        b, t, d = x.shape
        h = self.norm(x)
        q, k, v = (p(h).view(b, t, self.heads, d // self.heads).transpose(1, 2) for p in (self.q, self.k, self.v))
        q, k = self.turn(q, cos, sin), self.turn(k, cos, sin)
        a = (q @ k.transpose(-1, -2) / (d // self.heads) ** 0.5 + mask).softmax(-1) @ v
        return x + self.out(a.transpose(1, 2).reshape(b, t, d)) + self.down(F.gelu(self.up(h)))


class Model(nn.Module):
    def __init__(self, vocabulary, width, layers, heads, rotary):
        super().__init__()
        self.tokens, self.norm, self.head = nn.Embedding(vocabulary, width), nn.LayerNorm(width), nn.Linear(width, vocabulary)
        self.blocks = nn.ModuleList(Block(width, heads, rotary) for _ in range(layers))
        self.rotary = rotary

    def forward(self, ids):
        t = ids.shape[1]
        angles = torch.outer(torch.arange(t), 10000 ** (-torch.arange(0, self.rotary, 2) / self.rotary)).repeat_interleave(2, -1)
        mask = torch.full((t, t), float("-inf")).triu(1)
        x = self.tokens(ids)
        for block in self.blocks:
            x = block(x, angles.cos(), angles.sin(), mask)
        return self.head(self.norm(x))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="mini", choices=SIZES)
    p.add_argument("--method", default="full", choices=["full", "lora"])
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--length", type=int, default=64)
    p.add_argument("--completion", type=int, default=3)
    p.add_argument("--steps", type=int, default=30)
    p.add_argument("--rank", type=int, default=16)
    a = p.parse_args()
    torch.manual_seed(1)
    model = Model(*SIZES[a.model])
    if a.method == "lora":
        model.requires_grad_(False)
        for block in model.blocks:
            for name in ("q", "k", "v", "out", "up", "down"):
                setattr(block, name, Lora(getattr(block, name), a.rank))
        model.head = Lora(model.head, a.rank)
        model.tokens = LoraTokens(model.tokens, a.rank)
    learned = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=1e-3, weight_decay=0.01)
    walls, warm = [], 5
    used = time.process_time()
    for step in range(a.steps + warm):
        if step == warm:
            used = time.process_time()
        start = time.perf_counter()
        ids = torch.randint(256, (a.batch, a.length))
        labels = ids.clone()
        labels[:, :-a.completion] = -100
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        loss.item()
        walls.append(time.perf_counter() - start)
    wall = statistics.median(walls[warm:])
    print(json.dumps({
        "model": a.model, "torch": torch.__version__, "parameters": sum(w.numel() for w in model.parameters()), "trainable": sum(w.numel() for w in learned),
        "method": a.method, "threads": torch.get_num_threads(), "batch": a.batch, "length": a.length, "completion": a.completion,
        "tokensPerSecond": a.batch * a.length / wall, "tokensPerSecondBest": a.batch * a.length / min(walls[warm:]), "millisecondsPerStep": wall * 1000,
        "processorMillisecondsPerStep": (time.process_time() - used) / a.steps * 1000, "peakMemory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


if __name__ == "__main__":
    main()
