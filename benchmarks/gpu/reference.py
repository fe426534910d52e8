"""transformers and PEFT beside LiftLab, on the machine of the card.

reference.py make FOLDER               small models of seven architectures with random weights
reference.py logits FOLDER ENGINE...   the logits of LiftLab's engine beside those of transformers
reference.py peft --batch B --length T --steps N    LoRA with PEFT on the shapes of GPT-J 6B
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import torch
import transformers

IDS = [5, 17, 80, 3, 41, 9, 66, 12]


def configurations():
    shape = dict(vocab_size=512, hidden_size=64, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=256)
    old = dict(vocab_size=512, n_embd=64, n_layer=3, n_head=4, n_positions=256)
    gated = dict(shape, intermediate_size=96, num_key_value_heads=2)
    return {
        "gptj": transformers.GPTJConfig(**old, rotary_dim=8),
        "gpt2": transformers.GPT2Config(**old),
        "gptneo": transformers.GPTNeoConfig(
            vocab_size=512, hidden_size=64, num_layers=2, num_heads=4, max_position_embeddings=256,
            attention_types=[[["global", "local"], 1]], window_size=8),
        "neox": transformers.GPTNeoXConfig(**shape, intermediate_size=128, rotary_pct=0.25),
        "llama": transformers.LlamaConfig(**gated),
        "mistral": transformers.MistralConfig(**gated, sliding_window=8),
        "qwen2": transformers.Qwen2Config(**gated),
    }


def make(folder):
    for name, config in configurations().items():
        torch.manual_seed(7)
        model = transformers.AutoModelForCausalLM.from_config(config, torch_dtype=torch.float32)
        for weight in model.parameters():
            torch.nn.init.normal_(weight, std=0.2 if weight.dim() > 1 else 0.5)
        model.save_pretrained(folder / name, safe_serialization=True)
        print(name, sum(w.numel() for w in model.parameters()))


def logits(folder, engine):
    worst = 0.0
    for path in sorted(p for p in folder.iterdir() if p.is_dir()):
        model = transformers.AutoModelForCausalLM.from_pretrained(path, torch_dtype=torch.float32).eval()
        with torch.no_grad():
            ours = model(torch.tensor([IDS])).logits[0]
        answer = subprocess.run(
            [*engine, "logits", str(path), "--ids", ",".join(map(str, IDS)), "--json"], capture_output=True, text=True)
        if answer.returncode != 0:
            print(path.name, "FAILS", answer.stderr.strip().splitlines()[-1:])
            worst = float("inf")
            continue
        theirs = torch.tensor(json.loads(answer.stdout)["logits"])
        difference = (ours - theirs).abs().max().item()
        worst = max(worst, difference)
        print(f"{path.name:10} largest difference {difference:.1e} of logits up to {ours.abs().max().item():.1f}")
    return 0 if worst < 2e-3 else 1


def peft_speed(batch, length, steps):
    import peft

    config = transformers.GPTJConfig()  # its defaults are the shapes of GPT-J 6B
    with torch.device("cuda"):
        torch.set_default_dtype(torch.bfloat16)
        model = transformers.AutoModelForCausalLM.from_config(config)
        torch.set_default_dtype(torch.float32)
    targets = ["q_proj", "k_proj", "v_proj", "out_proj", "fc_in", "fc_out", "lm_head", "wte"]  # as LiftLab
    model = peft.get_peft_model(model, peft.LoraConfig(r=16, lora_alpha=32, target_modules=targets))
    trained = [w for w in model.parameters() if w.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3)
    times = []
    for step in range(steps + 5):
        ids = torch.randint(3, 256, (batch, length), device="cuda")
        labels = ids.clone()
        labels[:, :-3] = -100
        torch.cuda.synchronize()
        begun = time.perf_counter()
        model(input_ids=ids, labels=labels).loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        torch.cuda.synchronize()
        if step >= 5:
            times.append(time.perf_counter() - begun)
    wall = statistics.median(times)
    print(json.dumps({
        "tokensPerSecond": batch * length / wall,
        "millisecondsPerStep": wall * 1000,
        "allocatedPeak": torch.cuda.max_memory_allocated(),
        "transformers": transformers.__version__,
        "peft": peft.__version__,
    }))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "logits", "peft"])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("engine", nargs="*")
    for name in ("batch", "length", "steps"):
        parser.add_argument(f"--{name}", type=int)
    given = parser.parse_args()
    if given.what == "make":
        return make(given.folder)
    if given.what == "logits":
        return logits(given.folder, given.engine)
    return peft_speed(given.batch, given.length, given.steps)


sys.exit(main())
