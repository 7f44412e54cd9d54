#!/bin/sh
# Runs pg_regress against a server whose memory is watched:
#
#   memory.sh asan [TEST...]      the module is built with AddressSanitizer and UBSan
#   memory.sh valgrind [TEST...]  the server runs under valgrind
#
# Without a TEST, asan runs all of test/sql and valgrind, which is slow, a few. The
# PostgreSQL of PG_CONFIG has the module of asan meanwhile, and then the one that was
# there; valgrind watches the module that is installed.
# VALGRIND_SUPPRESSIONS is src/tools/valgrind.supp of PostgreSQL's source.

cd "$(dirname "$0")/../.." || exit 1
. test/tools/lib.sh

mode=$1
shift
find_postgresql
make_tmp

# A module is never written over, since a server may have it in use.
put_back()
{
	[ ! -e "$tmp/perfcheck.so" ] || {
		cp -p "$tmp/perfcheck.so" "$installed.new" && mv -f "$installed.new" "$installed"
	}
}

log=$PWD/build/$mode
rm -rf "$log" && mkdir -p "$log" || exit 1

case $mode in
asan)
	installed=$("$PG_CONFIG" --pkglibdir)/perfcheck.so
	[ ! -e "$installed" ] || cp -p "$installed" "$tmp/perfcheck.so" || exit 1
	on_exit=put_back
	# What stands in the tree is for other flags, so that a copy is built.
	mkdir "$tmp/tree" && tar -cf - --exclude ./.git --exclude ./build --exclude '*.o' --exclude '*.so' . |
		tar -xf - -C "$tmp/tree" || exit 1
	flags="-O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
	[ $# -gt 0 ] || set -- $(cd test/sql && ls | sed 's/\.sql$//')
	(cd "$tmp/tree" && "$make" -s -j "$(nproc)" WITH_HTTP=no with_llvm=no COPT="$flags" SHLIB_LINK="$flags" &&
		"$make" -s WITH_HTTP=no with_llvm=no install) >"$log/build.log" 2>&1 ||
		{ tail -n 20 "$log/build.log"; die "it does not compile"; }
	;;
valgrind)
	[ $# -gt 0 ] || set -- fuzzed todo kinds
	;;
*) die "memory.sh: asan or valgrind" ;;
esac

# What is in this folder must be written by the server's user.
chmod 711 "$tmp" && mkdir -m 777 "$tmp/watched"
server_program=$tmp/postgres
{
	say '#!/bin/sh'
	if [ "$mode" = asan ]; then
		say "LD_PRELOAD='$(${CC:-cc} -print-file-name=libasan.so) $(${CC:-cc} -print-file-name=libubsan.so)'"
		say "ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:detect_stack_use_after_return=0:log_path=$tmp/watched/asan"
		say "UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1:log_path=$tmp/watched/ubsan"
		say "export LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS"
		say "exec '$pg_bindir/postgres' \"\$@\""
	else
		say "exec valgrind --quiet --trace-children=yes --child-silent-after-fork=no --track-origins=yes --read-var-info=no \\"
		say "	--leak-check=no --error-limit=no --xml=yes --xml-file=$tmp/watched/%p.xml \\"
		[ -z "${VALGRIND_SUPPRESSIONS:-}" ] || say "	--suppressions='$VALGRIND_SUPPRESSIONS' \\"
		say "	'$pg_bindir/postgres' \"\$@\""
	fi
} >"$server_program"
chmod 755 "$server_program"

# What is slow because it is watched is not to be stopped for that.
PGOPTIONS="-c perfcheck.statement_timeout=10min"
export PGOPTIONS
cluster_start "$log/cluster.log" || { tail -n 30 "$log/cluster.log"; die "no PostgreSQL could be started"; }
limited "${MEMORY_LIMIT:-3000}" "$make" --no-print-directory WITH_HTTP=no installcheck TAP_TESTS= REGRESS="$*" >"$log/regress.log" 2>&1
cluster_stop
cp "$tmp/watched"/* "$log/" 2>/dev/null
grep -E '^(ok|not ok|test|#|All|[0-9]+)' "$log/regress.log"

# An error is ours if one of the frames next to it is.
perl -e '
	my ($files, $errors, %seen) = (0, 0);
	for my $file (glob "$ARGV[0]/*.xml $ARGV[0]/asan.* $ARGV[0]/ubsan.*")
	{
		open my $in, "<", $file or next;
		my $text = do { local $/; <$in> };
		$files++;
		my @found = $file =~ /xml$/ ? $text =~ /<error>.*?<\/error>/gs : $text;
		for my $error (@found)
		{
			my @frames = $file =~ /xml$/ ? $error =~ /<frame>.*?<\/frame>/gs : split /\n/, $error;
			@frames = @frames[0 .. 3] if $file =~ /xml$/ && @frames > 4;
			next if !grep { /perfcheck\.so/ } @frames;
			my ($what) = $error =~ /<what>(.*?)<|<text>(.*?)</;
			my $place = join ", ", map { (/<fn>(.*?)</)[0] // "" } grep { /perfcheck\.so/ } @frames;
			next if $file =~ /xml$/ && $seen{($what // "") . $place}++;
			$errors++;
			print "not ok - ", $file =~ /xml$/ ? ($what // "error") . ": $place" : substr($error, 0, 3000), "\n";
		}
	}
	# valgrind has a file of each process, a sanitizer only where there is something to say.
	print $files, $ARGV[1] eq "asan" ? " reports" : " processes were watched", ", $errors errors of ours\n";
	exit($errors ? 1 : 0)' "$log" "$mode"
status=$?
# UBSan speaks to the server's own log.
grep -E 'runtime error:|ERROR: AddressSanitizer|terminated by signal|TRAP:' "$log/cluster.log" && status=1
exit "$status"
