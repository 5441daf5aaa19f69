#!/bin/sh
# Makes the release's wasm small. What was built with the feature "split" is also cut in two at the
# functions marked wasm_split (src/ui/later.rs): what the opening needs, and what is fetched after
# it. scripts/post_build.sh runs this with Trunk's staged dist/ in hand; the parts go there.
set -eu

uncut=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/kafkascope.wasm
staged=$(ls "$TRUNK_STAGING_DIR"/kafkascope-*_bg.wasm)
page=$(basename "$staged" _bg.wasm)   # all parts carry the name and hash that Trunk chose
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shrink from to: functions of like names side by side, because gzip looks back only 32 kB.
shrink() {
  wasm-opt -O3 --reorder-functions-by-name --strip-producers --strip-target-features \
    --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext \
    --enable-mutable-globals --enable-reference-types --enable-multivalue "$1" -o "$2"
}

# bind from: ties it to the page, with names to sort by and the table that all parts share.
bind() {
  wasm-bindgen --target web --no-typescript --keep-debug --keep-lld-exports \
    --out-dir "$work/bound" --out-name "$page" "$1"
  shrink "$work/bound/${page}_bg.wasm" "$staged"
}

if ! grep -q __wasm_split "$uncut"; then
  bind "$uncut"
  exit
fi

wasm-split-cli --target web --out-name "$page" "$uncut" "$work"
bind "$work/$page.wasm"
sed "1s|\./__wasm_split\.js|./$page-later.js|" "$work/bound/$page.js" \
  >"$TRUNK_STAGING_DIR/$page.js"
links=
for part in "$work"/split_*.wasm "$work"/chunk_*.wasm; do
  [ -f "$part" ] || continue
  name=$(basename "$part" .wasm)
  shrink "$part" "$TRUNK_STAGING_DIR/$page-$name.wasm"
  links="$links; s|\./$name\.wasm|./$page-$name.wasm|"
done
sed "${links#; }" "$work/__wasm_split.js" >"$TRUNK_STAGING_DIR/$page-later.js"
