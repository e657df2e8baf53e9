#!/bin/sh
# Installs the peers that can be installed: npm packages under $PEERS_HOME (default: this folder), and, where apt-get
# is at hand, some Debian libraries unpacked (not installed) under $PEERS_HOME/extra that make PyTorch faster.
set -u
here=$(cd "$(dirname "$0")" && pwd)
PEERS_HOME=${PEERS_HOME:-$here}
mkdir -p "$PEERS_HOME/extra"
[ "$PEERS_HOME" = "$here" ] || cp "$here/package.json" "$PEERS_HOME/"
# --ignore-scripts: the packages' own download steps are not needed, what is used is inside the packages
(cd "$PEERS_HOME" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock)

if command -v apt-get >/dev/null 2>&1; then
  tmp=$(mktemp -d)
  (
    cd "$tmp" || exit 1
    for p in libopenblas0-openmp libblis4-openmp libomp5-14 libtcmalloc-minimal4; do
      apt-get download "$p" >/dev/null 2>&1 || { echo "no $p"; continue; }
      dpkg -x "$p"_*.deb "$p"
    done
    for b in openblas-openmp blis-openmp; do
      d=$(find . -type d -name "$b" | head -n 1)
      [ -n "$d" ] && rm -rf "$PEERS_HOME/extra/$b" && cp -a "$d" "$PEERS_HOME/extra/"
    done
    f=$(find . -path '*llvm*' -name libomp.so.5 | head -n 1)
    [ -n "$f" ] && cp -L "$f" "$PEERS_HOME/extra/libomp.so.5"
    f=$(find . -name 'libtcmalloc_minimal.so.4' | head -n 1)
    [ -n "$f" ] && cp -L "$f" "$PEERS_HOME/extra/libtcmalloc_minimal.so.4"
  )
  rm -rf "$tmp"
fi
python3 -c 'import torch' 2>/dev/null || [ ! -x /usr/bin/python3 ] || /usr/bin/python3 -c 'import torch' 2>/dev/null \
  || echo "PyTorch is not here: apt-get install --no-install-recommends python3-torch python3-numpy libopenblas0-pthread"
