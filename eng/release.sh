#!/usr/bin/env bash
# Makes everything that a release consists of: packages, native archives, the image, bills of materials, checksums, signatures.
# Without signatures, the same sources on the same system give the same files, to the byte.
set -euo pipefail

usage() {
  cat >&2 <<END
Usage: eng/release.sh -o DIR [--tag vX.Y.Z] [--native DIR] [--sign-key KEY] [--openpgp-key KEY] [--part] [--no-image]
  -o DIR             a new folder for the release
  --tag vX.Y.Z       what is released: the tag must be of this version and on this commit, and nothing may be changed
  --native DIR       take the native command from DIR, made by eng/publish-native.sh, instead of building it
  --sign-key KEY     sign the folder with this key, made by precinto keygen
  --openpgp-key KEY  sign SHA256SUMS with this OpenPGP key
  --no-image         leave out the image: no engine is here
  --part             make only what is for this machine's processor: another machine makes the rest
END
  exit 2
}

output='' tag='' native='' key='' openpgp='' image=yes part=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --no-image) image= ;;
    --part) part=-n ;;
    -o | --tag | --native | --sign-key | --openpgp-key)
      [[ $# -ge 2 && -n $2 ]] || usage
      case $1 in
        -o) output=$2 ;;
        --tag) tag=$2 ;;
        --native) native=$(cd "$2" && pwd) ;;
        --sign-key) key=$(realpath "$2") ;;
        --openpgp-key) openpgp=$(realpath "$2") ;;
      esac
      shift
      ;;
    *) usage ;;
  esac
  shift
done
[[ -n $output ]] || usage
[[ ! -e $output ]] || { echo "$output exists already; nothing is overwritten." >&2; exit 2; }
mkdir -p "$(dirname "$output")"
output=$(cd "$(dirname "$output")" && pwd)/$(basename "$output")

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
if [[ -n $tag ]]; then
  [[ $tag == "v$version" ]] || { echo "The version is $version, and the tag is $tag." >&2; exit 1; }
  [[ $(git rev-parse "refs/tags/$tag^{commit}" 2>/dev/null) == "$(git rev-parse HEAD)" ]] || { echo "$tag is not what is checked out." >&2; exit 1; }
  [[ -z $(git status --porcelain) ]] || { echo "Something is changed that is not committed." >&2; exit 1; }
fi

# The time of the commit is the time of everything.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/release"

rid=linux-x64
[[ $(uname -m) != aarch64 ]] || rid=linux-arm64
if [[ -z $native ]]; then
  eng/publish-native.sh -o "$work/native" -r "$rid"
  native=$work/native
fi
precinto=$native/precinto

archive() { # RID DIR: what is unpacked and used on a machine without .NET
  local name=precinto-$version-$1
  mkdir -p "$work/$name/completions"
  cp "$2"/* LICENSE README.md CHANGELOG.md "$work/$name/"
  "$precinto" man >"$work/$name/precinto.1"
  for shell in bash zsh fish pwsh; do
    "$precinto" completion "$shell" >"$work/$name/completions/precinto.$shell"
  done
  pack_folder "$work" "$name" "$work/release/$name.tar.gz"
}

pack_folder() { # PARENT NAME FILE
  tar --create --directory "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX "$2" | gzip -n -9 >"$3"
}

archive "$rid" "$native"
rids=("$rid")
# The other processor, where a linker and a C library for it are installed; else it is made on a machine of its kind.
if [[ $rid == linux-x64 && $native == "$work/native" && -x $(command -v aarch64-linux-gnu-gcc) && -x $(command -v ld.lld) ]]; then
  eng/publish-native.sh -o "$work/native-arm64" -r linux-arm64
  archive linux-arm64 "$work/native-arm64"
  rids+=(linux-arm64)
fi

# What was not compiled here cannot be packed natively; then the tool is one package for everything.
packed=()
if [[ $native == "$work/native" ]]; then
  for one in "${rids[@]}"; do packed+=(-r "$one"); done
fi
eng/pack.sh -o "$work/release" $part "${packed[@]}" >&2
[[ -z $image ]] || eng/build-image.sh -b "$native" -t "precinto-verifier:$version" -o "$work/release/precinto-verifier-$version-$rid.oci.tar"


[[ -n $part ]] || eng/sign-release.sh "$precinto" "$work/release" "$version" "$key" "$openpgp"
mv "$work/release" "$output"
ls -l "$output"
