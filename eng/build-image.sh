#!/usr/bin/env bash
# Builds the verifier's image with buildah, podman or docker. From the same sources and the same SDK image it has the same digest, wherever it is built.
set -euo pipefail

usage() {
  cat >&2 <<END
Usage: eng/build-image.sh [-t NAME] [-o FILE] [-b DIR] [-s IMAGE] [-f Containerfile[.chiseled]] [-e ENGINE]
  -t NAME    the name of the image (default: precinto-verifier)
  -o FILE    also write it as an OCI archive
  -b DIR     take the native precinto from DIR, made by eng/publish-native.sh, instead of building it in a container; on Debian or Ubuntu only
  -s IMAGE   the SDK image to build in, best with its digest (default: the one in the Containerfile)
  -f NAME    which file of deploy/container (default: Containerfile)
  -e ENGINE  buildah, podman or docker (default: the first that is installed)
END
  exit 2
}

name=precinto-verifier archive= binary= sdk= file=Containerfile engine=
while getopts 't:o:b:s:f:e:' option; do
  case $option in
    t) name=$OPTARG ;;
    o) archive=$OPTARG ;;
    b) binary=$OPTARG ;;
    s) sdk=$OPTARG ;;
    f) file=$OPTARG ;;
    e) engine=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[[ $# -eq 0 ]] || usage
[[ -z $archive || ! -e $archive ]] || { echo "$archive exists already; nothing is overwritten." >&2; exit 2; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
file=$root/deploy/container/$file
[[ -f $file ]] || usage
if [[ -z $engine ]]; then
  for engine in buildah podman docker ''; do
    [[ -n $engine ]] && command -v "$engine" >/dev/null && break
  done
fi
[[ $engine == buildah || $engine == podman || $engine == docker ]] || { echo "One of buildah, podman and docker is needed." >&2; exit 3; }

# The time of the last commit is the time of everything in the image; without it every build would be another image.
revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || true)
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.props")
arguments=(--file "$file" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --tag "$name")
[[ -z $sdk ]] || arguments+=(--build-arg "SDK=$sdk")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [[ -n $binary ]]; then
  # The stage called "build" is then a folder, and everything after it is the same.
  mkdir "$scratch/build"
  "$root/eng/image-root.sh" "$binary/precinto" "$scratch/build/image"
  arguments+=(--build-context "build=$scratch/build")
fi

case $engine in
  buildah | podman)
    # Isolation by chroot is what also works inside a container; BUILDAH_ISOLATION chooses another.
    BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot} "$engine" build --timestamp "$epoch" --layers=false --omit-history --identity-label=false --format oci \
      ${PRECINTO_BUILD_OPTIONS:-} "${arguments[@]}" "$root" >&2
    if [[ -n $archive ]]; then
      # Packed here, for the engine writes the time of day into the archive.
      "$engine" push "$name" "oci:$scratch/layout:$version" >&2
      tar --create --file "$archive" --directory "$scratch/layout" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
        blobs index.json oci-layout
    fi
    ;;
  docker)
    SOURCE_DATE_EPOCH=$epoch docker buildx build --provenance=false "${arguments[@]}" \
      --output "type=docker,rewrite-timestamp=true" "$root" >&2
    [[ -z $archive ]] || SOURCE_DATE_EPOCH=$epoch docker buildx build --provenance=false "${arguments[@]}" \
      --output "type=oci,dest=$archive,rewrite-timestamp=true" "$root" >&2
    ;;
esac
echo "$name"
