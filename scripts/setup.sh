# shellcheck shell=bash
# What building and testing need, put on this machine once; sourced by run, test and .ci/run.
#
# Everything goes to one folder outside the project (KAFKASCOPE_TOOLS, by default
# ~/.cache/kafkascope) and is skipped when it is there at the right version. Works with the bash
# of macOS (3.2).

rust_wanted=1.95
trunk_wanted=0.21.14
bindgen_wanted=$(sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml)
split_wanted=0.2.4      # wasm_split_cli_support
node_wanted=20
node_fallback=22.23.3   # from npm, where the machine's own Node is older
browsers_wanted=2.9.0   # @puppeteer/browsers, where no Chromium can be found
gecko_wanted=0.36.0     # geckodriver, where there is a Firefox without one

tools=${KAFKASCOPE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/kafkascope}
wasm_target=wasm32-unknown-unknown
wasm_toolchain=   # stays empty where the ordinary toolchain builds wasm
mkdir -p "$tools/bin" "$tools/log"
export PATH="$tools/bin:$tools/node/node_modules/.bin:$PATH"
export TRUNK_SKIP_VERSION_CHECK=true
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# What is happening, and what to do when it cannot.
say() { printf '%s\n' "==> $*"; }
stop() {
  printf '\n%s\n' "kafkascope: $1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

# step "what it does (how long)" "what to do if it fails" command...: quiet unless it fails.
step() {
  local what=$1 advice=$2 log start
  shift 2
  log=$tools/log/$(printf '%s' "$what" | tr -cs 'a-zA-Z0-9.\n' '-' | cut -c1-40).log
  start=$(date +%s)
  say "$what"
  if ! "$@" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    stop "this step failed: $what" "$advice" "The whole log: $log"
  fi
  say "  done in $(($(date +%s) - start)) s"
}

# The first x.y.z in what a program says of itself; nothing if it is not there.
version_of() { "$@" --version 2>/dev/null | sed -n 's/[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1; }

# at_least 1.95 1.96.0: is the second version no older than the first?
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "${2:-0}" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$1" ]
}

debian_root() { [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; }

packages() {
  local install="apt-get install -y --no-install-recommends"
  export DEBIAN_FRONTEND=noninteractive
  $install "$@" || { apt-get update && $install "$@"; }
}

# Rust itself, and a C linker.
need_rust() {
  if ! command -v cargo >/dev/null; then
    debian_root || stop "cargo is not installed" \
      "Install Rust $rust_wanted or newer from https://rustup.rs and start again."
    step "Installing Rust from Debian's packages (1 min)" "See apt's message above." \
      packages cargo-web rustc-web gcc libc6-dev
  fi
  if ! command -v cc >/dev/null && debian_root; then
    step "Installing a linker (10 s)" "See apt's message above." packages gcc libc6-dev
  fi
  local here
  here=$(version_of rustc)
  at_least "$rust_wanted" "$here" || stop \
    "Rust $here is too old: $rust_wanted or newer is needed" "Try: rustup update stable"
}

# Does this rustc have a standard library for wasm?
has_wasm() {
  local home
  home=$("$1" --print target-libdir --target $wasm_target 2>/dev/null) &&
    ls "$home"/libstd-*.rlib >/dev/null 2>&1
}

# The wasm target: from rustup; where rustup has no network, from Debian's packages.
need_wasm() {
  if [ "${KAFKASCOPE_WASM:-}" != debian ]; then
    has_wasm rustc && return
    if command -v rustup >/dev/null; then
      say "Adding the wasm target to Rust (10 s)"
      rustup target add $wasm_target && has_wasm rustc && return
    fi
  fi
  if ! has_wasm /usr/bin/rustc; then
    debian_root || stop "Rust has no wasm target here" \
      "With rustup and a network: rustup target add $wasm_target" \
      "On Debian 12 as root, this script builds it from Debian's packages."
    step "Installing Debian's Rust with its source, for wasm (1 min)" "See apt's message above." \
      packages rustc-web cargo-web rust-web-src rust-web-llvm lld-22
    step "Building Rust's standard library for wasm (1 min)" \
      "Remove $tools/std and start again." build_wasm_std
  fi
  [ "$(command -v rustc)" = /usr/bin/rustc ] && return   # Debian's Rust is the only one here
  rustup toolchain link debian /usr || stop "rustup could not link Debian's Rust"
  wasm_toolchain=debian
}

# Debian packages the source of std, vendored, but not its wasm build.
build_wasm_std() {
  local source
  source=$(echo /usr/src/rustc-1.*/library)
  (cd "$source" &&
    env -u RUSTUP_TOOLCHAIN PATH="/usr/bin:/bin" RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
      RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
      __CARGO_DEFAULT_LIB_METADATA=kafkascope CARGO_TARGET_DIR="$tools/std" \
      /usr/bin/cargo build --locked --release -p sysroot --target $wasm_target) || return
  local home=/usr/lib/rustlib/$wasm_target/lib
  mkdir -p "$home" && cp "$tools/std/$wasm_target/release/deps/"*.rlib "$home"
}

# Runs a command with the toolchain that builds wasm.
wasm() {
  if [ -n "$wasm_toolchain" ]; then RUSTUP_TOOLCHAIN=$wasm_toolchain "$@"; else "$@"; fi
}

# Tools are used for seconds and compiled for minutes: they get no optimising.
build_tool() {
  CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR="$tools/build" \
    cargo install --root "$tools" --force "$@"
}

need_trunk() {
  [ "$(version_of trunk)" = "$trunk_wanted" ] || {
    step "Compiling Trunk $trunk_wanted, which builds the page (2 to 4 min, once)" \
      "Or install it another way: cargo binstall trunk@$trunk_wanted" \
      build_tool trunk --version "$trunk_wanted" --locked --no-default-features
  }
  [ "$(version_of wasm-bindgen)" = "$bindgen_wanted" ] || {
    step "Compiling wasm-bindgen $bindgen_wanted, which ties wasm to the page (1 to 2 min, once)" \
      "Or install it another way: cargo binstall wasm-bindgen-cli@$bindgen_wanted" \
      build_bindgen
  }
  [ -f "$tools/split-$split_wanted" ] && command -v wasm-split-cli >/dev/null || {
    step "Compiling wasm-split $split_wanted, which cuts the page's wasm in two (1 to 2 min, once)" \
      "Or: cargo install wasm_split_cli_support@$split_wanted --features build-binary" \
      build_tool wasm_split_cli_support --version "$split_wanted" --locked --features build-binary
    : >"$tools/split-$split_wanted"   # it does not tell its version
  }
  rm -rf "$tools/build"   # their build: hundreds of MB
}

# Its own lock file can ask for crates that a registry does not serve yet.
build_bindgen() {
  build_tool wasm-bindgen-cli --version "$bindgen_wanted" --locked ||
    build_tool wasm-bindgen-cli --version "$bindgen_wanted"
}

# The page as people get it, in dist/.
build_page() { wasm trunk build --release --features split; }

# Node, and from npm what tests/e2e/package-lock.json names: wasm-opt, playwright-core, axe-core.
need_node() {
  if ! command -v npm >/dev/null; then
    debian_root || stop "Node is not installed" \
      "Install Node $node_wanted or newer with npm (https://nodejs.org) and start again."
    step "Installing Node from Debian's packages (1 min)" "See apt's message above." \
      packages nodejs npm
  fi
  at_least $node_wanted "$(version_of node)" || step \
    "Installing Node $node_fallback from npm, as $(version_of node) is too old (20 s)" \
    "Install Node $node_wanted or newer yourself (https://nodejs.org)." \
    npm install --prefix "$tools/node" --no-save "node@$node_fallback"
  local lock=tests/e2e/package-lock.json stamp
  stamp=$tools/npm/$(cksum <$lock | tr -s ' ' -)
  if [ ! -f "$stamp/ready" ]; then
    mkdir -p "$stamp"
    cp tests/e2e/package.json $lock "$stamp/"
    step "Installing wasm-opt and the browser test libraries from npm (10 s)" \
      "Is the npm registry within reach?" npm ci --prefix "$stamp"
    : >"$stamp/ready"
  fi
  # A real folder there is somebody's own npm install: it stays.
  if [ -L tests/e2e/node_modules ] || [ ! -e tests/e2e/node_modules ]; then
    ln -sfn "$stamp/node_modules" tests/e2e/node_modules
  fi
  ln -sf "$stamp/node_modules/.bin/wasm-opt" "$tools/bin/wasm-opt"
}

# The first of these programs that is here.
first_of() {
  local name
  for name in "$@"; do command -v "$name" 2>/dev/null && return; done
  return 1
}

# A ChromeDriver, and a Chromium of its major version.
find_browser() {
  local name major
  CHROMEDRIVER=$(first_of ${CHROMEDRIVER:+"$CHROMEDRIVER"} chromedriver \
    ${CHROMEWEBDRIVER:+"$CHROMEWEBDRIVER/chromedriver"}) || return
  major=$(version_of "$CHROMEDRIVER" | cut -d. -f1)
  for name in ${CHROMIUM:+"$CHROMIUM"} "$tools/bin/chrome" chromium chromium-browser google-chrome \
    google-chrome-stable "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    CHROMIUM=$(command -v "$name") || continue
    [ "$(version_of "$CHROMIUM" | cut -d. -f1)" = "$major" ] || continue
    export CHROMIUM CHROMEDRIVER
    return
  done
  return 1
}

need_browser() {
  if ! find_browser; then
    if debian_root; then
      step "Installing Chromium and ChromeDriver (30 s)" "See apt's message above." \
        packages chromium chromium-driver
    else
      step "Fetching Chrome for Testing and its ChromeDriver (1 min)" \
        "Or install them yourself, and set CHROMIUM and CHROMEDRIVER to their paths." fetch_browser
    fi
    find_browser || stop "no Chromium with a ChromeDriver of the same version was found" \
      "Install such a pair, or set CHROMIUM and CHROMEDRIVER to their paths."
  fi
  # The same browser for the wasm tests as for the journeys.
  export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$tools/webdriver.json
  printf '{"goog:chromeOptions": {"binary": "%s"}}\n' "$CHROMIUM" \
    >"$WASM_BINDGEN_TEST_WEBDRIVER_JSON"
}

fetch_browser() {
  local name found
  for name in chrome chromedriver; do
    found=$(npx --yes "@puppeteer/browsers@$browsers_wanted" install $name@stable \
      --path "$tools/browsers") || return
    printf '#!/bin/sh\nexec "%s" "$@"\n' "$(printf '%s' "$found" | tail -n 1 | cut -d' ' -f2-)" \
      >"$tools/bin/$name"
    chmod +x "$tools/bin/$name"
  done
}

# A Firefox and the driver for it: installed where that is one command, built where only the driver
# is missing. Tests that want them are skipped where this fails.
want_firefox() {
  local name
  FIREFOX=
  for name in firefox firefox-esr /Applications/Firefox.app/Contents/MacOS/firefox; do
    FIREFOX=$(command -v "$name") && break
  done
  if [ -z "$FIREFOX" ]; then
    debian_root || return
    (step "Installing Firefox (30 s)" "Tests in it are skipped." packages firefox-esr) || return
    FIREFOX=$(command -v firefox-esr) || return
  fi
  firefox_driver=$(first_of ${GECKODRIVER:+"$GECKODRIVER"} geckodriver \
    ${GECKOWEBDRIVER:+"$GECKOWEBDRIVER/geckodriver"}) || {
    (step "Compiling geckodriver $gecko_wanted, which drives Firefox (2 min, once)" \
      "Tests in Firefox are skipped. Or install it another way, and set GECKODRIVER to its path." \
      build_tool geckodriver --version "$gecko_wanted" --locked) || return
    rm -rf "$tools/build"
    firefox_driver=$tools/bin/geckodriver
  }
  printf '{"moz:firefoxOptions": {"binary": "%s"}}\n' "$FIREFOX" >"$tools/firefox.json"
}

# Runs tests that are built for wasm in a browser's page instead of Node.
in_chromium() { WASM_BINDGEN_USE_BROWSER=1 WASM_BINDGEN_TEST_TIMEOUT=180 wasm "$@"; }
in_firefox() {
  GECKODRIVER=$firefox_driver WASM_BINDGEN_TEST_WEBDRIVER_JSON=$tools/firefox.json \
    WASM_BINDGEN_TEST_DRIVER_TIMEOUT=30 in_chromium "$@"
}

need_to_build() {
  need_rust
  need_node
  need_wasm
  need_trunk
}

need_to_test() {
  need_to_build
  need_browser
}
