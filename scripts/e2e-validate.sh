#!/usr/bin/env bash
# Runs all phases against a release that is installed in a namespace of the current context, which it prints.
#
#   scripts/e2e-validate.sh --namespace NAMESPACE [ARGUMENT OF e2e-validate run...]
set -euo pipefail

fail() {
    echo "$*" >&2
    exit 2
}

usage='usage: scripts/e2e-validate.sh --namespace NAMESPACE [ARGUMENT OF e2e-validate run...]'
namespace=
rest=()
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        echo "$usage"
        exit
        ;;
    -n | --namespace)
        [ $# -gt 1 ] || fail "$1 takes the name of a namespace"$'\n'"$usage"
        namespace=$2
        shift 2
        ;;
    --namespace=*)
        namespace=${1#*=}
        shift
        ;;
    --context | --context=* | --target | --target=*)
        fail "$1 is not taken here: the context is the current one; for another call cargo run -q -p harness --bin e2e-validate -- run"
        ;;
    *)
        rest+=("$1")
        shift
        ;;
    esac
done
[ -n "$namespace" ] || fail "no namespace is given"$'\n'"$usage"
for program in kubectl cargo; do
    command -v "$program" >/dev/null || fail "$program is not there: install it, or add its folder to PATH"
done
context=$(kubectl config current-context 2>/dev/null) ||
    fail 'there is no current context: choose one with kubectl config use-context NAME (kubectl config get-contexts lists them)'

echo "context $context, namespace $namespace"
cd "$(dirname "$0")/.."
command=(cargo run -q -p harness --bin e2e-validate -- run --target cluster --context "$context" --namespace "$namespace" ${rest[@]+"${rest[@]}"})
printf '+%s\n' "$(printf ' %q' "${command[@]}")" >&2
exec "${command[@]}"
