#!/bin/sh
# Looks at the pages that perfcheck_report('html') writes in a headless Chromium: `make
# page`. Pages with 1, 8 and 200 queries, light and dark, 360 and 1280 pixels wide: nothing
# scrolls sideways, nothing is fetched, no script runs, axe-core finds no fault, and the
# file is under 1 MB. Pictures of them are left in build/page, to be looked at.
# Debian's chromium and npm's axe-core and puppeteer-core are installed where missing.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

make_tmp
find_postgresql
command -v chromium >/dev/null && command -v npm >/dev/null ||
	as_root apt-get install -y -q chromium npm || die "needs chromium and npm"
page=$PWD/build/page
mkdir -p "$page" || exit 1
[ -d "$page/node_modules/axe-core" ] ||
	PUPPETEER_SKIP_DOWNLOAD=1 npm install --silent --prefix "$page" axe-core puppeteer-core ||
	die "npm cannot install axe-core and puppeteer-core"
install_extension >"$tmp/install.log" 2>&1 || die "perfcheck is not installed: $(tail -n 3 "$tmp/install.log")"
cluster_start "$tmp/cluster.log" || die "no throw-away PostgreSQL"

write_page()
{
	"$pg_bindir/psql" -X -q -At -v ON_ERROR_STOP=1 -v "queries=$1" -f test/page/contract.sql >"$page/$1.html" ||
		die "no page of $1 queries"
}

for queries in 1 8 200; do
	write_page "$queries"
done
cluster_stop
NODE_PATH=$page/node_modules node test/page/look.js "$page" 1 8 200
