#!/usr/bin/env bash
# Feeds every reader of foreign bytes with broken ones: eng/fuzz.sh [SECONDS] [TARGET…], a minute in all unless told otherwise.
# What breaks a promise is written to artifacts/fuzz and printed with the seed that found it; the exit code is 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi

dotnet build tests/Precinto.Fuzz -c Release -v quiet -nologo
status=0
tests/Precinto.Fuzz/bin/Release/net10.0/Precinto.Fuzz --seconds "$seconds" --failures artifacts/fuzz "$@" || status=$?

# A program that was killed by its input has no words left; the input lies in the file behind four bytes of length.
if [ "$status" -gt 2 ]; then
  ls artifacts/fuzz/*.running >&2 || true
fi
exit "$status"
