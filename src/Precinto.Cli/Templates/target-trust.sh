# A change must not bring the keys by which it is judged: those of the branch that it goes to count.
git rev-parse --quiet --verify "$target^{commit}" > /dev/null || refuse "the branch that this change goes to cannot be seen: check out more of its history"
keys=$(git rev-parse --quiet --verify "$target:./$trust") || refuse "the branch that this change goes to has no such trust folder: add it there first"
base=$(mktemp -d)
# Blob by blob: what is written by way of an archive or an index, attributes that a change brings can leave out or alter.
set -o pipefail
git ls-tree --full-tree -r -z --name-only "$keys" | while IFS= read -r -d '' name; do
  { mkdir -p "$(dirname "$base/$name")" && git cat-file blob "$keys:$name" > "$base/$name"; } || exit 1
done || refuse "the keys of the branch that this change goes to cannot be read"
trust=$base
