#!/usr/bin/env bash
# Publishes the command as one native binary, without ML.NET, with ONNX Runtime's library beside it.
set -euo pipefail

usage() {
  echo "Usage: eng/publish-native.sh -o DIR [-r RID]" >&2
  echo "  -o DIR  where precinto and the libraries it loads are put" >&2
  echo "  -r RID  what to build for, such as linux-x64 (default: this machine)" >&2
  exit 2
}

output=
rid=
while getopts 'o:r:' option; do
  case $option in
    o) output=$OPTARG ;;
    r) rid=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[[ -n $output && $# -eq 0 ]] || usage

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
project=$root/src/Precinto.Cli/Precinto.Cli.csproj
[[ -n $rid ]] || rid=$(dotnet msbuild "$project" -getProperty:NETCoreSdkPortableRuntimeIdentifier)
[[ $rid =~ ^[a-z0-9.-]+$ ]] || usage

# A folder of its own keeps this build's obj apart from that of the ordinary build; it is emptied first, for the linker does not notice changed properties.
artifacts=$root/artifacts/native/$rid
rm -rf "$artifacts"
mkdir -p "$artifacts/locks"
common=(
  "$project"
  --runtime "$rid"
  --artifacts-path "$artifacts"
  -nologo
  -p:PublishAot=true
  -p:NativeLockFolder="$artifacts/locks"
  -p:RestoreLockedMode=false
  -p:InvariantGlobalization=true
  -p:CopyOutputSymbolsToPublishDirectory=false
  -p:TreatWarningsAsErrors=true
  -p:TrimmerSingleWarn=false
  -p:Reproducible=true
)

# The compiler to native code is a package for one platform and stands in no committed lock file, so this restore cannot be a locked one.
# Every other package must be, byte for byte, one that the committed lock files name.
packages() {
  awk '/": \{$/ { name = $1 } /"contentHash":/ { gsub(/,$/, "", $2); print name, $2 }' "$@" | sort -u
}

dotnet restore "${common[@]}" >&2
strangers=$(comm -23 <(packages "$artifacts"/locks/*.lock.json) <(packages "$root"/src/*/packages.lock.json) \
  | grep -vE '^"(Microsoft\.DotNet\.ILCompiler|runtime\.[a-z0-9.-]+\.Microsoft\.DotNet\.ILCompiler|Microsoft\.NET\.ILLink\.Tasks)":' || true)
if [[ -n $strangers ]]; then
  echo "These packages are not those of the committed lock files:" >&2
  echo "$strangers" >&2
  exit 1
fi

dotnet publish "${common[@]}" --no-restore --configuration Release --output "$artifacts/published" >&2

# The assembly cannot be called precinto: beside Precinto.dll, that is the same name in another case.
mkdir -p "$output"
suffix=
[[ $rid == win-* ]] && suffix=.exe
install -m 755 "$artifacts/published/Precinto.Cli$suffix" "$output/precinto$suffix"
find "$artifacts/published" -maxdepth 1 -type f \( -name '*.so' -o -name '*.dylib' -o -name '*.dll' \) -exec install -m 644 -t "$output" {} +
ls -l "$output"
