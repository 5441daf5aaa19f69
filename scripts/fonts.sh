#!/usr/bin/env bash
# Makes styles/fonts/*.woff2 again from their npm packages: weights 400 to 700, Latin-1 and
# typographic signs. Needs npm, and Python with: pip install fonttools==4.68.0 brotli==1.2.1
set -euo pipefail
cd "$(dirname "$0")/.."

version=5.3.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for face in next mono; do
  name=atkinson-hyperlegible-$face
  (cd "$work" && npm pack --silent "@fontsource-variable/$name@$version" >/dev/null)
  tar -xzf "$work/fontsource-variable-$name-$version.tgz" -C "$work"
  python3 -m fontTools.varLib.instancer -q "$work/package/files/$name-latin-wght-normal.woff2" \
    wght=400:700 -o "$work/$face.ttf"
  python3 -m fontTools.subset "$work/$face.ttf" --flavor=woff2 --no-hinting \
    --unicodes=U+20-7E,U+A0-FF,U+2009,U+2013,U+2014,U+2018-201E,U+2022,U+2026,U+2032,U+2122,U+2212 \
    --layout-features=kern,mark,mkmk,ccmp,locl,tnum,calt,liga \
    --output-file="styles/fonts/$name.woff2"
done
ls -l styles/fonts
