#!/usr/bin/env bash
# Makes the databases and their SQL users on the server `mysql`; run before each migration, changes nothing the second time.
# Every service has a user for its data and one for its schema, each with rights in the service's own database alone.
# A changed password takes effect here. The one before it stays valid until the next run, so that containers that
# still use it keep working until they are replaced.
set -euo pipefail

statements() { # statements DATABASE DATA_PASSWORD SCHEMA_PASSWORD
  # An underscore in a grant stands for any character unless it is escaped.
  local database=$1 grantee=${1//_/\\_}
  cat <<SQL
CREATE DATABASE IF NOT EXISTS \`$database\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER IF NOT EXISTS '$database'@'%' IDENTIFIED BY '$2', '${database}_schema'@'%' IDENTIFIED BY '$3';
ALTER USER '$database'@'%' IDENTIFIED BY '$2' RETAIN CURRENT PASSWORD;
ALTER USER '${database}_schema'@'%' IDENTIFIED BY '$3' RETAIN CURRENT PASSWORD;
GRANT SELECT, INSERT, UPDATE, DELETE ON \`$grantee\`.* TO '$database'@'%';
GRANT ALL PRIVILEGES ON \`$grantee\`.* TO '${database}_schema'@'%';
SQL
}

for name in MYSQL_ROOT_PASSWORD IDENTITY_DB_PASSWORD IDENTITY_DB_SCHEMA_PASSWORD TICKET_DB_PASSWORD TICKET_DB_SCHEMA_PASSWORD; do
  if [[ ! ${!name:-} =~ ^[A-Za-z0-9_-]+$ ]]; then
    echo "$name must consist of letters, digits, - and _" >&2
    exit 1
  fi
done

{
  statements werk_identity "$IDENTITY_DB_PASSWORD" "$IDENTITY_DB_SCHEMA_PASSWORD"
  statements werk_ticket "$TICKET_DB_PASSWORD" "$TICKET_DB_SCHEMA_PASSWORD"
} | mysql --defaults-extra-file=<(printf '[client]\npassword="%s"\n' "$MYSQL_ROOT_PASSWORD") \
  --host=mysql --user=root --connect-timeout=10
echo "the databases and their users are as they should be"
