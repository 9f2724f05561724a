#!/bin/sh
# Restores what a superuser asked for at the desk (docs/operate.md). Run it every minute on the machine that runs compose,
# with RESTORE_FROM_DESK=true in deploy/.env:
#   * * * * *  flock -n /tmp/otjang-restore /srv/otjang/deploy/restore-asked.sh
# Nothing inside the containers may stop them: that right stays with whoever runs this.
set -eu
cd "$(dirname "$0")"
in_container() { docker compose run --rm --no-deps -T migrate "$@"; }

name=$(in_container python -m config.backup asked) || exit 0
docker compose stop web worker bulk-worker beat
status=0
in_container python -m config.backup restore "$name" || status=$?  # it leaves all as it was where it fails
docker compose up -d
exit "$status"
