#!/usr/bin/env bash
# Checks a running Werk Ticketing from outside, with curl alone: see --help.
set -uo pipefail

usage() {
  cat <<'TEXT'
usage: ./smoke-test.sh [--read-only]

Does the main job against running services: registers, logs in, raises tickets as JSON and as multipart with a file,
finds them again and compares the file byte for byte, raises one in the help desk, replies to it, closes it and sees that InvGate
has it, checks in a guest, refreshes a session and ends it. A line for each check; exit code 0 only if all pass.

It leaves three accounts behind, two users in InvGate, three real tickets in the InvGate that the services talk to, and a check-in.
  --read-only      leaves nothing behind: checks health, refusals and the API descriptions only;
                   with SMOKE_EMAIL and SMOKE_PASSWORD of an account it also logs in and lists tickets

  IDENTITY_URL     default http://127.0.0.1:18081
  TICKET_URL       default http://127.0.0.1:18082
  SMOKE_TIMEOUT    seconds that one request may take, default 30
TEXT
}

read_only=false
for argument in "$@"; do
  case $argument in
    --read-only) read_only=true ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

identity=${IDENTITY_URL:-http://127.0.0.1:18081} ticket=${TICKET_URL:-http://127.0.0.1:18082}
identity=${identity%/} ticket=${ticket%/}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 status='' body=''

pass() { passed=$((passed + 1)) && printf 'ok   %s\n' "$1"; }
fail() { failed=$((failed + 1)) && printf 'FAIL %s (%s)\n' "$1" "$2"; }

# send URL [curl arguments]: sets `status` and `body`
send() {
  : >"$work/body"
  status=$(curl --silent --show-error --output "$work/body" --write-out '%{http_code}' \
    --connect-timeout 5 --max-time "${SMOKE_TIMEOUT:-30}" --url "$@" 2>"$work/error") || status=$(tr '\n' ' ' <"$work/error")
  body=$(head -c 1000000 "$work/body" | tr -d '\0')
}

# send_json URL JSON [curl arguments]: the body goes by standard input, so that no password is seen in the list of processes
send_json() {
  local url=$1 json=$2
  shift 2
  send "$url" --header 'Content-Type: application/json' --data-binary @- "$@" <<<"$json"
}

# expect TITLE STATUS [text that the body has to contain]...
expect() {
  local title=$1 wanted=$2 text
  shift 2
  [[ $status == "$wanted" ]] || { fail "$title" "expected $wanted, saw $status ${body:0:300}" && return 1; }
  for text in "$@"; do
    [[ $body == *"$text"* ]] || { fail "$title" "no $text in ${body:0:300}" && return 1; }
  done
  pass "$title"
}

# text NAME, number NAME: the first such field of `body`
text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$body" | head -n 1; }
number() { grep -o "\"$1\":[0-9]*" <<<"$body" | head -n 1 | cut -d : -f 2; }
sha256() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }
# keep_token TOKEN: for `--header @file`, so that no token is seen in the list of processes
keep_token() { printf 'Authorization: Bearer %s\n' "$1" >"$work/token"; }

check_service() { # check_service NAME URL PATH
  send "$2/health" && expect "$1 lives" 200 '"status":"ok"' "\"service\":\"$1\""
  send "$2/readyz" && expect "$1 is ready" 200 '"status":"ready"'
  send "$2/openapi.json" && expect "$1 describes its API" 200 '"openapi":"3.1' "\"$3\""
}

check_refusals() {
  send_json "$identity/api/auth/login" '{"email":"nobody-'"$stamp"'@example.com","password":"wrong password"}'
  expect 'an unknown e-mail is refused' 401 '"error":"invalid email or password"'
  send_json "$identity/api/auth/login" '{"email":'
  expect 'malformed JSON is refused by the identity-service' 400 '"error":"invalid JSON body"'
  send "$identity/auth/me"
  expect 'a missing token is refused by the identity-service' 401 '"error":"missing authorization header"'
  send "$ticket/api/tickets"
  expect 'a missing token is refused by the ticket-service' 401 '"error":"missing authorization header"'
  send "$ticket/api/tickets" --header 'Authorization: Bearer no.good.token'
  expect 'a bad token is refused by the ticket-service' 401 '"error":"invalid token"'
}

check_login() { # check_login EMAIL PASSWORD
  local escaped=${2//\\/\\\\}
  send_json "$identity/api/auth/login" '{"email":"'"$1"'","password":"'"${escaped//\"/\\\"}"'"}'
  expect 'Werk: log in' 200 '"token":"' && keep_token "$(text token)"
}

check_accounts() {
  local email=smoke-$stamp@example.com name=smoke-$stamp password="smoke test $stamp"
  send_json "$identity/auth/register" '{"username":"'"$name"'","password":"'"$password"'","role":"committee"}'
  expect 'TixGo: register' 200 "\"username\":\"$name\"" '"role":"committee"'
  send_json "$identity/auth/login" '{"username":"'"$name"'","password":"'"$password"'"}'
  expect 'TixGo: log in' 200 '"access_token":"' '"token_type":"bearer"' && keep_token "$(text access_token)"
  send "$identity/auth/me" --header @"$work/token"
  expect 'TixGo: who am I' 200 "\"username\":\"$name\"" '"role":"committee"'
  check_gate "$name"

  local person='"name":"Smoke","lastname":"Test","email":"'$email'","password":"'$password'"'
  send_json "$identity/api/auth/register" "{$person}"
  expect 'Werk: register' 201 '"token":"' "\"email\":\"$email\""
  send_json "$identity/api/auth/register" "{$person}"
  expect 'Werk: a taken e-mail is refused' 409
  send_json "$identity/api/auth/login" '{"email":"'"$email"'","password":"wrong password"}'
  expect 'Werk: a wrong password is refused' 401 '"error":"invalid email or password"'
  check_login "$email" "$password"
}

check_gate() { # check_gate USERNAME
  local scan='{"event_id":"smoke-'$stamp'","ticket_id":"T-1"}'
  send_json "$ticket/checkins" "$scan" --header @"$work/token"
  expect 'TixGo: check in' 201 '"status":"checked_in"' "\"checked_in_by\":\"$1\""
  send_json "$ticket/checkins" "$scan" --header @"$work/token"
  expect 'TixGo: the same guest again is refused' 409 '"ticket_id":"T-1"'
  send "$ticket/attendance/smoke-$stamp" --header @"$work/token"
  expect 'TixGo: attendance' 200 '"total_checkins":1' '"ticket_id":"T-1"'
}

check_help_desk() {
  local id='' title="Smoke test $stamp help desk" deadline
  send_json "$ticket/tickets" '{"title":"'"$title"'","category":"technical","priority":"low","description":"made by smoke-test.sh"}' \
    --header @"$work/token"
  expect 'the help desk: a ticket' 201 '"success":true' "\"title\":\"$title\"" '"status":"open"' && id=$(text id)
  send "$ticket/tickets/${id:-none}" --header @"$work/token"
  expect 'the help desk: its detail' 200 "\"title\":\"$title\"" '"escalation_level":0'
  send "$ticket/tickets?limit=100&status=open&q=help" --header @"$work/token"
  expect 'the help desk: a search finds it' 200 "\"id\":\"${id:-none}\"" '"has_next":'
  send_json "$ticket/tickets/${id:-none}/replies" '{"message":"never mind"}' --header @"$work/token"
  expect 'the help desk: a reply' 201 '"message":"never mind"'
  send_json "$ticket/tickets/${id:-none}" '{"agent_id":1}' --header @"$work/token" --request PATCH
  expect 'the help desk: a requester cannot assign' 403 '"code":"ticket.forbidden"'
  send_json "$ticket/tickets/${id:-none}" '{"status":"closed"}' --header @"$work/token" --request PATCH
  expect 'the help desk: its owner closes it' 200 '"status":"closed"'
  send "$ticket/tickets/${id:-none}/activities" --header @"$work/token"
  expect 'the help desk: what happened to it' 200 '"action":"created"' '"action":"replied"' '"action":"status_changed"'
  deadline=$((SECONDS + 20))
  until send "$ticket/tickets/${id:-none}" --header @"$work/token" && [[ $body == *'"inv_gate_id":'* ]] || ((SECONDS >= deadline)); do sleep 0.5; done
  expect 'the help desk: InvGate has it' 200 '"inv_gate_id":'
}

check_tickets() {
  local id='' file_id='' url='' title="Smoke test $stamp"
  send_json "$ticket/api/tickets" '{"title":"'"$title"' JSON","description":"made by smoke-test.sh"}' --header @"$work/token"
  expect 'a ticket as JSON' 201 '"id":' "\"title\":\"$title JSON\"" && id=$(number id)
  send_json "$ticket/api/tickets" '{"title":' --header @"$work/token"
  expect 'malformed JSON is refused by the ticket-service' 400 '"error":"invalid JSON body"'
  send_json "$ticket/api/tickets" '{"title":"only a title"}' --header @"$work/token"
  expect 'a ticket without a description is refused' 400 '"error":"title and description are required"'

  head -c 300000 /dev/urandom >"$work/sent.bin"
  send "$ticket/api/tickets" --header @"$work/token" --form "title=$title multipart" \
    --form 'description=made by smoke-test.sh' --form "attachments[]=@$work/sent.bin;filename=smoke.bin"
  expect 'a ticket as multipart with a file' 201 '"id":' "\"title\":\"$title multipart\"" && file_id=$(number id)
  send "$ticket/api/v1/tickets" --header @"$work/token"
  expect 'the list has both tickets' 200 "\"id\":${id:-none}," "\"id\":${file_id:-none}," '"page_key":'
  send "$ticket/api/tickets/${id:-none}" --header @"$work/token"
  expect 'the detail of the JSON ticket' 200 "\"id\":$id," "\"title\":\"$title JSON\"" '"status":"'
  send "$ticket/api/tickets/${file_id:-none}" --header @"$work/token"
  expect 'the detail of the multipart ticket has the file' 200 '"filename":"smoke.bin"' '"size":300000' && url=$(text url)
  send "$ticket${url:-/none}" --header @"$work/token"
  local title='the downloaded file is the one that was sent'
  if [[ $status == 200 && $(sha256 "$work/body") == "$(sha256 "$work/sent.bin")" ]]; then
    pass "$title"
  else
    fail "$title" "status $status, SHA-256 $(sha256 "$work/body") of $(wc -c <"$work/body") bytes, sent $(sha256 "$work/sent.bin")"
  fi
  send "$ticket${url:-/none}"
  expect 'the file is refused without a token' 401 '"error":"missing authorization header"'
}

check_sessions() {
  local email=smoke-$stamp-session@example.com password="smoke test $stamp" refresh='' used=''
  send_json "$identity/api/v1/auth/register" '{"name":"Smoke","email":"'"$email"'","password":"'"$password"'"}'
  expect 'WorkPulse: register' 201 '"access_token":"' '"token_type":"bearer"' "\"email\":\"$email\""
  send_json "$identity/api/v1/auth/login" '{"email":"'"$email"'","password":"'"$password"'"}'
  expect 'WorkPulse: log in' 200 '"access_token":"' '"refresh_token":"' && used=$(text refresh_token)
  send_json "$identity/api/v1/auth/refresh" '{"refresh_token":"'"$used"'"}'
  expect 'WorkPulse: refresh' 200 '"access_token":"' '"refresh_token":"' && refresh=$(text refresh_token)
  if [[ $refresh != "$used" ]]; then pass 'the refresh token is a new one'; else fail 'the refresh token is a new one' 'it is the same'; fi
  keep_token "$(text access_token)"
  send "$identity/api/v1/auth/me" --header @"$work/token"
  expect 'WorkPulse: who am I' 200 "\"email\":\"$email\"" '"role":"user"'
  send "$ticket/api/tickets" --header @"$work/token"
  expect 'the ticket-service takes its token' 200 '"page_key":'
  send "$identity/api/v1/auth/logout" --request POST --header @"$work/token"
  expect 'WorkPulse: log out' 200 '"data":null'
  send_json "$identity/api/v1/auth/refresh" '{"refresh_token":"'"$refresh"'"}'
  expect 'after the log-out the refresh token is refused' 401 '"error":"invalid token"'
  local deadline=$((SECONDS + 5))
  until send "$ticket/api/tickets" --header @"$work/token" && [[ $status == 401 ]] || ((SECONDS >= deadline)); do sleep 0.2; done
  expect 'and within five seconds the ticket-service refuses its token' 401 '"error":"invalid token"'
}

stamp=$(date +%s)-$$
check_service identity-service "$identity" /api/auth/login
check_service ticket-service "$ticket" /api/tickets
check_refusals
if ! $read_only; then
  check_accounts && check_tickets && check_help_desk
  check_sessions
elif [[ -n ${SMOKE_EMAIL:-} ]] && check_login "$SMOKE_EMAIL" "${SMOKE_PASSWORD:-}"; then
  send "$ticket/api/tickets" --header @"$work/token"
  expect 'the list of tickets' 200 '"page_key":'
fi
printf '%d checks, %d failed\n' $((passed + failed)) "$failed"
((failed == 0))
