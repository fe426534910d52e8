#!/usr/bin/env bash
# pack.sh OUT: the engine for Linux x64 without libtorch (the target machine's PyTorch has one), with the scripts of this folder, as
# OUT/lift-gpu.tar.xz.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
mkdir -p "$1"
out=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish "$here/../../LiftLab.Engine" -c Release -r linux-x64 --self-contained true -p:TorchBackend=none -o "$work/engine" >/dev/null
# Not needed for the check: other systems, debugging symbols, the baselines' native code.
find "$work/engine" \( -name '*.pdb' -o -name 'lib_lightgbm*' -o -name 'libonnxruntime*' -o -name '*.dylib' \) -delete
rm -rf "$work"/engine/runtimes/{win*,osx*,android*,ios*}
cp "$here"/check.sh "$here"/reference.py "$work"
tar -C "$work" -cJf "$out/lift-gpu.tar.xz" .
ls -l "$out/lift-gpu.tar.xz"
