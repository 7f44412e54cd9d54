#!/bin/sh
# Builds the Debian packages in build/deb from the files that git knows, has a
# server judge a query with what is in them, and lintian look at them: `make deb`.
# PostgreSQL's server-dev packages that are installed tell for which versions.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

make_tmp
command -v pg_buildext >/dev/null && command -v dh >/dev/null &&
	command -v lintian >/dev/null || as_root apt-get install -y -q \
	debhelper lintian postgresql-server-dev-all ||
	die "needs debhelper, lintian and postgresql-server-dev-all"

source=$tmp/perfcheck
mkdir -p build/deb "$source" || exit 1
# The server that tries the packages is another user's.
chmod 711 "$tmp"
git ls-files -z | tar -cf - --null -T - | tar -xf - -C "$source" || exit 1
(
	cd "$source" || exit 1
	pg_buildext updatecontrol &&
		DEB_BUILD_OPTIONS="nocheck parallel=$(nproc) ${DEB_BUILD_OPTIONS:-}" \
			dpkg-buildpackage -us -uc -b &&
		pg_buildext psql . . postgresql-%v-perfcheck <<-SQL
			CREATE EXTENSION perfcheck CASCADE;
			SELECT perfcheck_seed(2000);
			SELECT perfcheck_assert(1);
		SQL
) || exit 1
rm -f build/deb/*
mv "$tmp"/*.deb "$tmp"/*.changes "$tmp"/*.buildinfo build/deb/ || exit 1
# The project has no mail address of its own.
lintian --fail-on error,warning \
	--suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
	build/deb/*.changes || exit 1
ls build/deb/*.deb
