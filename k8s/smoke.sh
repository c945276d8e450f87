#!/usr/bin/env bash
# The walk of README.md on a real cluster: all in one, a module pulled out, the rest scaled and restarted under requests, the
# module put back; an order after each step. Needs kubectl and curl, and the image floodgate:local on the nodes.
#   k8s/smoke.sh [module]      payments unless named
set -euo pipefail
cd "$(dirname "$0")"

module=${1:-payments}
work=$(mktemp -d)
overlay=overlays/.smoke
forwarding=

fail() { printf '\nFAILED: %s\nNext:   %s\n' "$1" "$2" >&2; exit 1; }
step() { printf '\n--- %s\n' "$1"; }
kube() { kubectl --namespace floodgate --request-timeout=60s "$@"; }
ends() { [[ -z $forwarding ]] || kill "$forwarding" 2>/dev/null || true; forwarding=; }
trap 'ends; rm -rf "$work" "$overlay"' EXIT

rolled() { # deployment
  kubectl --namespace floodgate rollout status "$1" --timeout=300s ||
    fail "$1 is not ready after five minutes." "kubectl -n floodgate describe $1; kubectl -n floodgate logs $1 --all-containers"
}

# Sends a request to a module's Service. Prints the answer.
request() { # module method path body [header ...]
  local service=$1 method=$2 path=$3 body=$4 log=$work/forward port= code
  shift 4
  kubectl --namespace floodgate port-forward "service/$service" :80 >"$log" 2>&1 &
  forwarding=$!
  for _ in $(seq 100); do
    port=$(sed -n 's/^Forwarding from 127.0.0.1:\([0-9]*\).*/\1/p' "$log")
    [[ -n $port ]] && break
    kill -0 "$forwarding" 2>/dev/null || break
    sleep 0.1
  done
  [[ -n $port ]] || fail "No way to service/$service: $(cat "$log")" "kubectl -n floodgate get endpointslices -l kubernetes.io/service-name=$service"
  local headers=(-H 'Content-Type: application/json')
  for header in "$@"; do headers+=(-H "$header"); done
  code=$(curl -sS --max-time 45 -o "$work/answer" -w '%{http_code}' -X "$method" "http://127.0.0.1:$port$path" "${headers[@]}" -d "$body") || code=none
  ends
  [[ $code == 2* ]] || fail "$method $path answered $code: $(cat "$work/answer" 2>/dev/null)" "kubectl -n floodgate logs -l hosts-$service=true --tail=50"
  cat "$work/answer"
}

number=0
order() {
  number=$((number + 1))
  local answer
  answer=$(request orders POST /v1/orders \
    "{\"email\":\"smoke@example.com\",\"lines\":[{\"sku\":\"$sku\",\"quantity\":1}],\"payment\":{\"method\":\"test\"}}" \
    "Idempotency-Key: $sku-$number" 'Prefer: wait=20')
  [[ $answer == *'"status":"confirmed"'* ]] ||
    fail "The order is not confirmed: $answer" "kubectl -n floodgate logs -l role-queue=true --tail=50"
  echo "Order $(sed 's/.*"number":"\([^"]*\)".*/\1/' <<<"$answer") is confirmed."
}

# Requests by a Service from within, each by a connection of its own, until /tmp/stop is there.
read -r -d '' ask <<'JS' || true
const { existsSync } = require('node:fs');
const { get } = require('node:http');
const one = () => new Promise((done) => get(process.argv[1], { agent: false, timeout: 5000 }, (answer) => {
  answer.resume().on('end', () => done(answer.statusCode === 200 ? '' : String(answer.statusCode)));
}).on('timeout', function () { this.destroy(new Error('timeout')); }).on('error', (error) => done(error.message)));
const until = Date.now() + 600_000;
(async () => {
  let answered = 0;
  const faults = [];
  while (!existsSync('/tmp/stop') && Date.now() < until) {
    const fault = await one();
    if (fault) faults.push(fault); else answered++;
  }
  console.log(`${answered} requests answered, ${faults.length} failed ${faults.slice(0, 3).join('; ')}`);
  process.exit(faults.length === 0 && answered > 0 ? 0 : 1);
})();
JS

step 'Is everything there?'
for tool in kubectl curl; do command -v "$tool" >/dev/null || fail "$tool is not on the PATH." "Install $tool."; done
[[ -d components/extract-module/$module ]] || fail "There is no module $module." "Name one of: $(ls components/extract-module | xargs)"
kubectl get --raw /readyz --request-timeout=10s >/dev/null 2>&1 ||
  fail 'No cluster answers.' 'kind create cluster; docker build -t floodgate:local .; kind load docker-image floodgate:local'

step 'All in one'
kubectl apply -k overlays/local || fail 'It could not be applied.' 'kubectl -n floodgate delete job/floodgate-migrate, where it is the Job that cannot be changed; then again.'
rolled statefulset/postgres
rolled deployment/redis
rolled deployment/floodgate
sku=SMOKE-$(date +%s)
key=$(kube get "$(kube get secrets -o name | grep '^secret/floodgate-' | tail -1)" -o jsonpath='{.data.ADMIN_API_KEY}' | base64 -d)
request catalog POST /v1/products \
  "{\"title\":\"Smoke $sku\",\"status\":\"active\",\"variants\":[{\"sku\":\"$sku\",\"title\":\"One\",\"price\":{\"amount\":100,\"currency\":\"GBP\"}}]}" \
  "Authorization: Bearer $key" "Idempotency-Key: $sku" >/dev/null
request inventory PUT "/v1/stock/$sku" '{"onHand":100}' "Authorization: Bearer $key" >/dev/null
order

step "$module pulled out: first its own Deployment, then the rest lets go of it"
rm -rf "$overlay" && cp -r overlays/local "$overlay"
echo "  - ../../components/extract-module/$module" >>"$overlay/kustomization.yaml"
kubectl apply -k "$overlay" -l "app.kubernetes.io/component=$module"
rolled "deployment/$module"
kubectl apply -k "$overlay"
rolled deployment/floodgate
order

step 'From 1 to 5 replicas, restarted, and back, under requests'
url='http://catalog/v1/products?limit=1'
[[ $module == catalog ]] && url=http://accounts/.well-known/jwks.json
kube exec "deployment/$module" -- rm -f /tmp/stop
kubectl --namespace floodgate exec "deployment/$module" -- node -e "$ask" "$url" >"$work/asked" 2>&1 &
asking=$!
kube scale deployment/floodgate --replicas=5
rolled deployment/floodgate
pods=$(kube get endpointslices -l kubernetes.io/service-name=orders -o jsonpath='{range .items[*].endpoints[?(@.conditions.ready==true)]}{.targetRef.name}{"\n"}{end}' | sort -u | wc -l)
[[ $module == orders || $pods -eq 5 ]] || fail "Service orders has $pods pods, not 5." 'kubectl -n floodgate get pods -o wide'
order
kube rollout restart deployment/floodgate
rolled deployment/floodgate
kube scale deployment/floodgate --replicas=1
for _ in $(seq 120); do
  left=$(kube get pods -l app.kubernetes.io/component=monolith -o name | wc -l)
  [[ $left -eq 1 ]] && break
  sleep 1
done
[[ $left -eq 1 ]] || fail "After two minutes $left pods are left, not 1." 'kubectl -n floodgate get pods; kubectl -n floodgate describe pods -l app.kubernetes.io/component=monolith'
kube exec "deployment/$module" -- touch /tmp/stop
wait "$asking" || fail "Requests were lost: $(cat "$work/asked")" 'kubectl -n floodgate get events --sort-by=.lastTimestamp | tail -30'
cat "$work/asked"
order

step "$module put back: first the rest takes it, then its own Deployment goes"
kubectl apply -k overlays/local
rolled deployment/floodgate
kube delete deployment,poddisruptionbudget -l "app.kubernetes.io/component=$module" --wait=true --timeout=120s
order

printf '\nAll is well: %s orders confirmed on every placement.\n' "$number"
echo 'To remove it all: kubectl delete namespace floodgate'
