#!/usr/bin/env bash
# Lays out the whole file system of the verifier's image: the command, the libraries that it loads, and what a scanner has to know of them.
set -euo pipefail

usage() {
  echo "Usage: eng/image-root.sh BINARY DIR" >&2
  echo "  BINARY  the native precinto, of this machine's kind" >&2
  echo "  DIR     a folder that is made and must not be there yet" >&2
  exit 2
}

[[ $# -eq 2 && -f $1 ]] || usage
binary=$1
root=$2
[[ ! -e $root ]] || { echo "$root exists already" >&2; exit 2; }
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

umask 022
mkdir -p "$root"/{model,trust,etc,var/lib/dpkg/status.d}
install -m 755 "$binary" "$root/precinto"
install -D -m 644 "$repository/LICENSE" "$root/usr/share/doc/precinto/copyright"

# What a program is linked with, the loader among it, one path a line.
libraries_of() {
  ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'
}

# OpenSSL stands in no list of needed libraries: .NET opens it by name when the first digest is computed.
libc=$(libraries_of "$binary" | grep '/libc\.so')
mapfile -t libraries < <({
  libraries_of "$binary"
  for name in libssl.so.3 libcrypto.so.3; do
    found=$(dirname "$libc")/$name
    [[ -e $found ]] || { echo "There is no $found: OpenSSL 3 is needed." >&2; exit 3; }
    echo "$found"
    libraries_of "$found"
  done
} | sort -u)

# The package that a file is of. dpkg knows it by one of two names since /lib became a link to /usr/lib.
package_of() {
  local path name
  path=$(realpath "$1")
  for name in "$1" "$path" "${path#/usr}"; do
    dpkg-query -S "$name" 2>/dev/null | head -n 1 | cut -d: -f1 | grep . && return
  done
  echo "No package owns $1." >&2
  return 1
}

packages=()
for library in "${libraries[@]}"; do
  install -D -m 755 "$(realpath "$library")" "$root$library"
  packages+=("$(package_of "$library")")
done

# A scanner sees OpenSSL and the C library of an image only by the records of their packages, and knows by these files whose packages they are.
mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
for package in "${packages[@]}"; do
  dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
  install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done
for name in os-release debian_version lsb-release; do
  [[ ! -e /etc/$name ]] || install -m 644 "$(realpath "/etc/$name")" "$root/etc/$name"
done

find "$root" -type d -exec chmod 755 {} +
chmod 644 "$root"/var/lib/dpkg/status.d/*
