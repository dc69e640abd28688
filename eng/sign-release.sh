#!/usr/bin/env bash
# Adds checksums and signatures to the folder of a release. It is signed as a model is, by the command that is released.
set -euo pipefail

[[ $# -eq 5 && -x $1 && -d $2 && -n $3 ]] || { echo "Usage: eng/sign-release.sh PRECINTO DIR VERSION KEY OPENPGPKEY   (an empty KEY does not sign)" >&2; exit 2; }
precinto=$(realpath "$1") folder=$2 version=$3 key=$4 openpgp=$5

(cd "$folder" && rm -f SHA256SUMS && LC_ALL=C sha256sum -- * >../SHA256SUMS.new && mv ../SHA256SUMS.new SHA256SUMS)
signers=()
[[ -z $key ]] || signers+=(--key "$key")
[[ -z $openpgp ]] || signers+=(--openpgp "$openpgp" --armor)
[[ ${#signers[@]} -eq 0 ]] || "$precinto" sign "$folder" "${signers[@]}" --name precinto --version "$version" --force
