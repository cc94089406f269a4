#!/usr/bin/env bash
# Brings a Moodle up in the container of compose.yaml: fetches the code of one release, installs the site once, then runs what it is given.
# The same script installs a site from code that is already there: MOODLE_DIR, MOODLE_DATA, MOODLE_URL and the PG… variables say where.
set -euo pipefail

code=${MOODLE_DIR:-/var/www/html}
data=${MOODLE_DATA:-/var/www/moodledata}
url=${MOODLE_URL:?the address that browsers use, for example http://localhost:8045}
owner=${MOODLE_USER:-www-data}

if [ ! -e "$code/version.php" ]; then
  git clone --quiet --depth 1 --branch "${MOODLE_VERSION:?a release such as v4.5.6}" https://github.com/moodle/moodle.git "$code"
fi
mkdir -p "$data"
chown "$owner" "$code" "$data"

if [ ! -e "$code/config.php" ]; then
  runuser -u "$owner" -- php -d max_input_vars=5000 "$code/admin/cli/install.php" --non-interactive --agree-license --lang=en \
    --wwwroot="$url" --dataroot="$data" --fullname='Moodle for tests' --shortname=tests \
    --dbtype=pgsql --dbhost="${PGHOST:?}" --dbport="${PGPORT:-5432}" --dbname="${PGDATABASE:?}" --dbuser="${PGUSER:?}" --dbpass="${PGPASSWORD-}" \
    --adminuser=admin --adminpass="${MOODLE_ADMIN_PASSWORD:?}" --adminemail=admin@example.com
  # It writes to nobody and asks nobody for updates.
  for setting in noemailever=1 disableupdatenotifications=1 forcelogin=0; do
    runuser -u "$owner" -- php "$code/admin/cli/cfg.php" --name="${setting%=*}" --set="${setting#*=}"
  done
fi

exec "$@"
