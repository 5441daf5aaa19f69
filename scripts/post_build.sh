#!/bin/sh
# What a static host needs beside the page; Trunk runs this with the staged dist/ in hand.
set -eu

# GitHub Pages must not pass the files through Jekyll.
: >"$TRUNK_STAGING_DIR/.nojekyll"

# An unknown address goes to the page itself. On Pages the page lives one level deep
# (/repository/); elsewhere it is at the root.
cat >"$TRUNK_STAGING_DIR/404.html" <<'HTML'
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Kafkascope</title>
<script>
  const [, repository] = location.pathname.split("/");
  const base = location.hostname.endsWith(".github.io") ? `/${repository}/` : "/";
  location.replace(base + location.hash);
</script>
HTML

# Builds for editing stay as they are.
[ "$TRUNK_PROFILE" != release ] || sh scripts/split.sh
