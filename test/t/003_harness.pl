
# The tools that make test is made of: a failure is counted and all that is said
# of it is shown, the rules of the source tree are enforced, server logs are
# searched, and clusters do not get in each other's way.

use strict;
use warnings;

use File::Path qw(make_path);
use File::Temp ();
use FindBin;
use IPC::Run ();
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $dir = File::Temp->newdir;

sub put
{
	my ($name, $text) = @_;
	my ($folder) = "$dir/$name" =~ m{(.*)/};

	make_path($folder);
	open my $out, '>', "$dir/$name" or die "$name: $!";
	print $out $text;
	close $out or die "$name: $!";
	return "$dir/$name";
}

# Exit status, and all output.
sub run
{
	my @command = @_;
	my $out = '';

	IPC::Run::run(\@command, '<', \undef, '>&', \$out,
		IPC::Run::timeout(180));
	return ($? >> 8, $out);
}

# Runs shell commands after those that make test sources.
sub shell
{
	my ($commands, @arguments) = @_;

	return run('sh', '-c',
		"cd '$root'; . test/tools/lib.sh; . test/tools/sections.sh; $commands",
		'sh', @arguments);
}

# ---- failures are shown ------------------------------------------------------

my $tap = put('planted.pl', <<'END');
use Test::More;
ok(1, "fine $_") for 1 .. 300;
is('what was got', 'what was expected', 'first to fail');
ok(1, 'between');
is_deeply([ 1, 2 ], [ 1, 3 ], 'second to fail');
ok(1, "fine again $_") for 1 .. 300;
TODO: { local $TODO = 'known'; is('not a fault', 'x', 'known limit'); }
print STDERR "said by a sanitizer\n";
done_testing();
END
my $section = 'begin planted; "$@" >"$0.log" 2>&1; section_tap "$0.log" $?;'
  . ' section_done';

# sh -c '...' LOG COMMAND...: the section of a command that writes TAP
sub section
{
	my ($name, @command) = @_;

	return run('sh', '-c',
		"cd '$root'; . test/tools/lib.sh; . test/tools/sections.sh; $section",
		"$dir/$name", @command);
}

my @prove = qw(prove --merge --verbose --nocolor);
my ($status, $out) = section('tap', @prove, $tap);
is($status, 1, 'TAP: a failed section is a failed run');
like($out, qr/^planted +601 ok +2 NOT OK /m, 'TAP: points are counted');
like($out, qr/\n601 passed, 2 failed\n\z/, 'TAP: the last line');
like(
	$out,
	qr/not ok 301 - first to fail\n.*Failed test 'first to fail'\n.*got: 'what was got'\n.*expected: 'what was expected'\n/s,
	'TAP: got and expected follow the point that failed');
like(
	$out,
	qr/not ok 303 - second to fail\n.*\$got->\[1\] = '2'\n.*\$expected->\[1\] = '3'\n/s,
	'TAP: of each point');
like($out, qr/said by a sanitizer/, 'TAP: other output is shown');
unlike($out, qr/fine|not a fault/, 'TAP: what passed is not');
like(
	$out,
	qr/\nwhat failed, in short:\nplanted\n  \| not ok 301 - first to fail\n.*\n601 passed, 2 failed\n\z/s,
	'TAP: the beginning stands at the end once more');
cmp_ok(() = $out =~ /\n/g, '<', 40, 'TAP: ... in short');
like($out, qr/all of it: \Q$dir\E\/tap\.log/, 'TAP: where the whole log is');

($status, $out) =
  section('dies', @prove, put('dies.pl', 'use Test::More; ok(1); die "why it died";'));
is($status, 1, 'TAP: a test that dies has failed');
like($out, qr/^planted +1 ok +1 NOT OK /m, 'TAP: a test that dies is counted');
like($out, qr/why it died/, 'TAP: and its message is shown');

($status, $out) = section('good', @prove,
	put('good.pl', 'use Test::More; diag("remark"); ok(1); done_testing;'));
is($status, 0, 'TAP: a section that passed');
like($out, qr/^planted +1 ok +\d+ s/m, 'TAP: is counted');
unlike($out, qr/remark|what failed/, 'TAP: and says no more');

($status, $out) = section('nothing', 'true');
is($status, 1, 'a section that ran no test has failed');
like($out, qr/no test ran\n.*0 passed, 1 failed\n\z/s, 'and says so');

($status, $out) = section('many', @prove,
	put('many.pl',
		'use Test::More; ok(0, "point $_") for 1 .. 150; done_testing;'));
like($out, qr/and \d+ more lines\n.*all of it/,
	'TAP: beyond the bound, the number of lines is said');

# A test of requests that failed beside others counts as it does by itself.
for my $by_itself (0, 1)
{
	my $own = "$dir/again";

	put('again/planted.pl', "# It runs once more by itself in make test.\n");
	put('again/planted.pl.log', "not ok 1 - beside others\n1..1\n");
	($status, $out) = shell(
		<<'END', $own, $by_itself);
log=$1 tap=$1 by_itself=$2 again=
mkdir -p "$tap/tmp_check/t_planted_main" "$tap/tmp_check/log"
: >"$tap/tmp_check/log/kept"
: >"$tap/tmp_check/things"
lane_wait() { status=1; }
run_tap() {
	if [ "$(ls "$tap/tmp_check")" != log ] || [ ! -e "$tap/tmp_check/log/kept" ] ||
		[ "$by_itself" -eq 0 ]; then
		say 'not ok 1 - by itself'
		return 1
	fi
	say 'ok 1 - by itself'
}
tap_section "$1/planted.pl"
for file in $again; do tap_section "$file" alone; done
section_done
END
	is($status, 1 - $by_itself, "once more, and $by_itself: the exit status");
	like($out, qr/^TAP test planted failed beside other tests.*\n  \| not ok 1 - beside others\n/,
		'... what failed before is told');
	like($out, $by_itself ? qr/\n1 passed, 0 failed\n\z/ : qr/\n0 passed, 1 failed\n\z/,
		'... and it counts once');
}
put('strict.pl', "# a test\n");
put('strict.pl.log', "not ok 1 - beside others\n1..1\n");
($status, $out) = shell(
	'log=$1 tap=$1 again=; lane_wait() { status=1; }; tap_section "$1/strict.pl"; section_done', "$dir");
is($status, 1, 'a test that does not say so runs once');

# ---- unit tests ---------------------------------------------------------------

my $unit = put('unit.c', <<'END');
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void
passes(void **state)
{
	(void) state;
	assert_true(1);
}

static void
fails(void **state)
{
	(void) state;
	assert_int_equal(4711, 4712);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes),
		cmocka_unit_test(fails),
		cmocka_unit_test(passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
END
($status, $out) =
  run($ENV{CC} // 'cc', '-o', "$dir/unit", $unit, '-lcmocka');
is($out, '', 'a unit test compiles');
($status, $out) = section('unit', 'env', 'CMOCKA_MESSAGE_OUTPUT=TAP', "$dir/unit");
is($status, 1, 'unit: a failed test is a failed run');
like($out, qr/^planted +2 ok +1 NOT OK /m, 'unit: tests are counted');
like(
	$out,
	qr/not ok 2 - fails\n.*0x1267 != 0x1268\n.*unit\.c:18: error: Failure!/,
	'unit: the assertion follows its test');
unlike($out, qr/passes/, 'unit: what passed is not shown');

# ---- pg_regress ---------------------------------------------------------------

my $diffs = put('regression.diffs', "\@\@ -1 +1 \@\@\n-  expected\n+  got\n");
for my $version (
	[ 15, "echo pg_regress\n(using postmaster)\n== dropping\nSET\nDROP\n== creating\ntest one ... ok 10 ms\ntest two ... FAILED 9 ms\n" ],
	[ 16, "# using postmaster\nok 1 - one 10 ms\nnot ok 2 - two 9 ms\n" ])
{
	my ($number, $said) = @$version;

	($status, $out) = shell(
		'begin planted; section_regress "$1" "$2" 1 2; section_done',
		put('regress.log', $said), $diffs);
	is($status, 1, "pg_regress $number: a failed test is a failed run");
	like($out, qr/^planted +1 ok +1 NOT OK /m, "pg_regress $number: is counted");
	like($out, qr/(?:FAILED|not ok)/, "pg_regress $number: the test is named");
	like($out, qr/-  expected\n.*\+  got\n/, "pg_regress $number: the diff is shown");
	like($out,
		qr/what failed, in short:\nplanted\n  \| (?:test two \.\.\. FAILED|not ok 2 - two).*\n  \| -  expected\n  \| \+  got\n/,
		"pg_regress $number: the test and what differs are named first at the end");
}
($status, $out) = shell(
	'begin planted; section_regress "$1" "$2" 1 2; section_done',
	put('regress.log', "not ok 1 - one 10 ms\nnot ok 2 - two 9 ms\n"),
	put('two.diffs',
		"diff one\n" . "+long\n" x 500 . "diff two\n+what the second got\n"));
like(
	$out,
	qr/diff one\n.*and 402 more lines of this test\n.*\+what the second got\n/s,
	'pg_regress: a long diff does not hide the next');
($status, $out) = shell(
	'begin planted; section_regress "$1" /nowhere 0 2; section_done',
	put('regress.log', "ok 1 - one 10 ms\n"));
is($status, 1, 'pg_regress: a test that is missing has failed');

# ---- what is needed ------------------------------------------------------------

# A PostgreSQL that no package brought is told what to build: apt has nothing
# for it. This one has programs and headers and no more.
($status, $out) = run('pg_config', '--bindir');
chomp(my $bindir = $out);
for my $program (qw(postgres initdb))
{
	chmod 0755, put("foreign/bin/$program", "#!/bin/sh\n");
}
chmod 0755, put('foreign/bin/pg_config', <<"END");
#!/bin/sh
case \$1 in
	--bindir) echo '$dir/foreign/bin' ;;
	--sharedir) echo '$dir/foreign/share' ;;
	--pgxs) echo '$dir/foreign/pgxs/src/makefiles/pgxs.mk' ;;
	*) exec '$bindir/pg_config' "\$1" ;;
esac
END
put('foreign/pgxs/src/makefiles/pgxs.mk', '');
put('foreign/share/extension/pg_trgm.control', '');
my @setup = ('env', "PG_CONFIG=$dir/foreign/bin/pg_config",
	'sh', "$root/test/tools/setup.sh", 'test');
($status, $out) = run(@setup);
is($status, 1, 'setup: a PostgreSQL of no package that lacks something');
like($out, qr/^setup: this PostgreSQL is not of Debian's packages/,
	'setup: apt is not asked for it');
like($out, qr/^ +TAP tests +PostgreSQL::Test +configure --enable-tap-tests$/m,
	'setup: a row for what is missing');
unlike($out, qr/^ +PostgreSQL /m, 'setup: none for what is there');
put('foreign/pgxs/src/test/perl/PostgreSQL/Test/Cluster.pm', '');
($status, $out) = run(@setup);
unlike($out, qr/TAP tests/, 'setup: nor for what has been built');
like($out, qr/^ +extensions that tests use .*contrib/m,
	'setup: extensions that only tests use');

# ---- the source tree ------------------------------------------------------------

# Writes a tree that is right, then the files given; the check's answer.
sub layers
{
	my %files = @_;
	my %right = (
		'perfcheck.c' => qq{#include "report/verify.h"\n#include "seed/seed.h"\n},
		'base/compat.h' => "int a;\n",
		'plan/forecast.h' => qq{#include "base/compat.h"\n},
		'plan/forecast.c' =>
		  qq{#include "postgres.h"\n\n#include "plan/forecast.h"\n},
		'report/verify.h' => qq{#include "plan/forecast.h"\n},
		'seed/seed.h' => qq{#include "synth/event.h"\n},
		'synth/event.h' => "int b;\n");
	my $tree = File::Temp->newdir(DIR => $dir);
	my ($base) = "$tree" =~ m{([^/]+)\z};

	%files = (%right, %files);
	put("$base/$_", $files{$_}) for keys %files;
	my ($exit, $said) = run('sh', "$root/test/tools/layers.sh", "$tree");

	$said =~ s{\Q$tree\E/}{}g;
	return "$exit $said";
}

is(layers(), '0 ', 'layers: a tree that is right');
is( layers(
		'advice/proof.h' => "int c;\n",
		'plan/forecast.c' => qq{#include "plan/forecast.h"\n#include "advice/proof.h"\n}),
	qq{1 plan/forecast.c:2: "plan" must not include "advice", which is not below it\n},
	'layers: an include that goes up');
is( layers('synth/event.h' => qq{\n#include "base/compat.h"\n}),
	qq{1 synth/event.h:2: "synth" must not include "base", which is not below it\n},
	'layers: the generators know no server');
is( layers('plan/forecast.c' => qq{#include "forecast.h"\n}),
	qq{1 plan/forecast.c:1: "forecast.h" must be included as "plan/forecast.h"\n},
	'layers: an include without its folder');
is( layers(
		'base/parser.h' => "int c;\n",
		'plan/forecast.c' => qq{#include "parser/parser.h"\n}),
	'0 ',
	"layers: one of the server's headers that has a name of ours");
is( layers('plan/forecast.c' => qq{#include "../plan/forecast.h"\n}),
	qq{1 plan/forecast.c:1: "../plan/forecast.h" must be included as "plan/forecast.h"\n},
	'layers: an include by a relative path');
is( layers('stray.c' => "int c;\n"),
	"1 stray.c:1: only arguments.c arguments.h perfcheck.c perfcheck_contract.c perfcheck_import.c perfcheck_populate.c perfcheck_record.c perfcheck_time.c report_row.c report_row.h result_row.c result_row.h README may stand outside of a folder\n",
	'layers: a file outside of the folders');
is( layers('misc/stray.c' => "int c;\n"),
	qq{1 misc/stray.c:1: folder "misc" is in no layer\n},
	'layers: a folder that is not known');
like(
	layers(
		'plan/forecast.h' => qq{#include "plan/bounds.h"\n},
		'plan/bounds.c' => qq{#include "plan/forecast.h"\n},
		'plan/bounds.h' => "int c;\n"),
	qr{\A1 plan/\w+\.[ch]:1: a circle of includes: plan/(\w+) plan/\w+ plan/\1\n\z},
	'layers: two files that need each other');

# A function of so many lines, with its braces, at the end of a file of so many.
sub sizes
{
	my ($function, $file) = @_;
	my $tree = File::Temp->newdir(DIR => $dir);
	my ($base) = "$tree" =~ m{([^/]+)\z};

	put("$base/a.c",
		"\n" x ($file - $function) . "{\n" . "\t;\n" x ($function - 2) . "}\n");
	my ($exit, $said) = run('sh', "$root/test/tools/sizes.sh", "$tree");

	$said =~ s{\Q$tree\E/}{}g;
	return "$exit $said";
}

is(sizes(100, 700), '0 ', 'sizes: the most that is allowed');
is(sizes(101, 111),
	"1 a.c:11: a function of 101 lines; at most 100 are allowed\n",
	'sizes: a function that is too long');
is(sizes(2, 701), "1 a.c:701: a file of over 700 lines\n",
	'sizes: a file that is too long');

# ---- server logs ------------------------------------------------------------------

# Whether a log of this name and with this line is clean.
sub clean
{
	my ($line, $name) = @_;
	my ($exit, $said) = shell('server_logs_clean "$1"',
		put($name // 'tap/020_api_main.log', "LOG:  fine\n$line\nLOG:  fine\n"));

	return 1 if $exit == 0 && $said eq '';
	return 0 if $exit != 0 && index($said, $line) >= 0;
	return "exit status $exit, and: $said";
}

my $killed = 'LOG:  server process (PID 7) was terminated by signal 9: Killed';
my $aborted = 'LOG:  server process (PID 7) was terminated by signal 6: Aborted';

is(clean('ERROR:  relation "x" does not exist'), 1, 'server logs: errors of users');
is(clean($_), 0, "server logs: $_")
  for (
	'TRAP: failed Assert("x"), File: "a.c", Line: 1, PID: 7',
	'PANIC:  could not write to file',
	$killed,
	$aborted,
	'WARNING:  resource was not closed: snapshot 0x1',
	'WARNING:  buffer refcount leak: [001] (rel=base/1/2)',
	'ERROR:  cache lookup failed for type 7',
	'ERROR:  unexpected state 3');
is(clean($killed, 'tap/010_seed_faults_main.log'),
	1, 'server logs: a test that kills by signal 9');
is(clean($aborted, 'tap/010_seed_faults_main.log'),
	0, 'server logs: and by no other');
($status) = shell('server_logs_clean');
isnt($status, 0, 'server logs: none is a failure');

# ---- clusters -----------------------------------------------------------------------

# Starts one.
my $start_cluster = <<'END';
make_tmp
find_postgresql
cluster_start "$tmp/cluster.log" || { cat "$tmp/cluster.log"; exit 1; }
here="$PGHOST $PGPORT"
END
($status, $out) = shell(<<"END");
$start_cluster
sh -c '. test/tools/lib.sh; $start_cluster
"\$pg_bindir/psql" -XAtc "SELECT 1"; echo "there \$here"' 9>&-
"\$pg_bindir/psql" -XAtc 'SELECT 2'
echo "here \$here"
where=\$PGHOST
cluster_stop
[ ! -e "\$where" ] && echo removed
grep -c 'database system is shut down' "\$tmp/cluster.log"
END
is($status, 0, 'clusters: two at once');
like($out, qr/\A1\nthere (\S+ \d+)\n2\nhere (?!\1\n)\S+ \d+\nremoved\n1\n\z/,
	'clusters: each in a place of its own, which is removed; the log is kept');

done_testing();
