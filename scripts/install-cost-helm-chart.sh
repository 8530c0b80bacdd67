#!/usr/bin/env bash
# Installs the reference chart as release cost-mgmt into namespace cost-mgmt of the current context, marks the namespace as a test
# system, and waits until Koku has its tenants. A release that is there is upgraded.
#
#   scripts/install-cost-helm-chart.sh [HELM ARGUMENT...]      such as --set costManagement.tenants='{org1,org2}'
#
# By the environment:
#   NAMESPACE=cost-mgmt             another namespace
#   PROFILE=cost-mgmt               or cost-onprem: the chart's other values file
#   E2E_KOKU_IMAGE=NAME:TAG         another image of Koku than the chart's, e2e-fake-koku:dev
#   E2E_POSTGRES_IMAGE=NAME:TAG     another image of PostgreSQL than the chart's, such as e2e-postgres:15 where none can be pulled
#   TIMEOUT=5m                      how long Helm waits for a hook, and this script for Koku
set -euo pipefail
cd "$(dirname "$0")/.."

chart=fixtures/charts/cost-management
profile=${PROFILE:-cost-mgmt}
namespace=${NAMESPACE:-$profile}
release=$profile
timeout=${TIMEOUT:-5m}

fail() {
    echo "$*" >&2
    exit 2
}

# run COMMAND...: prints the command as it can be pasted, and runs it.
run() {
    printf '+%s\n' "$(printf ' %q' "$@")" >&2
    "$@"
}

# image KEY REFERENCE: Helm's arguments for an image given as NAME:TAG.
image() {
    [[ ${2##*/} == *:* ]] || fail "$2 is no image with a tag: write NAME:TAG"
    arguments+=(--set "$1.image.repository=${2%:*}" --set-string "$1.image.tag=${2##*:}")
}

case ${1:-} in
-h | --help)
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit
    ;;
esac
for word in "$@"; do
    case $word in
    --wait | --wait=* | --atomic)
        fail "$word cannot work: Koku is ready only when a hook has made its tenants, and Helm runs that hook after its wait"
        ;;
    esac
done
for program in kubectl helm; do
    command -v "$program" >/dev/null || fail "$program is not there: install it, or add its folder to PATH"
done
context=$(kubectl config current-context 2>/dev/null) ||
    fail 'there is no current context: choose one with kubectl config use-context NAME (kubectl config get-contexts lists them)'

arguments=()
case $profile in
cost-mgmt) ;;
cost-onprem) arguments+=(--values "$chart/values-cost-onprem.yaml") ;;
*) fail "PROFILE=$profile: the chart has values for cost-mgmt and cost-onprem" ;;
esac
[ -z "${E2E_KOKU_IMAGE:-}" ] || image koku "$E2E_KOKU_IMAGE"
[ -z "${E2E_POSTGRES_IMAGE:-}" ] || image database "$E2E_POSTGRES_IMAGE"

echo "context $context, namespace $namespace, release $release"
kubectl=(kubectl --context "$context")
"${kubectl[@]}" get namespace "$namespace" >/dev/null 2>&1 || run "${kubectl[@]}" create namespace "$namespace"
run "${kubectl[@]}" label namespace "$namespace" e2e-validate/test-system=true --overwrite
run helm upgrade --install "$release" "$chart" --kube-context "$context" --namespace "$namespace" --timeout "$timeout" \
    ${arguments[@]+"${arguments[@]}"} "$@"
run "${kubectl[@]}" rollout status --namespace "$namespace" --timeout "$timeout" deployment --selector app.kubernetes.io/instance="$release"
