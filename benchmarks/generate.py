#!/usr/bin/env python3
"""What transformers' `generate` does, written out in plain PyTorch, for `LiftLab.Engine bench generate` and `bench score`.

Reads a folder with config.json, model.safetensors (GPT-J, float32) and prompts.json (lists of ids), and answers every prompt greedily:
prompts in batches, each padded on the left to its longest, an attention mask, keys and values cached by concatenation, logits of the
last position only, no end-of-text token, so that every row runs to --tokens. transformers itself is in no package of Debian 12; the steps
are those of GenerationMixin._sample with do_sample=False. Prints one JSON line: seconds of each repeat, and the tokens, to be compared.
On Debian: apt install python3-torch libopenblas0-pthread, and LD_PRELOAD libopenblas.so.0, since torch there links the reference BLAS.
"""
import argparse, json, struct, time
import numpy as np
import torch
from torch.nn import functional as F


def load(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        start, data = f.tell(), {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            begin, end = entry["data_offsets"]
            f.seek(start + begin)
            data[name] = torch.from_numpy(np.frombuffer(bytearray(f.read(end - begin)), dtype="<f4").reshape(entry["shape"]))
        return data


class GptJ:
    def __init__(self, folder):
        c = json.load(open(folder + "/config.json"))
        self.layers, self.heads, self.rotary, self.width = c["n_layer"], c["n_head"], c["rotary_dim"], c["n_embd"]
        self.gelu = "none" if c["activation_function"] == "gelu" else "tanh"
        self.w = load(folder + "/model.safetensors")

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def norm(self, x, name):
        return F.layer_norm(x, (self.width,), self.w[name + ".weight"], self.w[name + ".bias"], 1e-5)

    def turn(self, x, cos, sin):
        r, rest = x[..., :self.rotary], x[..., self.rotary:]
        other = torch.stack((-r[..., 1::2], r[..., ::2]), -1).flatten(-2)
        return torch.cat((r * cos + other * sin, rest), -1)

    def forward(self, ids, positions, mask, past):
        b, t = ids.shape
        angles = positions[..., None].float() * 10000 ** (-torch.arange(0, self.rotary, 2) / self.rotary)
        cos, sin = (f(angles).repeat_interleave(2, -1)[:, None] for f in (torch.cos, torch.sin))
        x = F.embedding(ids, self.w["transformer.wte.weight"])
        present = []
        for i in range(self.layers):
            p = f"transformer.h.{i}."
            h = self.norm(x, p + "ln_1")
            q, k, v = (self.linear(h, p + "attn." + n).view(b, t, self.heads, -1).transpose(1, 2) for n in ("q_proj", "k_proj", "v_proj"))
            q, k = self.turn(q, cos, sin), self.turn(k, cos, sin)
            if past is not None:
                k, v = torch.cat((past[i][0], k), 2), torch.cat((past[i][1], v), 2)
            present.append((k, v))
            a = (q @ k.transpose(-1, -2) / k.shape[-1] ** 0.5 + mask).softmax(-1) @ v
            x = x + self.linear(a.transpose(1, 2).reshape(b, t, -1), p + "attn.out_proj") \
                + self.linear(F.gelu(self.linear(h, p + "mlp.fc_in"), approximate=self.gelu), p + "mlp.fc_out")
        return self.linear(self.norm(x[:, -1], "transformer.ln_f"), "lm_head"), present

    @torch.no_grad()
    def generate(self, prompts, tokens):
        longest = max(len(p) for p in prompts)
        ids = torch.tensor([[0] * (longest - len(p)) + p for p in prompts])
        real = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
        causal = torch.full((longest, longest), float("-inf")).triu(1)
        mask = causal[None, None] + torch.where(real[:, None, None] == 1, 0.0, torch.finfo(torch.float32).min)
        logits, past = self.forward(ids, (real.cumsum(1) - 1).clamp(min=0), mask, None)
        written = [logits.argmax(-1)]
        while len(written) < tokens:
            real = torch.cat((real, real.new_ones(len(prompts), 1)), 1)
            mask = torch.where(real[:, None, None] == 1, 0.0, torch.finfo(torch.float32).min)
            logits, past = self.forward(written[-1][:, None], real.sum(1, keepdim=True) - 1, mask, past)
            written.append(logits.argmax(-1))
        return torch.stack(written, 1).tolist()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--tokens", type=int, default=10)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--repeats", type=int, default=3)
    a = p.parse_args()
    model, prompts = GptJ(a.folder), json.load(open(a.folder + "/prompts.json"))
    seconds, used = [], 0.0
    for repeat in range(a.repeats + 1):
        start, cpu = time.perf_counter(), time.process_time()
        tokens = [row for at in range(0, len(prompts), a.batch) for row in model.generate(prompts[at:at + a.batch], a.tokens)]
        if repeat > 0:
            seconds.append(time.perf_counter() - start)
            used += time.process_time() - cpu
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "seconds": seconds, "processorSeconds": used / a.repeats, "tokens": tokens}))


if __name__ == "__main__":
    main()
