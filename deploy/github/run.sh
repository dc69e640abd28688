#!/usr/bin/env bash
# Runs precinto for action.yml. All it is told comes in variables, as the runner sets them; none of them is ever part of a command line that a
# shell reads. It says in GITHUB_OUTPUT what came out, and ends as precinto ends: 0 yes, 1 no, 2 used wrongly, 3 could not check.
set -euo pipefail

report_error() {
  # A message may quote an input: what would begin another order to the runner is taken out of it.
  local message=${1//%/%25}
  message=${message//$'\r'/%0D}
  printf '::error title=precinto::%s\n' "${message//$'\n'/%0A}"
}

fail() { report_error "$1"; finish "" 2; }

finish() {
  local verdict=$1 code=$2
  # What a report says of the part that could be checked is no verdict on the whole.
  case $code in
    0 | 1) [ -n "$verdict" ] || verdict=$([ "$code" = 0 ] && echo passed || echo rejected) ;;
    2) verdict=unusable ;;
    *) verdict=unchecked ;;
  esac
  {
    printf 'verdict=%s\n' "$verdict"
    printf 'exit-code=%s\n' "$code"
    printf 'sarif-file=%s\n' "$sarif_file"
    printf 'junit-file=%s\n' "$junit_file"
  } >> "${GITHUB_OUTPUT:-/dev/null}"
  exit "$code"
}

# One option for each line of an input. "--name=value" takes a value as it is, also one that begins with a dash.
add_lines() {
  local option=$1 line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [ -z "$line" ] || arguments+=("${option:+$option=}$line")
  done <<< "$2"
}

add_one() {
  case $2 in
    "") ;;
    *$'\n'* | *$'\r'*) fail "the input $1 takes one line" ;;
    *) arguments+=("$1=$2") ;;
  esac
}

# An input that a command does not take would be believed to say something.
leave_out() {
  [ -z "$2" ] || fail "the input $1 says nothing to $command: leave it out"
}

report_to() {
  case $2 in
    *$'\n'* | *$'\r'*) fail "the input $1-file takes one line" ;;
    "") ;;
    *) arguments+=("--report=$1=$2") ;;
  esac
}

sarif_file="" junit_file=""
command=${PRECINTO_COMMAND:-verify}
case $command in
  verify | inspect | scan) ;;
  *) fail "the input command takes verify, inspect or scan" ;;
esac
if [ "$command" != verify ]; then
  leave_out trust "${PRECINTO_TRUST:-}"
  leave_out policy "${PRECINTO_POLICY_FILE:-}"
  leave_out key "${PRECINTO_KEY:-}"
  leave_out openpgp-key "${PRECINTO_OPENPGP_KEY:-}"
  leave_out fingerprint "${PRECINTO_FINGERPRINT:-}"
  leave_out expect-name "${PRECINTO_EXPECT_NAME:-}"
  leave_out expect-version "${PRECINTO_EXPECT_VERSION:-}"
  leave_out min-version "${PRECINTO_MIN_VERSION:-}"
fi
[ "$command" != scan ] || leave_out fail-on "${PRECINTO_FAIL_ON:-}"
[ -n "${PRECINTO_MODEL:-}" ] || fail "the input model is empty"
[ -z "${PRECINTO_TOOL:-}" ] || [ -z "${PRECINTO_VERSION:-}" ] || fail "of the inputs version and precinto, give one"

workspace=$PWD
tool=${PRECINTO_TOOL:-}
if [ -z "$tool" ] && [ -n "${PRECINTO_VERSION:-}" ]; then
  [[ $PRECINTO_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "the input version takes one version, such as 0.1.0"
  folder=${RUNNER_TEMP:-/tmp}/precinto-$PRECINTO_VERSION
  if [ ! -x "$folder/precinto" ]; then
    # In an empty folder: a nuget.config or global.json in the checkout must not choose the tool that judges it.
    empty=$(mktemp -d "${RUNNER_TEMP:-/tmp}/precinto.XXXXXX")
    (cd "$empty" && dotnet tool install Precinto.Tool --version "$PRECINTO_VERSION" --tool-path "$folder" >&2) || finish "" 3
    rmdir "$empty"
  fi
  tool=$folder/precinto
elif [ -z "$tool" ]; then
  tool=$(command -v precinto || true)
  [ -n "$tool" ] || fail "precinto is not on the path: give the input version, or precinto"
fi

case ${PRECINTO_DIRECTORY:-} in
  "") ;;
  *$'\n'* | *$'\r'*) fail "the input working-directory takes one line" ;;
  "$workspace"/*) directory=${PRECINTO_DIRECTORY#"$workspace"/} ;;
  /*) cd "$PRECINTO_DIRECTORY" || fail "the input working-directory names no folder" ;;
  *) directory=$PRECINTO_DIRECTORY ;;
esac
if [ -n "${directory:-}" ]; then
  # A change that makes a link of the folder would choose by which other folder's keys it is judged.
  real=$(cd "$workspace" && pwd -P)
  # Not "cd -", and no CDPATH: the folder is the one in the workspace.
  cd "$real/$directory" || fail "the input working-directory names no folder"
  [ "$(pwd -L)" = "$(pwd -P)" ] || fail "the input working-directory leads through a link"
fi

# The report that outputs are read from belongs to this run alone, as does everything that is made on the way.
scratch=$(mktemp -d "${RUNNER_TEMP:-/tmp}/precinto.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
export TMPDIR=$scratch

refuse() { report_error "$1"; finish "" 3; }
trust=${PRECINTO_TRUST:-} target='' queue=${PRECINTO_QUEUE_OF:-}
case $trust in
  # By such a path, a pull request's own keys would be taken.
  "${GITHUB_WORKSPACE:-$workspace}"/*) fail "the input trust names a folder of the checkout from the root: name it by its path in the repository" ;;
esac
if [ -n "$trust" ] && [ "${trust#/}" = "$trust" ]; then
  case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_review | pull_request_review_comment)
      # What is checked out is a merge, whose first parent is the branch that the change goes to.
      git rev-parse --quiet --verify 'HEAD^2^{commit}' > /dev/null || refuse "the branch that this change goes to cannot be seen: check out the merge commit, with fetch-depth 2"
      target=HEAD^1 ;;
    # The parent of a merge queue's commit can be another change that waits in the queue, so it is the branch itself.
    merge_group) target=refs/remotes/origin/"${queue#refs/heads/}" ;;
    # Here the workflow chooses what it checks out, and the keys of that can be anybody's.
    pull_request_target) refuse "on pull_request_target nobody can say whose keys these are: use pull_request" ;;
  esac
fi
if [ -n "$target" ]; then
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
fi

arguments=("$command")
case $command in
  verify)
    add_one --trust "$trust"
    add_one --policy "${PRECINTO_POLICY_FILE:-}"
    add_lines --key "${PRECINTO_KEY:-}"
    add_lines --openpgp-key "${PRECINTO_OPENPGP_KEY:-}"
    add_lines --fingerprint "${PRECINTO_FINGERPRINT:-}"
    add_one --expect-name "${PRECINTO_EXPECT_NAME:-}"
    add_one --expect-version "${PRECINTO_EXPECT_VERSION:-}"
    add_one --min-version "${PRECINTO_MIN_VERSION:-}"
    add_one --fail-on "${PRECINTO_FAIL_ON:-}"
    ;;
  inspect)
    add_one --fail-on "${PRECINTO_FAIL_ON:-}"
    ;;
esac
add_one --format "${PRECINTO_FORMAT:-}"
report_to sarif "${PRECINTO_SARIF_FILE:-}"
report_to junit "${PRECINTO_JUNIT_FILE:-}"
arguments+=("--report=json=$scratch/report.json")
add_lines "" "${PRECINTO_ARGUMENTS:-}"
# Behind "--" a path is a path, whatever it begins with.
arguments+=(--)
add_lines "" "$PRECINTO_MODEL"

# A report that is there already is not this run's, whatever becomes of it.
old_sarif="" old_junit=""
[ ! -e "${PRECINTO_SARIF_FILE:-}" ] || old_sarif=yes
[ ! -e "${PRECINTO_JUNIT_FILE:-}" ] || old_junit=yes
code=0
# Whom this run trusts is said by the inputs; a variable that an earlier step left must not say it.
unset PRECINTO_POLICY
"$tool" "${arguments[@]}" || code=$?

absolute() { case $1 in "") ;; /* | [A-Za-z]:*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac }
[ -n "$old_sarif" ] || [ ! -f "${PRECINTO_SARIF_FILE:-}" ] || sarif_file=$(absolute "$PRECINTO_SARIF_FILE")
[ -n "$old_junit" ] || [ ! -f "${PRECINTO_JUNIT_FILE:-}" ] || junit_file=$(absolute "$PRECINTO_JUNIT_FILE")
verdict=""
if [ -f "$scratch/report.json" ]; then
  # The document is ours: indented by two, and nothing in it but the verdict itself stands on such a line.
  verdict=$(sed -n 's/^  "verdict": "\([A-Za-z]*\)",\{0,1\}$/\1/p' "$scratch/report.json" | head -n 1)
fi
# An exit code of 0 without a report is the answer to another question, such as --help.
if [ "$code" = 0 ] && [ -z "$verdict" ]; then
  fail "nothing was verified: the input arguments ask for something else"
fi
finish "$verdict" "$code"
