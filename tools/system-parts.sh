#!/usr/bin/env bash
# Installs the system parts that tests need where that is allowed (root on Debian); elsewhere the
# tests that need them are skipped with the line that installs them.
set -eu
parts=()
command -v chromium >/dev/null || parts+=(chromium fonts-dejavu-core)
command -v nginx >/dev/null || parts+=(nginx-light)
# Elasticsearch: a JDK and Maven must be there; the server itself comes through Maven, checked and kept.
if command -v mvn >/dev/null && [ -z "${FINDER_TEST_ELASTIC:-}" ] && [ -x .venv/bin/python ]; then
  .venv/bin/python -m tests.elastic_server || true
fi
[ ${#parts[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${parts[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends "${parts[@]}" >/dev/null
else
  echo "Missing: ${parts[*]}. Tests that need them are skipped; to run them: apt-get install ${parts[*]}"
fi
