#!/usr/bin/env bash
# Deploys Werk Ticketing on this machine with Docker: see --help.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

usage() {
  cat <<'TEXT'
usage: ./deploy.sh [--dev] [--check] [--full-smoke-test]

Checks that a deploy can work, builds the images, migrates the databases, replaces the services, waits until they are
ready and runs smoke-test.sh. When a step fails it shows the logs and brings the images back that ran before.
Settings come from .env (see .env.example); variables of the environment win.

  --check, --dry-run   only the checks, changes nothing
  --dev                docker-compose.yml with the InvGate sandbox instead of docker-compose.prod.yml
  --full-smoke-test    production: also registers accounts and raises tickets in the real InvGate
                       (--dev always does, against the sandbox)

  READY_TIMEOUT        seconds in which the services have to be ready, default 90
TEXT
}

mode=production check_only=false smoke=(--read-only)
for argument in "$@"; do
  case $argument in
    --dev) mode=development smoke=() ;;
    --check | --dry-run) check_only=true ;;
    --full-smoke-test) smoke=() ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

if [[ $mode == production ]]; then
  project=(-p werk-production -f docker-compose.prod.yml) tag=current services=(identity-service ticket-service)
else
  project=(-f docker-compose.yml) tag=development services=(sandbox identity-service ticket-service)
fi
# `current` or `development` is what runs; a build becomes that only when it is complete.
version=$(date -u +%Y%m%d%H%M%S)-$(git rev-parse --short HEAD 2>/dev/null || echo unversioned)
switched=false

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
image_of() { if [[ $1 == sandbox ]]; then echo werk-invgate-sandbox; else echo "werk-$1"; fi; }
compose() { "${compose_command[@]}" "${project[@]}" "$@"; }

# setting NAME [DEFAULT]: from the environment, else .env, else the default
setting() {
  local value=${!1:-}
  if [[ -z $value && -f .env ]]; then
    value=$(sed -n "s/^[[:space:]]*$1=//p" .env | tail -n 1 | sed -e 's/\r$//' -e 's/[[:space:]]*$//' -e "s/^'\(.*\)'\$/\1/" -e 's/^"\(.*\)"$/\1/')
  fi
  printf '%s' "${value:-${2:-}}"
}

# --- The checks: every fault is listed, in a sentence that says what to do ---------------------------------------

faults=()
fault() { faults+=("$*"); }

check_programs() {
  compose_command=()
  if ! command -v docker >/dev/null; then
    fault 'docker is missing: install Docker Engine (on Debian: apt-get install docker.io docker-compose).'
  elif ! docker info >/dev/null 2>&1; then
    fault 'the Docker daemon does not answer: start it (systemctl start docker), or run this as root or a member of the group docker.'
  fi
  if docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif docker-compose version >/dev/null 2>&1; then
    compose_command=(docker-compose)
  else
    fault 'compose is missing: install the plugin docker-compose-plugin, or docker-compose 1.29 or later.'
  fi
  command -v curl >/dev/null || fault 'curl is missing: install it, the check of the running services needs it.'
}

check_secret() { # check_secret NAME: of the database
  local value
  value=$(setting "$1")
  if [[ -z $value ]]; then
    fault "$1 is not set in .env: put in the output of: openssl rand -hex 32"
  elif [[ $value == change-me* ]]; then
    fault "$1 in .env is still the example's: put in the output of: openssl rand -hex 32"
  elif [[ ! $value =~ ^[A-Za-z0-9_-]+$ ]]; then
    fault "$1 in .env may hold letters, digits, - and _ only."
  fi
}

check_signing_secret() { # check_signing_secret NAME
  local value bytes
  value=$(setting "$1")
  bytes=$(printf '%s' "$value" | wc -c)
  if [[ -z $value ]]; then
    fault "$1 is not set in .env: put in the output of: openssl rand -hex 32"
  elif [[ $value == change-me* || $value == development-only* ]]; then
    fault "$1 in .env is still the example's: put in the output of: openssl rand -hex 32"
  elif ((bytes < 32)); then
    fault "$1 in .env has $((bytes)) bytes and needs 32 or more: put in the output of: openssl rand -hex 32"
  fi
}

check_settings() {
  local name
  if [[ ! -f .env ]]; then
    fault '.env is missing: cp .env.example .env && chmod 600 .env, then fill it in.'
    return
  fi
  check_signing_secret JWT_SECRET
  check_signing_secret INTERNAL_SECRET
  for name in SECOND_FACTOR_SECRET WEBHOOK_SECRET_KEY; do
    [[ -z $(setting "$name") ]] || check_signing_secret "$name"
  done
  if [[ -n $(setting INTERNAL_SECRET) && $(setting INTERNAL_SECRET) == "$(setting JWT_SECRET)" ]]; then
    fault 'INTERNAL_SECRET in .env must be another secret than JWT_SECRET: put in the output of: openssl rand -hex 32'
  fi
  for name in MYSQL_ROOT_PASSWORD IDENTITY_DB_PASSWORD IDENTITY_DB_SCHEMA_PASSWORD TICKET_DB_PASSWORD TICKET_DB_SCHEMA_PASSWORD; do
    check_secret "$name"
  done
  for name in ARMMADA_BASE_URL ARMMADA_USERNAME ARMMADA_PASSWORD; do
    [[ -n $(setting "$name") ]] || fault "$name is not set in .env: production talks to a real InvGate."
  done
  [[ $(setting ARMMADA_BASE_URL http://) =~ ^https?:// ]] || fault 'ARMMADA_BASE_URL in .env must begin with https:// (or http://).'
  for name in JWT_SECRET INTERNAL_SECRET ARMMADA_USERNAME ARMMADA_PASSWORD ADMIN_PASSWORD; do
    if grep -Eq "^[[:space:]]*$name=[^'].*\\$" .env; then
      fault "$name in .env holds a \$, which compose may replace: put the value in single quotes."
    fi
  done
}

check_port() { # check_port NAME DEFAULT
  local port
  port=$(setting "$1" "$2")
  if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((port < 1 || port > 65535)); then
    fault "$1 must be a port, from 1 to 65535."
  elif (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && ! holds_port "$port"; then
    fault "port $port ($1) is taken by another program (see: ss -ltnp sport = :$port): stop it, or set $1 in .env."
  fi
}

# Compose reads the production file only where all its settings are there.
own_containers() {
  if [[ $mode == production ]]; then
    docker ps --quiet --filter label=com.docker.compose.project=werk-production 2>/dev/null
  else
    compose ps -q 2>/dev/null
  fi
}

holds_port() { # whether a container of this project publishes it
  local id
  for id in $(own_containers); do
    docker port "$id" 2>/dev/null | grep -q ":$1\$" && return
  done
  return 1
}

preflight() {
  check_programs
  [[ $mode == development ]] || check_settings
  check_port IDENTITY_PORT 18081
  check_port TICKET_PORT 18082
  [[ $mode == production ]] || check_port SANDBOX_PORT 18083
  ((${#faults[@]} == 0)) && return
  printf 'not ready to deploy:\n' >&2
  printf '  - %s\n' "${faults[@]}" >&2
  return 1
}

# --- The steps -------------------------------------------------------------------------------------------------

identity_url() { echo "http://127.0.0.1:$(setting IDENTITY_PORT 18081)"; }
ticket_url() { echo "http://127.0.0.1:$(setting TICKET_PORT 18082)"; }
answers_ready() { curl --silent --fail --output /dev/null --max-time 5 "$1/readyz"; }

wait_for_mysql() {
  local id
  for ((SECONDS = 0; SECONDS < 180; )); do
    id=$(compose ps -q mysql)
    [[ $(docker inspect --format '{{.State.Health.Status}}' "$id" 2>/dev/null) == healthy ]] && return
    sleep 1
  done
  return 1
}

wait_for_services() {
  for ((SECONDS = 0; SECONDS < ${READY_TIMEOUT:-90}; )); do
    answers_ready "$(identity_url)" && answers_ready "$(ticket_url)" && return
    keeps_ending identity-service || keeps_ending ticket-service && return 1
    sleep 0.5
  done
  return 1
}

keeps_ending() {
  local state
  state=$(docker inspect --format '{{.State.Status}} {{.RestartCount}}' "$(compose ps -q "$1" 2>/dev/null)" 2>/dev/null)
  [[ $state == exited* || $state == dead* || ${state##* } -ge 3 ]]
}

# Those that are not ready, or both when readiness is not what is wrong.
failing_services() {
  local found=()
  answers_ready "$(identity_url)" || found+=(identity-service)
  answers_ready "$(ticket_url)" || found+=(ticket-service)
  if ((${#found[@]} == 0)); then found=(identity-service ticket-service); fi
  printf '%s\n' "${found[@]}"
}

show_logs() { # show_logs SERVICE...
  local service
  for service in "$@"; do
    printf -- '--- the last logs of %s ---\n' "$service" >&2
    compose logs --no-color --tail=40 "$service" >&2
  done
}

build() { WERK_VERSION=$version compose build; }

# Names the new images as those to run, and keeps a name on those before them.
switch_images() {
  local service image
  for service in "${services[@]}"; do
    image=$(image_of "$service")
    if docker image inspect "$image:$tag" >/dev/null 2>&1; then
      docker tag "$image:$tag" "$image:previous-$tag" || return
    else
      docker rmi "$image:previous-$tag" >/dev/null 2>&1
    fi
    docker tag "$image:$version" "$image:$tag" || return
  done
}

forget_current() { docker rmi "$1:$tag" >/dev/null 2>&1; }
forget_version() { docker rmi "$1:$version" >/dev/null 2>&1; }

# Three builds stay on the disk for whoever has to go back further.
forget_old_versions() {
  docker images --format '{{.Tag}}' "$1" | grep -E '^[0-9]{14}-' | sort -r | tail -n +4 |
    while read -r old; do docker rmi "$1:$old" >/dev/null 2>&1; done
}

for_each_image() {
  local service
  for service in "${services[@]}"; do "$1" "$(image_of "$service")"; done
}

start_services() { compose up -d --no-build --no-deps "${services[@]}"; }

roll_back() {
  local service image
  for service in "${services[@]}"; do
    image=$(image_of "$service")
    if ! docker image inspect "$image:previous-$tag" >/dev/null 2>&1; then
      say 'there are no earlier images to go back to: the services are removed, the database keeps running' >&2
      compose rm --stop --force "${services[@]}"
      for_each_image forget_current
      return
    fi
    docker tag "$image:previous-$tag" "$image:$tag"
  done
  say 'going back to the images that ran before' >&2
  start_services && wait_for_services && say 'the images that ran before are running again' >&2 && return
  say 'the images that ran before are not ready either: look at .env and at the logs' >&2
  mapfile -t failing < <(failing_services)
  show_logs "${failing[@]}"
}

give_up() { # give_up REASON [SERVICE whose logs tell more]...
  trap '' INT TERM
  printf '\n' >&2
  say "the deploy failed: $1" >&2
  show_logs "${@:2}"
  if $switched; then roll_back; else say 'the services that ran before were not touched' >&2; fi
  for_each_image forget_version
  exit 1
}

deploy() {
  local step failing
  trap 'give_up "it was interrupted"' INT TERM
  say "building the images of $version"
  build || give_up 'the images could not be built, see above'

  say 'starting the database and Valkey'
  compose up -d --no-build mysql valkey || give_up 'the database or Valkey could not be started' mysql valkey
  wait_for_mysql || give_up 'MySQL is not healthy' mysql

  say 'migrating the databases'
  compose run --rm --no-deps -T accounts ||
    give_up 'the database users could not be made, see above; MySQL keeps the MYSQL_ROOT_PASSWORD that it was first started with'
  for step in identity-migrate ticket-migrate; do
    WERK_VERSION=$version compose run --rm --no-deps -T "$step" || give_up "the step $step failed, see above"
  done

  say 'replacing the services'
  switched=true
  switch_images || give_up 'the images could not be tagged'
  start_services || give_up 'the services could not be started' "${services[@]}"
  if ! wait_for_services; then
    mapfile -t failing < <(failing_services)
    give_up "ended, or not ready within ${READY_TIMEOUT:-90} seconds: ${failing[*]}" "${failing[@]}"
  fi

  say 'running the smoke test'
  IDENTITY_URL=$(identity_url) TICKET_URL=$(ticket_url) ./smoke-test.sh ${smoke[@]+"${smoke[@]}"} ||
    give_up 'the smoke test failed, see above' identity-service ticket-service
  for_each_image forget_old_versions
  say "deployed $version: $(identity_url) $(ticket_url)"
}

preflight || exit 1
if $check_only; then
  say 'all checks passed: ./deploy.sh can work'
  exit 0
fi
if command -v flock >/dev/null; then
  exec 9<deploy.sh
  flock --nonblock 9 || { echo 'another deploy.sh is running.' >&2 && exit 1; }
fi
deploy
