#!/bin/sh
# A controller in a few lines: gives each Greeting of its own namespace a status, by polling.
set -u
api=https://kubernetes.default.svc
account=/var/run/secrets/kubernetes.io/serviceaccount
namespace=$(cat $account/namespace)
greetings=$api/apis/example.kontrakt.dev/v1/namespaces/$namespace/greetings
call() { curl -sS --fail-with-body --cacert $account/ca.crt -H "Authorization: Bearer $(cat $account/token)" "$@"; }
touch /tmp/started
while true; do
  for name in $(call "$greetings" | tr ',{' '\n\n' | sed -n 's/^ *"name": *"\([a-z0-9-]*\)"$/\1/p' | sort -u); do
    echo "greeting $name"
    call -o /dev/null -X PATCH -H 'Content-Type: application/merge-patch+json' "$greetings/$name/status" \
      -d '{"status":{"text":"hello '"$name"'","conditions":[{"type":"Ready","status":"True","reason":"Greeted",
           "message":"said hello","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}'
  done
  sleep 1
done
