#!/usr/bin/env bash
# Packs the libraries, and the command as a .NET tool. The same sources give the same packages, to the byte, in whatever folder they lie.
set -euo pipefail

usage() {
  cat >&2 <<END
Usage: eng/pack.sh -o DIR [-r RID]... [-n]
  -o DIR  where the packages are put
  -r RID  pack the tool natively for linux-x64 or linux-arm64; without it, the tool is one package that runs everywhere .NET does
  -n      pack that alone, and nothing that is the same whatever it is packed on
END
  exit 2
}

output='' rids=() only=''
while getopts 'o:r:n' option; do
  case $option in
    o) output=$OPTARG ;;
    r) rids+=("$OPTARG") ;;
    n) only=yes ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[[ -n $output && $# -eq 0 ]] || usage
mkdir -p "$output"
output=$(cd "$output" && pwd)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# NuGet writes this time into the packages, and the time of day without it.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
artifacts=$root/artifacts/pack
mkdir -p "$root/artifacts"
# Its name goes into the packages, so it is always the same folder, and one at a time.
exec 9>"$artifacts.lock"
flock 9
rm -rf "$artifacts"
mkdir -p "$artifacts/locks" "$artifacts/packages"
common=(-nologo -v quiet -c Release -p:Reproducible=true -p:TreatWarningsAsErrors=true)

if [[ -z $only ]]; then
  for library in Precinto Precinto.Inference Precinto.MLNet; do
    dotnet pack "$root/src/$library" "${common[@]}" --artifacts-path "$artifacts" -o "$artifacts/packages" >&2
  done
fi

tool=$root/src/Precinto.Cli
if [[ ${#rids[@]} -eq 0 ]]; then
  dotnet pack "$tool" "${common[@]}" --artifacts-path "$artifacts" -o "$artifacts/packages" >&2
else
  # Whoever installs the tool gets the package for the machine that it is installed on; "any" is for all others and runs on .NET.
  # The native compiler stands in no committed lock file, see eng/publish-native.sh, which compares the packages of every native build with them.
  tool_options=(-p:NativeToolPackages=true -p:NativeLockFolder="$artifacts/locks" -p:RestoreLockedMode=false)
  if [[ -z $only ]]; then
    dotnet pack "$tool" "${common[@]}" "${tool_options[@]}" --artifacts-path "$artifacts" -p:PublishAot=true -o "$artifacts/packages" >&2
    dotnet pack "$tool" "${common[@]}" "${tool_options[@]}" --artifacts-path "$artifacts" -r any -p:PublishAot=false -o "$artifacts/packages" >&2
  fi
  for rid in "${rids[@]}"; do
    # eng/publish-native.sh has compiled it already; the same properties and the same folder find it again.
    native=$root/artifacts/native/$rid
    [[ -d $native ]] || { echo "Run eng/publish-native.sh -r $rid first." >&2; exit 2; }
    mapfile -t options <"$native/options"
    dotnet pack "$tool" "${common[@]}" "${tool_options[@]}" "${options[@]}" --artifacts-path "$native" -r "$rid" -o "$artifacts/packages" >&2
  done
fi

mv "$artifacts"/packages/* "$output/"
ls -l "$output"
