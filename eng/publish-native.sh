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
options=(
  -p:PublishAot=true
  -p:NativeLockFolder="$artifacts/locks"
  -p:RestoreLockedMode=false
  -p:InvariantGlobalization=true
  -p:CopyOutputSymbolsToPublishDirectory=false
  -p:TreatWarningsAsErrors=true
  -p:TrimmerSingleWarn=false
  -p:Reproducible=true
  # A failure is one line and never a trace, so the names for traces stay out; hashing is OpenSSL's, so small code costs no time that is felt.
  -p:StackTraceSupport=false
  -p:OptimizationPreference=Size
  -p:IlcFoldIdenticalMethodBodies=true
  # All times are written in UTC.
  -p:InvariantTimezone=true
  # Nobody watches or debugs it from outside.
  -p:EventSourceSupport=false
  -p:MetricsSupport=false
  -p:DebuggerSupport=false
)
# Linking for another processor needs a linker that knows it.
if [[ $rid == linux-arm64 && $(uname -m) != aarch64 ]]; then
  options+=(-p:LinkerFlavor=lld -p:ObjCopyName=aarch64-linux-gnu-objcopy)
fi
# eng/pack.sh packs what was compiled here, with the same options.
printf '%s\n' "${options[@]}" >"$artifacts/options"
common=("$project" --runtime "$rid" --artifacts-path "$artifacts" -nologo "${options[@]}")

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

# No scanner can see into a native binary, so what it was made of goes beside it. Another processor's binary cannot be asked for it here.
if [[ -z $suffix && $rid == "$(dotnet msbuild "$project" -getProperty:NETCoreSdkPortableRuntimeIdentifier)" ]]; then
  lock=$artifacts/locks/Precinto.Cli.lock.json
  version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.props")
  # ONNX Runtime's library is called without the C# package that it names, so that one is not part of this.
  # The runtime is compiled in and comes with the compiler, which is of the same version.
  runtime=$(awk '/"Microsoft.DotNet.ILCompiler": \{/ { found = 1 } found && /"resolved":/ { gsub(/[",]/, "", $2); print $2; exit }' "$lock")
  tools=()
  while read -r name; do tools+=(--exclude-package "$name"); done < <(
    grep -oiE '"(runtime\.[a-z0-9.-]+\.)?Microsoft\.(DotNet\.ILCompiler|NET\.ILLink\.Tasks|CodeAnalysis\.[A-Za-z]+|ML\.OnnxRuntime\.Managed)": \{' "$lock" | cut -d'"' -f2 | sort -u)
  "$output/precinto" sbom --packages "$lock" --name precinto --version "$version" --component "Microsoft.NETCore.App=$runtime" "${tools[@]}" \
    --force -o "$output/sbom.cdx.json" >&2
fi
ls -l "$output"
