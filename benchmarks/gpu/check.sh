#!/usr/bin/env bash
# check.sh [--dry-run]: the steps of README.md. OUT is the folder of logs, ENGINE the command of the engine.
# The last lines name every step with its exit code and seconds; the exit code is the number of steps that failed.
set -uo pipefail
here=$(dirname "$(realpath "$0")")
out=${OUT:-$here/results}
mkdir -p "$out"
log=$out/all.log
: >"$log"
dry=""
[ "${1:-}" = --dry-run ] && dry=yes
device=cuda size=6b steps=15 rows=128
[ -n "$dry" ] && device=cpu size=mini steps=2 rows=4
engine=${ENGINE:-$here/engine/LiftLab.Engine}
summary=""
failed=0

# step SECONDS NAME COMMAND...: its output goes to NAME.log and to all.log.
step() {
  local limit=$1 name=$2 begun=$SECONDS
  shift 2
  echo "== $name: $*" >>"$log"
  timeout "$limit" "$@" >"$out/$name.log" 2>&1
  local code=$?
  cat "$out/$name.log" >>"$log"
  [ $code = 0 ] || failed=$((failed + 1))
  summary+="$(printf '%-28s exit %-4s %4s s' "$name" "$code" "$((SECONDS - begun))")"$'\n'
}

# peak NAME: the most memory of the card in use until the file NAME.stop appears, in MiB, into NAME.peak.
peak() {
  local most=0 used
  while [ ! -e "$out/$1.stop" ]; do
    used=$(nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | head -n 1)
    [ "${used:-0}" -gt "$most" ] && most=$used && echo "$most" >"$out/$1.peak"
    sleep 0.2
  done
}

# watched SECONDS NAME COMMAND...: a step with the card's peak.
watched() {
  if [ -n "$dry" ]; then step "$@"; return; fi
  rm -f "$out/$2.stop"
  peak "$2" &
  local watcher=$!
  step "$@"
  touch "$out/$2.stop"
  wait $watcher
  summary+="    peak of the card $(cat "$out/$2.peak") MiB"$'\n'
}

if [ -z "$dry" ]; then
  libraries=$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')
  export LD_LIBRARY_PATH=$libraries:${LD_LIBRARY_PATH:-}
  step 30 loads bash -c 'nvidia-smi; python3 -c "import torch; print(torch.__version__, torch.version.cuda, torch.cuda.get_device_name())"'
fi
step 120 device $engine bench device --device $device
if [ -z "$dry" ]; then
  step 90 make-families python3 "$here/reference.py" make "$out/families"
  step 150 families $engine bench device --device $device "$out"/families/*
  step 60 families-logits python3 "$here/reference.py" logits "$out/families" $engine
fi
for precision in bfloat16 int8 nf4; do
  watched 75 "train-$size-$precision" $engine bench train --model $size --dtype bfloat16 --device $device --method lora \
    --precision $precision --batch 4 --length 64 --steps $steps --json
done
# rows in one line without padding, which a card does not do unless it is told to
watched 75 "train-$size-packed" $engine bench train --model $size --dtype bfloat16 --device $device --method lora --precision bfloat16 \
  --batch 4 --length 64 --steps $steps --packing always --json
if [ -z "$dry" ]; then
  step 60 train-10m-tf32 $engine bench train --model 10m --device $device --method full --steps 30 --tf32 --json
  step 60 train-10m-exact $engine bench train --model 10m --device $device --method full --steps 30 --json
  watched 90 peft-6b-bfloat16 python3 "$here/reference.py" peft --batch 4 --length 64 --steps $steps
  watched 60 train-6b-long $engine bench train --model 6b --dtype bfloat16 --device $device --method lora --precision int8 \
    --batch 2 --length 1000 --steps 6 --json
  # It has to end with words that say what to change, not with a stack trace.
  step 60 out-of-memory bash -c "! $engine bench train --model 6b --dtype float32 --device $device --method full --batch 64 --length 2000 --steps 3"
fi
step 60 score $engine bench score --model $size --dtype bfloat16 --device $device --rows $rows --json
step 60 generate $engine bench generate --model $size --dtype bfloat16 --device $device --rows $rows --repeats 1 --no-drafts --json
if [ -z "$dry" ]; then
  step 60 lift-card $engine lift iris --device $device --baselines none --json
  step 60 lift-processor $engine lift iris --device cpu --baselines none --json
fi
printf '%s' "$summary" | tee -a "$log"
exit $failed
