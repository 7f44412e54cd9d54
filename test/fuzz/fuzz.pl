#!/usr/bin/perl
# Sends queries through all that perfcheck does with a query, and prints what no
# query may cause: a crash, an internal error, a warning, or a session that is another
# one afterwards.
#
#   fuzz.pl --host=DIR --port=N --log=FILE [--user=NAME] [--queries=N] [--seed=N] [--rows=N]
#     [--from=own | --from=FILE | --regress=DIR [--files=REGEX]] [--keep=FILE]
#   fuzz.pl --host=DIR --port=N --schema-only --database=NAME
#
# Queries are those of FuzzQueries, or the statements of FILE, or every SELECT of the
# regression suite in DIR, as it is and with parameters for its constants; of one in N
# the latter with --shapes=N, and of the files that match with --files. --keep writes
# down each kind of error and how often it came. --schema-only makes the tables without
# perfcheck, for sqlsmith to learn them from.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Getopt::Long;
use FuzzSession;
use FuzzSchema;
use FuzzQueries;
use FuzzStatements;

$| = 1;
my %option = (queries => 200, seed => 1, rows => 80, from => 'own', files => '', shapes => 1, database => 'perfcheck_fuzz');
GetOptions(\%option, 'host=s', 'port=i', 'log=s', 'queries=i', 'seed=i', 'rows=i', 'from=s', 'regress=s', 'keep=s', 'database=s', 'user=s', 'first=i', 'libdir=s', 'files=s', 'shapes=i', 'schema-only')
  or die "fuzz.pl: see its head for what it takes\n";

# What only the server's own code says, and only if something is wrong.
my $internal = qr/cache lookup failed|unrecognized|could not find|unexpected|not found in|failed to (?:find|build|initialize)|no relation entry|should not|bogus|attnum|varno|missing lock|unsupported|internal error|unknown error|invalid memory|TRAP|corrupt|leak|subplan|snapshot reference|not owned by|could not open relation with|already exists|plan node|tuple|catalog/i;

# What a query may provoke by itself, and which reads alike.
my $allowed = qr/^cross-database references|^(?:unsafe use of new value|relation|type|schema|table|index|function) "|unsupported (?:Unicode|binary|XML)|not supported|could not find array type|unrecognized (?:configuration|encoding|format|privilege|time zone|weight|reset|object|section|flag|regexp|function)|unexpected (?:end|array|character|escape)|must not|regular expression|text search|jsonpath|invalid regexp|pg_catalog|could not find (?:a )?(?:Unicode|encoding)|invalid (?:page|memory alloc)|string literal|should not be|already exists|unrecognized .* "\w*"|catalog_name/i;

my $log_from = $option{log} ? -s $option{log} : 0;
my %count;       # of each answer
my %seconds;     # of each function
my %said;        # how often, of each kind of error
my @faults;
my $admin = session('postgres');
$admin->run("DROP DATABASE IF EXISTS $option{database}");
$admin->must("CREATE DATABASE $option{database}");
my $session = session($option{database});
my $keeper;      # another one, of a superuser
if ($option{'schema-only'})
{
	FuzzSchema::create($session, $option{rows}, 1);
	exit 0;
}
my %own_message;    # what statements that are not ours failed with

sub session
{
	my ($database) = @_;
	for (1 .. 60)
	{
		my $new = eval { FuzzSession->new($option{host}, $option{port}, $database, $option{user}) };
		return $new if $new;
		sleep 1;
	}
	die "the server does not come back: $@";
}

sub begin_session
{
	$session = session($option{database});
	# Modules that are loaded later would bring settings of theirs.
	$session->must("LOAD 'perfcheck'; LOAD 'pg_trgm'; LOAD 'plpgsql'");
	$session->must("SET statement_timeout = '10s'");
	$session->must("SET perfcheck.statement_timeout = '100ms'");
	$session->must("SET perfcheck.prove_rows = 1000; SET perfcheck.progress = off; SET client_min_messages = warning");
	$session->must('PREPARE kept_statement AS SELECT 1');
	prepare_state();
	return;
}

sub fault
{
	my ($kind, $sql, $call, $what) = @_;
	push @faults, $kind;
	print "not ok - $kind\n#   query: ", $sql =~ s/\n/\n#     /gr, "\n#   call: $call\n#   $what\n";
	return;
}

# --- the session ------------------------------------------------------------

my $settings = "SELECT name || ' = ' || setting FROM pg_settings WHERE name !~ '^(?:transaction_|in_hot_standby)'";
my $state = "SELECT (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings WHERE name !~ '^(?:transaction_|in_hot_standby|log_)'),
	(SELECT string_agg(concat_ws(' ', locktype, mode, relation::regclass::text), ',') FROM pg_locks WHERE pid = pg_backend_pid() AND locktype <> 'virtualxid' AND relation IS DISTINCT FROM 'pg_locks'::regclass AND LOCKED),
	(SELECT string_agg(name, ',' ORDER BY name) FROM pg_prepared_statements), (SELECT string_agg(name, ',') FROM pg_cursors WHERE name <> ''),
	(SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_statistic_ext), (SELECT string_agg(c, ',') FROM pg_listening_channels() AS c),
	current_setting('transaction_read_only'), current_setting('transaction_isolation'), current_user, session_user, current_setting('app.number', true), current_setting('app.tenant', true)";

# To ask takes as long as many a call, so that the question is prepared.
sub prepare_state
{
	# Locks outside of a transaction alone: in one, those on tables stay as they do.
	my %locked = (fuzz_open => "locktype = 'advisory'", fuzz_idle => "(locktype !~ '^relation' OR relation::int8 >= 16384)");
	$session->must("PREPARE $_ AS " . $state =~ s/LOCKED/$locked{$_}/r) for sort keys %locked;
	return;
}

sub prepare_state_again
{
	return if $session->{status} eq 'E' || @{ $session->run("SELECT FROM pg_prepared_statements WHERE name = 'fuzz_idle'")->{rows} };
	$session->must('PREPARE kept_statement AS SELECT 1');
	prepare_state();
	return;
}

sub state_of
{
	my ($answer) = @_;
	return join '|', map { $_ // '' } @{ $answer->{rows}[0] // [ $answer->{state}, $answer->{message} ] };
}

sub state_now
{
	return state_of($session->run('EXECUTE ' . ($session->{status} ne 'I' ? 'fuzz_open' : 'fuzz_idle')));
}

# --- one call ---------------------------------------------------------------

# Does the server raise the same internal error by itself, as functions for internal use
# do, where the query is executed with the values of its cases?
sub server_says
{
	my ($sql, $message) = @_;
	return 1 if $own_message{$message};
	my $inside = $session->{status} ne 'I';
	my $same = sub {
		my ($answer) = @_;
		$own_message{$message}++ if $answer->{message} && $answer->{message} eq $message;
		return;
	};
	$session->run($inside ? 'SAVEPOINT itself' : 'BEGIN');
	my $lists = $session->run("SELECT DISTINCT (SELECT string_agg(quote_nullable(a), ', ' ORDER BY n) FROM unnest(args) WITH ORDINALITY AS u (a, n)) FROM public.perfcheck_cases('q')")->{rows};
	$session->run($inside ? 'ROLLBACK TO itself' : 'ROLLBACK; BEGIN');
	$same->($session->run("PREPARE fuzz_itself AS $sql"));
	for my $list (map { $_->[0] } $session->{status} eq 'E' ? () : @$lists)
	{
		$session->run('SAVEPOINT value');
		$same->($session->run('EXECUTE fuzz_itself' . (defined $list ? "($list)" : '')));
		$session->run('ROLLBACK TO value');
	}
	$session->run($inside ? 'ROLLBACK TO itself; RELEASE itself' : 'ROLLBACK');
	$session->run('DEALLOCATE fuzz_itself') if @{ $session->run("SELECT FROM pg_prepared_statements WHERE name = 'fuzz_itself'")->{rows} };
	return $own_message{$message};
}

sub kind_of
{
	my ($text) = @_;
	$text = substr $text, 0, 160;
	$text =~ s/"[^"]*"?/"x"/g;
	$text =~ s/'[^']*'?/'x'/g;
	$text =~ s/\d+/N/g;
	return $text;
}

# Returns whether the session can go on.
sub judge
{
	my ($sql, $call, $answer) = @_;
	my $ok = $answer->{state} eq '' ? 'ok' : $answer->{state};
	$count{ ($call =~ /(perfcheck_\w+)/)[0] // $call }{ $answer->{state} eq '' ? 'ok' : 'error' }++;
	if ($answer->{state} eq 'lost' || $answer->{state} =~ /^57P0/)
	{
		fault('connection lost', $sql, $call, "$answer->{state} $answer->{message}");
		sleep 1;
		begin_session();
		return 0;
	}
	if ($answer->{state} =~ /^XX|^58/ && !server_says($sql, $answer->{message}))
	{
		fault('internal error', $sql, $call, "$answer->{state} $answer->{message} ($answer->{where})");
	}
	$said{ "$answer->{state} " . kind_of($answer->{message}) }++ if $answer->{state} ne '';
	for my $notice (grep { /^WARNING/ } @{ $answer->{notices} })
	{
		$said{ kind_of($notice) }++;
		fault('warning', $sql, $call, $notice) if $notice =~ /$internal/ && $notice !~ /$allowed/;
	}
	my $reason = $call =~ /perfcheck_(\w+)/ ? { plan => 11, forecast => 9, cases => 6, requests => 4, time => 17 }->{$1} : undef;
	if (defined $reason)
	{
		for my $text (map { $_->[$reason] // '' } @{ $answer->{rows} })
		{
			$said{ "reason " . kind_of($text) }++ if $text ne '';
			fault('internal error as a reason', $sql, $call, $text)
			  if $text =~ /$internal/ && $text !~ /$allowed/ && !server_says($sql, $text =~ s/ \(hint: .*//sr);
		}
	}
	return 1;
}

my $quoted = \&FuzzSession::quote;
my @formats = qw(tap tap14 junit sarif json markdown github html);

# What is done with a query that was added, and how often, in percent. Functions are
# called by their schema, which need not be in a search_path that the queries set.
my @calls = (
	[ 100, "SELECT * FROM perfcheck_cases('q')" ],
	[ 70, "SELECT * FROM perfcheck_plan('q', 1)" ],
	[ 70, "SELECT * FROM perfcheck_plan('q', 100000)" ],
	[ 40, 'SELECT * FROM perfcheck_verify(1000)' ],
	[ 30, "SELECT * FROM perfcheck_forecast('q', 100000000)" ],
	[ 50, "SELECT * FROM perfcheck_time('q', 3, 1)" ],
	[ 40, "SELECT * FROM perfcheck_requests('q', 5)" ],
	[ 10, "SELECT * FROM perfcheck_requests('q', 5, 'keys')" ],
	[ 10, "SELECT * FROM perfcheck_requests('q', 5, 'columns')" ],
	[ 10, 'SELECT perfcheck_snapshot(100)' ],
	[ 6, 'SELECT * FROM perfcheck_indexes(100)' ],
	[ 8, sub { "SELECT * FROM perfcheck_reports(ARRAY['$formats[below(scalar @formats)]', '$formats[below(scalar @formats)]'], 100)" } ],
	[ 5, 'SELECT perfcheck_assert(100)' ],
	[ 5, "SELECT perfcheck_accept('q', 'later', 100)" ],
	[ 10, "SELECT * FROM perfcheck_explain('q')" ],
	[ 5, 'SELECT * FROM perfcheck_fixes(100)' ],
	[ 5, 'SELECT * FROM perfcheck_coverage(100)' ],
	[ 5, 'SELECT perfcheck_export()' ],
	[ 3, "SELECT * FROM perfcheck_time('q', 3, 0, plan => 'generic')" ]);

sub below
{
	return int rand $_[0];
}

# What is done with a query: how it is added, what follows if it was, and what is asked
# of its text in any case.
sub calls_of
{
	my ($sql) = @_;
	my $text = $quoted->($sql);
	my $role = below(12) == 0 ? ", role => 'fuzz_reader'" : '';
	my $more = below(10) == 0 ? ", settings => '{\"app.tenant\": \"ten1\", \"work_mem\": \"64kB\"}'" : '';
	my $path = below(3) == 0 ? ", path => '/q/' || coalesce((SELECT string_agg(DISTINCT m[1], '/') FROM regexp_matches($text, '[\$][1-9]', 'g') AS m), '')" : '';
	my $expected = below(6) == 0 ? ", expected => '" . (qw(index btree gin gist))[ below(4) ] . "'" : '';
	return ("SELECT public.perfcheck_add_query('q', $text$path$expected$role$more)",
		[ map { s/(?=\bperfcheck_)/public./r } map { ref $_->[1] ? $_->[1]->() : $_->[1] } grep { rand(100) < $_->[0] } @calls ],
		[ map { "SELECT * FROM public.$_($text)" } grep { below(4) == 0 } qw(perfcheck_shape perfcheck_mended perfcheck_findings) ]);
}

# Where the session may not add it, being read-only or of another role, a superuser's
# does, so that what follows has a query to judge.
sub added_anyhow
{
	my ($add, $answer) = @_;
	return $answer if $answer->{state} !~ /^(?:42501|25006)$/;
	my $path = $session->run("SELECT current_setting('search_path')")->{rows}[0][0];
	$keeper //= session($option{database});
	$keeper->must("SET lock_timeout = '1s'; SET statement_timeout = '10s'; SET search_path = " . ($path || "''"));
	$keeper->run('DELETE FROM public.perfcheck_query');
	return $keeper->run($add);
}

sub was_added
{
	my ($sql, $answer) = @_;
	return 0 if $answer->{state} ne '';
	fault('a write was accepted', $sql, 'perfcheck_add_query', '') if $sql =~ /^\s*(?:DELETE|UPDATE|INSERT|MERGE|TRUNCATE|COPY|DO)\b/i;
	return 1;
}

# Outside of a transaction, all in two messages: an answer takes less than waiting for
# it. Returns false if the session was another one afterwards.
sub try_together
{
	my ($sql, $add, $if_added, $more) = @_;
	my ($before, undef, $added) = $session->run_all('EXECUTE fuzz_idle', 'DELETE FROM public.perfcheck_query', $add);
	judge($sql, $add, $added) or return 1;
	my @texts = (was_added($sql, added_anyhow($add, $added)) ? @$if_added : (), @$more);
	my @answers = $session->run_all(@texts, 'EXECUTE fuzz_idle');
	for my $text (@texts)
	{
		my $answer = shift @answers;
		$seconds{ ($text =~ /(perfcheck_\w+)/)[0] } += $answer->{seconds};
		judge($sql, $text, $answer) or return 1;
	}
	return state_of($answers[0]) eq state_of($before);
}

# One by one; within a transaction that is open each of it is in a subtransaction, so
# that what follows can go on. The session is looked at after each.
sub try_each
{
	my ($sql, $block, $add, $if_added, $more) = @_;
	my $outside = $session->{status} eq 'I';
	my $inside = $block || !$outside;
	my $same = 1;
	$session->run('BEGIN') if $block;
	$session->run('SAVEPOINT fuzz') if !$outside;
	my $before = state_now();
	my $in_subtransaction = sub {
		my ($text) = @_;
		$session->run('SAVEPOINT call') if $inside;
		my $answer = $session->run($text);
		$session->run(($session->{status} eq 'E' ? 'ROLLBACK TO call; ' : '') . 'RELEASE call')
		  if $inside && $answer->{state} !~ /^(?:lost|57P0)/;
		return $answer;
	};
	my $call = sub {
		my ($text) = @_;
		my $answer = $in_subtransaction->($text);
		$seconds{ ($text =~ /(perfcheck_\w+)/)[0] } += $answer->{seconds};
		judge($sql, $text, $answer) or return;
		my $now = state_now();
		if ($now ne $before)
		{
			$same = 0;
			fault('another session', $sql, $text, "before: $before\n#   after:  $now");
			$before = $now;
		}
		return $answer;
	};
	# It fails where the queries made a transaction read-only, or took another role.
	$in_subtransaction->('DELETE FROM public.perfcheck_query');
	my $answer = $call->($add) or return 1;
	for my $text (was_added($sql, added_anyhow($add, $answer)) ? @$if_added : (), @$more)
	{
		$call->($text) or return 1;
	}
	$session->run('ROLLBACK') if $block;
	$session->run('ROLLBACK TO fuzz; RELEASE fuzz') if !$outside;
	return $same;
}

# Adds the query and calls all. Returns false if the session was another one afterwards,
# and no call was found to do it.
sub try_query
{
	my ($sql, $each) = @_;
	my $outside = $session->{status} eq 'I';
	my $block = $outside && below(8) == 0;
	my @all = calls_of($sql);
	my $same = !$outside || $block || $each ? try_each($sql, $block, @all) || 1 : try_together($sql, @all);
	if ($outside && $session->{status} ne 'I')
	{
		fault('a transaction stays open', $sql, '', $session->{status});
		$session->run('ROLLBACK');
	}
	return $same;
}

# --- sources ----------------------------------------------------------------

my $tried = 0;

sub try_one
{
	my ($sql) = @_;
	$tried++;
	return if $tried < ($option{first} // 0);
	my $seed = $option{seed} * 1000003 + $tried;
	srand($seed);
	return if try_query($sql, $tried % 8 == 0);
	# It is done again, to see which call did it.
	srand($seed);
	my $found = @faults;
	try_query($sql, 1);
	fault('another session', $sql, '', 'one of the calls, and not when it is done again') if @faults == $found;
	return;
}

sub progress
{
	print "# $tried queries, ", scalar @faults, " faults\n";
	return;
}

# A statement's SELECT, also if it is explained, or that of a cursor, a prepared
# statement or a view.
sub select_of
{
	my ($sql) = @_;
	my $comments = qr{(?:\s|--[^\n]*\n)*};
	$sql =~ s/^\s*EXPLAIN\s*(?:\([^)]*\)|(?:ANALYZE|VERBOSE|\s)*)$comments//i;
	$sql =~ s/^\s*DECLARE\s.*?\sCURSOR\s(?:.*?\s)?FOR\s+//si;
	$sql =~ s/^\s*PREPARE\s+\w+\s*(?:\([^)]*\))?\s*AS\s+//si;
	$sql =~ s/^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\w*\s+)?(?:MATERIALIZED\s+)?VIEW\s+[\w."]+\s*(?:WITH\s*\([^)]*\))?\s*AS\s+//si;
	return $sql =~ /^\s*(?:SELECT|WITH|VALUES|TABLE|\()/i ? $sql : undef;
}

# Every SELECT of a file of the regression suite, in the session that its other
# statements make.
sub try_regress
{
	my ($dir) = @_;
	my %variable = (abs_srcdir => $dir, abs_builddir => $dir, libdir => $option{libdir} // $dir, dlsuffix => '.so');
	my ($schedule) = FuzzStatements::slurp("$dir/parallel_schedule");
	for my $name (map { split } $schedule =~ /^test: (.*)/mg)
	{
		# The first makes a database with another owner's tables, the others need psql.
		next if $name =~ /^(?:database|psql_crosstab)$/ || !-e "$dir/sql/$name.sql";
		my $tries = $name =~ /$option{files}/;
		begin_session();
		for my $sql (FuzzStatements::of_file("$dir/sql/$name.sql", \%variable))
		{
			return if $tried >= $option{queries};
			my $select = $tries && $session->{status} ne 'E' ? select_of($sql) : undef;
			if (defined $select)
			{
				try_one($select);
				my $shape = $session->{status} eq 'I' && $tried % $option{shapes} == 0 ? $session->run('SELECT shape, problem FROM public.perfcheck_shape(' . $quoted->($select) . ')') : { state => 'x' };
				try_one($shape->{rows}[0][0]) if $shape->{state} eq '' && ($shape->{rows}[0][0] // $select) ne $select && !defined $shape->{rows}[0][1];
			}
			my $answer = $session->run($sql);
			$own_message{ $answer->{message} }++ if $answer->{state} ne '';
			prepare_state_again() if $sql =~ /\b(?:DISCARD|DEALLOCATE)\s+ALL\b/i;
			begin_session() if $answer->{state} eq 'lost' || $answer->{state} =~ /^57P0/;
		}
		progress();
	}
	return;
}

if ($option{regress})
{
	$session->must('CREATE EXTENSION perfcheck CASCADE');
	$admin->run('CREATE ROLE fuzz_reader');
	$session->must('GRANT pg_read_all_data TO fuzz_reader');
	try_regress($option{regress});
}
else
{
	FuzzSchema::create($session, $option{rows});
	$admin->run('CREATE ROLE fuzz_reader');
	$session->must('GRANT pg_read_all_data TO fuzz_reader');
	my $made = $option{from} eq 'own' ? FuzzQueries->new($session, $option{seed}) : undef;
	my @given = $made ? () : FuzzStatements::of_file($option{from}, {});
	begin_session();
	while ($tried < $option{queries})
	{
		my $sql = $made ? $made->next() : shift @given;
		last if !defined $sql;
		try_one($sql);
		progress() if $tried % 500 == 0;
	}
}

# --- the end ----------------------------------------------------------------

if ($option{log})
{
	my $log = substr FuzzStatements::slurp($option{log}), $log_from;
	my %seen;
	while ($log =~ /^(.*(?:TRAP:|PANIC|terminated by signal|XX000|cache lookup failed|leak|WARNING: .*(?:missing|snapshot|buffer|lock)).*)$/mg)
	{
		my $line = $1;
		my ($message) = $line =~ /(?:ERROR|WARNING):  (?:\w{5}: )?(.*)/;
		next if $line =~ /STATEMENT|\bquery: |terminated by signal 2\b|^\t|leakproof|f_leak|transaction blocks|don't own a lock/ || $seen{ kind_of($line) }++;
		next if defined $message && $own_message{$message};
		push @faults, 'log';
		print "not ok - the server's log\n#   $line\n";
	}
}
if ($option{keep})
{
	open my $file, '>', $option{keep} or die "$option{keep}: $!\n";
	print $file "$said{$_}\t$_\n" for sort { $said{$b} <=> $said{$a} || $a cmp $b } keys %said;
	close $file;
}
printf "# %-24s %6d ok, %6d refused or failed, %6.1f s\n", $_, $count{$_}{ok} // 0, $count{$_}{error} // 0, $seconds{$_} // 0 for sort keys %count;
my $added = $count{perfcheck_add_query}{ok} // 0;
printf "%d queries, of which %d were added; %d faults\n", $tried, $added, scalar @faults;
exit(@faults || !$added ? 1 : 0);
