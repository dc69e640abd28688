#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs all tests. The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  7zip
  buildah
  bzip2
  clang
  gcc
  git
  gnupg
  gpgv
  groff-base
  libssl-dev
  lz4
  man-db
  openssl
  podman
  python3-h5py
  python3-joblib
  python3-lz4
  python3-msgpack
  python3-onnx
  python3-pandas
  python3-sklearn
  python3-tables
  python3-torch
  python3-xgboost
  python3-yaml
  runc
  shellcheck
  softhsm2
  sqv
  time
  xz-utils
  zlib1g-dev
  zstd
)
# Schemas that reports and workflows are held against come from npm, which many machines have from elsewhere than their distribution.
command -v npm >/dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

if [ "${#missing[@]}" -gt 0 ]; then
  root=() && [ "$(id -u)" = 0 ] || root=(sudo -n)
  if command -v apt-get >/dev/null && "${root[@]}" true 2>/dev/null; then
    echo "Installing ${missing[*]} …" >&2
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Missing, so that some tests are skipped: ${missing[*]}" >&2
  fi
fi

command -v dotnet >/dev/null || { echo "The .NET SDK named in global.json is needed." >&2; exit 3; }

dotnet restore Precinto.slnx
dotnet build Precinto.slnx --no-restore -c Release
dotnet format Precinto.slnx --no-restore --verify-no-changes

passed=0 failed=0 skipped=0 broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  log=$(mktemp)
  # The summary line of the runner is what is counted; a run without one is a failure of its own.
  "$project/bin/Release/net10.0/$name" -noColor -noLogo "$@" 2>&1 | tee "$log" || true
  line=$(grep -E "^ +$name +Total: [0-9]+" "$log" | tail -1 || true)
  if [[ $line =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+) ]]; then
    total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} bad=${BASH_REMATCH[3]} left=${BASH_REMATCH[4]}
    passed=$((passed + total - bad - left)) failed=$((failed + bad + errors)) skipped=$((skipped + left))
    [ "$total" -gt 0 ] || broken=1
  else
    echo "$name ended without a summary." >&2
    failed=$((failed + 1))
  fi
  rm -f "$log"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$broken" = 0 ]
