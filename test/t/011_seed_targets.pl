# perfcheck_seed() into every target that fits: what the user's table asks for
# holds for the seeded rows, and the rows are the ones that they always are; or
# there is an error and no row.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use SeedProbe;
use Test::More;

# The statements below are in UTF-8.
$ENV{PGCLIENTENCODING} = 'UTF8';

my $starts = "starts => '2027-01-01 00:00Z'";

my $node = PostgreSQL::Test::Cluster->new('targets');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;
my $probe = SeedProbe->new($node, 'postgres');

# The columns that are seeded, and how many of their values differ from those
# of the first n events.
my $other_values = q{
CREATE FUNCTION other_values(target text, n bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	columns text := (SELECT string_agg(quote_ident(attname), ', ')
		FROM pg_attribute WHERE attrelid = target::regclass AND attname IN
		('id', 'name', 'artist', 'venue', 'date', 'time', 'genre',
		'ticket_sources', 'price', 'source_id', 'source_platform',
		'created_at', 'updated_at'));
	others bigint;
BEGIN
	EXECUTE format($q$
		WITH t AS (SELECT %1$s FROM %2$s), e AS (SELECT %1$s
			FROM perfcheck_events(0, $1, starts => '2027-01-01 00:00Z'))
		SELECT count(*) FROM ((TABLE t EXCEPT ALL TABLE e)
			UNION ALL (TABLE e EXCEPT ALL TABLE t)) x$q$, columns, target)
	INTO others USING n;
	RETURN others;
END $$};
$probe->sql($other_values);

# ---- helpers ---------------------------------------------------------------

# The columns as they are in most tables below.
my $columns = q{id uuid PRIMARY KEY, name text NOT NULL, artist text NOT NULL,
	venue text NOT NULL, date timestamptz NOT NULL, "time" text,
	genre text NOT NULL, ticket_sources jsonb NOT NULL, price text,
	source_id text NOT NULL, source_platform text NOT NULL,
	created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL};

sub quoted
{
	my ($table) = @_;

	return "'" . $table =~ s/'/''/gr . "'";
}

sub seed
{
	my ($table, $rows) = @_;

	return 'SELECT perfcheck_seed(' . "$rows, " . quoted($table) . ", $starts);";
}

# Seeds a canonical table t that was altered, or another one that was made;
# checks that it holds exactly these rows, and is sound. The notices.
sub fits
{
	my ($name, $ddl, %other) = @_;
	my $rows = $other{rows} // 1000;
	my $table = $other{table} // 't';

	$probe->sql("DROP TABLE IF EXISTS t CASCADE;"
		  . ($other{made} ? '' : "SELECT perfcheck_create_events('t');")
		  . $ddl);
	my ($status, $out, $error) = $probe->attempt(
		seed($table, $rows)
		  . "SELECT other_values(" . quoted($table) . ", $rows)");
	is($out, "$rows\n0", "$name: exactly these rows") or diag($error);
	is( $probe->summary($table, %other),
		"$rows rows", "$name: sound")
	  unless $other{parted};
	return $error;
}

# The same for a table that does not fit: an error, and all as before.
sub fits_not
{
	my ($name, $ddl, $wanted, %other) = @_;

	$probe->sql("DROP TABLE IF EXISTS t CASCADE;"
		  . ($other{made} ? '' : "SELECT perfcheck_create_events('t');")
		  . $ddl);
	my $before = $probe->fingerprint('t');
	my ($status, undef, $error) =
	  $probe->attempt(($other{settings} // '') . seed('t', 1000));
	is($status, 3, "$name: fails");
	like($error, $wanted, "$name: the error");
	is($probe->fingerprint('t'), $before, "$name: all as before");
}

sub facts
{
	my ($name, @pairs) = @_;

	while (my ($sql, $wanted) = splice @pairs, 0, 2)
	{
		is($probe->sql("SELECT $sql FROM t"), $wanted,
			"$name: " . $sql =~ s/\s+/ /gr);
	}
}

# ---- columns and types --------------------------------------------------------

sub columns_in_any_order
{
	my $name = 'columns in another order';
	my $notice = fits(
		$name, q{CREATE TABLE t (gone int, updated_at timestamptz NOT NULL,
			extra int, created_at timestamptz NOT NULL, weekday int
			GENERATED ALWAYS AS (extract(isodow FROM date AT TIME ZONE 'UTC'))
			STORED, source_platform text NOT NULL, source_id text NOT NULL,
			price text, ticket_sources jsonb NOT NULL, genre text NOT NULL,
			"time" text, "Größe" text NOT NULL DEFAULT 'klein',
			date timestamptz NOT NULL, venue text NOT NULL,
			artist text NOT NULL, name text NOT NULL, id uuid PRIMARY KEY,
			number bigint GENERATED ALWAYS AS IDENTITY, again serial,
			UNIQUE (venue, date));
		ALTER TABLE t DROP COLUMN gone;
		CREATE INDEX ON t (weekday);
		CREATE INDEX ON t (lower(name)) INCLUDE (id) WHERE price IS NOT NULL;
		CREATE INDEX ON t USING hash (venue);
		CREATE INDEX ON t USING brin (date);
		CREATE INDEX ON t USING gin (ticket_sources);
		CREATE INDEX ON t USING gin (name gin_trgm_ops);
		CREATE UNIQUE INDEX ON t (number)},
		made => 1, indexes => 9, searched => '{name}');

	like($notice, qr/NOTICE: .*aside/, "$name: indexes were set aside");
	facts(
		$name,
		'count(extra)' => 0,
		'count(*) FILTER (WHERE weekday <>
			extract(isodow FROM date AT TIME ZONE \'UTC\'))' => 0,
		q{string_agg(DISTINCT "Größe", ',')} => 'klein',
		'min(number), max(number), count(DISTINCT number)' => '1|1000|1000',
		'min(again), max(again), count(DISTINCT again)' => '1|1000|1000');
	is( $probe->sql("SET enable_seqscan = off; SET enable_bitmapscan = on;
		SELECT count(*) FROM t WHERE venue = 'Nalen';
		SELECT count(*) FROM t WHERE date < '2027-02-01 00:00Z';
		SELECT count(*) FROM t
			WHERE ticket_sources @> '[{\"platform\": \"dice\"}]'"),
		$probe->sql("SET enable_indexscan = off; SET enable_bitmapscan = off;
		SELECT count(*) FROM t WHERE venue = 'Nalen';
		SELECT count(*) FROM t WHERE date < '2027-02-01 00:00Z';
		SELECT count(*) FROM t
			WHERE ticket_sources @> '[{\"platform\": \"dice\"}]'"),
		"$name: hash, BRIN and GIN answer as the table does");
}

sub domain_types
{
	$probe->sql('CREATE DOMAIN word AS text CHECK (length(VALUE) < 200);
		CREATE DOMAIN sentence AS word NOT NULL;
		CREATE DOMAIN key AS uuid;
		CREATE DOMAIN moment AS timestamptz;
		CREATE DOMAIN sources AS jsonb CHECK (jsonb_typeof(VALUE) = $$array$$);
		CREATE DOMAIN digits AS text CHECK (VALUE ~ $$^[0-9]$$)');
	my $table = $columns =~ s/\btext NOT NULL/sentence/gr
	  =~ s/\btext\b/word/gr =~ s/uuid/key/r =~ s/timestamptz/moment/gr
	  =~ s/jsonb/sources/r;
	fits('domains', "CREATE TABLE t ($table, UNIQUE (venue, date));
		CREATE INDEX ON t USING gin (artist gin_trgm_ops)",
		made => 1, indexes => 3, searched => '{artist}');
	fits_not('a domain that refuses a value',
		"CREATE TABLE t ($columns);
		ALTER TABLE t ALTER source_id TYPE digits",
		qr/value for domain digits violates check constraint/, made => 1);
}

sub older_shape
{
	my $older = 'ALTER TABLE t DROP COLUMN ticket_sources,
		ADD COLUMN ticket_url';

	fits('ticket_url', "$older text NOT NULL");
	is( $probe->sql("SELECT count(*) FROM t JOIN perfcheck_events(0, 1000,
			$starts) e USING (id)
		WHERE ticket_url IS DISTINCT FROM e.ticket_sources->0->>'url'
		OR ticket_url !~ '^https://[-a-z]+\\.example/e/[0-9a-f]+\$'"),
		0,
		'ticket_url: the first link');
	fits_not('ticket_url of another type', "$older int NOT NULL",
		qr/column "ticket_url" of table "t" is of type integer, not text/);
	fits('both ticket_url and ticket_sources',
		'ALTER TABLE t ADD COLUMN ticket_url text');
}

# ---- triggers and rules -----------------------------------------------------------

sub triggers
{
	my $name = 'triggers';
	$probe->sql(q{CREATE TABLE fired (kind text, n bigint);
		CREATE FUNCTION count_row() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN INSERT INTO fired VALUES (TG_WHEN || TG_LEVEL, 1);
		RETURN new; END';
		CREATE FUNCTION count_table() RETURNS trigger LANGUAGE plpgsql AS
		$$BEGIN INSERT INTO fired
		SELECT TG_WHEN || TG_LEVEL, count(*) FROM added; RETURN NULL; END$$});
	my $notice = fits(
		$name,
		join '',
		'CREATE TRIGGER a AFTER INSERT ON t REFERENCING NEW TABLE AS added
			FOR EACH STATEMENT EXECUTE FUNCTION count_table();',
		map("CREATE TRIGGER t$_->[0]$_->[1] $_->[0] INSERT ON t
			FOR EACH $_->[1] EXECUTE FUNCTION count_row();",
			[ BEFORE => 'ROW' ],
			[ AFTER => 'ROW' ],
			[ BEFORE => 'STATEMENT' ]));

	like($notice, qr/NOTICE: .*in place/, "$name: indexes stay in place");
	is( $probe->sql("SELECT kind, sum(n) FROM fired
		WHERE kind <> 'BEFORESTATEMENT' GROUP BY kind ORDER BY kind"),
		"AFTERROW|1000\nAFTERSTATEMENT|1000\nBEFOREROW|1000",
		"$name: fire for each row");
	is( $probe->sql("SELECT count(*) FILTER (WHERE kind = 'BEFORESTATEMENT')
		= count(*) FILTER (WHERE kind = 'AFTERSTATEMENT') FROM fired"),
		't', "$name: as often before as after");

	$probe->sql("CREATE FUNCTION lower_name() RETURNS trigger LANGUAGE plpgsql
		AS 'BEGIN new.note := lower(new.name); RETURN new; END'");
	$name = 'a trigger that changes rows';
	fits($name, 'ALTER TABLE t ADD note text NOT NULL DEFAULT $$none$$;
		CREATE TRIGGER l BEFORE INSERT ON t FOR EACH ROW
		EXECUTE FUNCTION lower_name()');
	facts($name, 'count(*) FILTER (WHERE note <> lower(name))' => 0);

	$name = 'a disabled trigger';
	$probe->sql('TRUNCATE fired');
	fits($name, 'CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW
		EXECUTE FUNCTION count_row(); ALTER TABLE t DISABLE TRIGGER r');
	is($probe->sql('SELECT count(*) FROM fired'), 0, "$name: stays silent");
	fits_not('a trigger that leaves rows out',
		"CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql
		AS 'BEGIN RETURN NULL; END';
		CREATE TRIGGER o BEFORE INSERT ON t FOR EACH ROW
		WHEN (new.venue = 'Nalen') EXECUTE FUNCTION leave_out()",
		qr/only \d+ of \d+ rows were inserted into the table/);
	fits_not('a trigger that leaves all rows out, with rows',
		seed('t', 100) . 'CREATE TRIGGER o BEFORE INSERT ON t FOR EACH ROW
		EXECUTE FUNCTION leave_out()',
		qr/ERROR:  only 0 of \d+ rows were inserted into the table/,
		settings => "SET statement_timeout = '10s';");
}

sub rules
{
	my $name = 'a rule that does more';

	$probe->sql('CREATE TABLE heard (id uuid); CREATE TABLE other (LIKE t)');
	fits($name, 'CREATE RULE r AS ON INSERT TO t
		DO ALSO INSERT INTO heard VALUES (new.id)');
	is($probe->sql('SELECT count(*), count(DISTINCT id) FROM heard'),
		'1000|1000', "$name: does it for each row");
	foreach my $case (
		[ 'does nothing' => 'NOTHING' ],
		[ 'goes elsewhere' => 'INSERT INTO other VALUES (new.*)' ])
	{
		fits_not("a rule that $case->[0]",
			"CREATE RULE r AS ON INSERT TO t DO INSTEAD $case->[1]",
			qr/ERROR:  table "t" has a rule that replaces INSERT/);
		is($probe->sql('SELECT count(*) FROM other'),
			0, "a rule that $case->[0]: no rows elsewhere either");
	}
	# Where places may be taken, rows that are left out are no error at first.
	fits_not('a rule that does nothing, with rows',
		seed('t', 100) . 'CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING',
		qr/ERROR:  table "t" has a rule that replaces INSERT/,
		settings => "SET statement_timeout = '10s';");
	$probe->sql('DROP TABLE heard, other CASCADE');
}

# A read-only transaction is one that must not write, whatever the way.
sub read_only
{
	fits_not('a read-only transaction', '',
		qr/cannot execute \w+ in a read-only transaction/,
		settings => 'BEGIN READ ONLY;');
	$probe->sql('DROP TABLE t');
	fits_not('a read-only transaction, new table', '',
		qr/cannot execute CREATE TABLE in a read-only transaction/,
		settings => 'BEGIN READ ONLY;', made => 1);
}

# ---- rights ------------------------------------------------------------------------

sub row_security
{
	my $forced = 'ALTER TABLE t ENABLE ROW LEVEL SECURITY,
		FORCE ROW LEVEL SECURITY; ALTER TABLE t OWNER TO owner;';
	my $all = 'CREATE POLICY reads ON t FOR SELECT TO owner USING (true);';
	my @as_owner = (settings => 'SET ROLE owner;');
	my $name = 'row security';

	$probe->sql(q{CREATE ROLE owner; GRANT ALL ON SCHEMA public TO owner;
		DROP TABLE IF EXISTS t; SELECT perfcheck_create_events('t');}
		  . $forced . $all . "CREATE POLICY adds ON t FOR INSERT TO owner
		WITH CHECK (venue <> 'Globen')");
	my ($status, $out, $error) =
	  $probe->attempt('SET ROLE owner;' . seed('t', 1000) . seed('t', 500));
	is($out, "1000\n500", "$name: a policy that lets all rows in")
	  or diag($error);
	is($probe->summary('t'), '1500 rows', "$name: sound");
	fits_not('a policy that refuses rows',
		$forced . $all . "CREATE POLICY adds ON t FOR INSERT TO owner
		WITH CHECK (venue <> 'Nalen')",
		qr/new row violates row-level security policy for table "t"/,
		@as_owner);
	fits_not('no policy', $forced,
		qr/new row violates row-level security policy for table "t"/,
		@as_owner);
	# Places of rows that the role does not see cannot be left out.
	fits_not('a policy that hides rows',
		seed('t', 1000) . $forced . 'CREATE POLICY reads ON t FOR SELECT
		TO owner USING (false); CREATE POLICY adds ON t FOR INSERT
		TO owner WITH CHECK (true)',
		qr/ERROR: .*(duplicate key value|row-level security)/, @as_owner);
}

sub another_role
{
	my $name = 'a role that is not the owner';

	$probe->sql("CREATE ROLE guest; DROP TABLE IF EXISTS t;
		SELECT perfcheck_create_events('t');
		GRANT SELECT, INSERT ON t TO guest");
	my $before = $probe->fingerprint('t') =~ s/.*\n//r;
	my ($status, $out, $error) =
	  $probe->attempt('SET ROLE guest;' . seed('t', 1000));
	is($out, 1000, "$name: seeds") or diag($error);
	like($error, qr/NOTICE: .*in place/, "$name: indexes stay in place");
	is($probe->summary('t'), '1000 rows', "$name: sound");
	is($probe->fingerprint('t') =~ s/.*\n//r,
		$before, "$name: indexes are as before");
	fits_not('a role that may not insert', 'GRANT SELECT ON t TO guest',
		qr/permission denied for table t/, settings => 'SET ROLE guest;');
	fits_not('a role that may not read', 'GRANT INSERT ON t TO guest',
		qr/permission denied for table t/, settings => 'SET ROLE guest;');
	fits_not('a role that may do nothing', '',
		qr/permission denied for table t/, settings => 'SET ROLE guest;');

	# Someone without rights must not queue up for a lock before others.
	$name = 'a role that may do nothing to a table in use';
	my $user = $probe->hold('BEGIN; DELETE FROM t;');
	($status, undef, $error) = $probe->attempt(
		'SET lock_timeout = 100; SET ROLE guest;' . seed('t', 10));
	$probe->release($user);
	like($error, qr/permission denied for table t/,
		"$name: does not wait for it");
	$probe->sql('DROP TABLE t; DROP OWNED BY owner, guest;
		DROP ROLE owner, guest');
}

# ---- kinds of tables ----------------------------------------------------------------

my $parted = 'CREATE TABLE t (' . $columns =~ s/ PRIMARY KEY//r
  . ', PRIMARY KEY (id, date), UNIQUE (venue, date)) PARTITION BY RANGE (date);
	CREATE INDEX ON t (genre);
	CREATE INDEX ON t USING gin (artist gin_trgm_ops);
	CREATE INDEX ON t USING gin (name gin_trgm_ops);
	CREATE TABLE t_spring PARTITION OF t FOR VALUES
		FROM (\'2027-01-01 00:00Z\') TO (\'2027-06-01 00:00Z\');
	CREATE TABLE t_summer PARTITION OF t FOR VALUES
		FROM (\'2027-06-01 00:00Z\') TO (\'2027-09-01 00:00Z\');';

sub partitioned
{
	my $name = 'partitioned';
	my $notice = fits($name, "$parted CREATE TABLE t_rest PARTITION OF t DEFAULT",
		made => 1, parted => 1);
	my @parts = map { $probe->summary($_, indexes => 5) }
	  qw(t_spring t_summer t_rest);

	like($notice, qr/NOTICE: .*in place/, "$name: indexes stay in place");
	is( join("\n", @parts),
		$probe->sql("SELECT count(*) || ' rows' FROM t GROUP BY
			date >= '2027-06-01 00:00Z', date >= '2027-09-01 00:00Z'
			ORDER BY min(date)"),
		"$name: each row is where it belongs, and all are sound");
	is(scalar(grep { /^[1-9]\d* rows$/ } @parts),
		3, "$name: there are some in each");
	is($probe->sql(seed('t', 500) . 'SELECT count(*) FROM t'),
		"500\n1500", "$name: seeds again");

	$name = 'no partition for a row';
	fits_not($name, $parted,
		qr/no partition of relation "t" found for row/, made => 1);
	is($probe->sql('SELECT count(*) FROM t'), 0, "$name: no rows");

	$name = 'a partition itself';
	$probe->sql("DROP TABLE t; $parted");
	my ($status, $out, $error) = $probe->attempt("SELECT perfcheck_seed(1000,
		't_spring', $starts, horizon => '5 months')");
	is($out, 1000, "$name: seeds") or diag($error);
	is($probe->summary('t_spring', indexes => 5),
		'1000 rows', "$name: sound");
	is($probe->sql("SELECT count(*) FROM pg_index i
		JOIN pg_class c ON c.oid = i.indrelid
		WHERE c.relname ~ '^t(_|\$)' AND NOT (indisvalid AND indisready)"),
		0, "$name: no index is invalid, nor that of the parent");
	my $before = $probe->fingerprint('t_summer');
	($status, $out, $error) = $probe->attempt(seed('t_summer', 1000));
	like($error, qr/new row for relation "t_summer" violates partition/,
		"$name: which is not for all rows");
	is($probe->fingerprint('t_summer'), $before, "$name: all as before");
}

sub kinds_of_tables
{
	fits('unlogged', 'ALTER TABLE t SET UNLOGGED');
	is($probe->sql("SELECT relpersistence FROM pg_class
		WHERE oid = 't'::regclass"), 'u', 'unlogged: still is');

	foreach my $case (
		[ 'temporary' => 't', 'CREATE TEMP TABLE t (LIKE model
			INCLUDING ALL);' ],
		[ 'temporary and new' => 'pg_temp.t', '' ],
		[ 'temporary, for a transaction' => 't', 'BEGIN;
			CREATE TEMP TABLE t (LIKE model INCLUDING ALL)
			ON COMMIT DELETE ROWS;' ])
	{
		my ($name, $table, $ddl) = @$case;
		$probe->sql("DROP TABLE IF EXISTS t, model;
			SELECT perfcheck_create_events('model')");
		my ($status, $out, $error) = $probe->attempt(
			$ddl . seed($table, 1000) . 'SELECT other_values($$t$$, 1000);
			SELECT relpersistence FROM pg_class WHERE oid = $$t$$::regclass;
			SELECT ' . $probe->summary_of('t'));
		is($out, "1000\n0\nt\n1000 rows", "$name: exactly these rows, sound")
		  or diag($error);
		is($probe->sql("SELECT to_regclass('t')"), '', "$name: is gone");
	}

	$probe->sql('CREATE TABLE t (LIKE model INCLUDING ALL);
		CREATE TABLE child () INHERITS (t);
		INSERT INTO child SELECT * FROM perfcheck_events(0, 7);' . seed('t', 1000));
	is($probe->sql('SELECT count(*) FROM ONLY t'), 1000,
		'with a child: the rows are in the parent');
	is($probe->summary('t'), '1000 rows', 'with a child: sound');
	is($probe->sql('SELECT count(*) FROM child'), 7, 'with a child: it keeps its');
	$probe->sql('DROP TABLE t CASCADE; DROP TABLE model');
}

sub names
{
	$probe->sql('CREATE SCHEMA "My.Schema"; CREATE SCHEMA plain');
	foreach my $table (
		'"Events"', 'plain.events', '"My.Schema"."Big Events"',
		q{"My.Schema"."it's ""quoted"""}, '"select"', 'Mixed',
		'"My.Schema"."' . ('long' x 15) . '"')
	{
		my (undef, $out, $error) = $probe->attempt(
			seed($table, 300) . seed($table, 2000)
			  . "TRUNCATE $table;" . seed($table, 400));
		is($out, "300\n2000\n400",
			"a table named $table: new, with rows, and empty")
		  or diag($error);
		is( $probe->sql('SELECT other_values(' . quoted($table) . ', 400)'),
			0, "a table named $table: exactly these rows");
		is( $probe->sql("SELECT probe.summary(" . quoted($table)
				  . ", 8, '{artist,name}')"),
			'400 rows', "a table named $table: sound");
	}
	is( $probe->sql(q{SELECT string_agg(oid::regclass::text, ' '
			ORDER BY relname COLLATE "C") FROM pg_class
		WHERE relname IN ('mixed', 'Mixed')}),
		'mixed', 'a name that is not quoted is in lower case');
	$probe->sql('DROP SCHEMA "My.Schema", plain CASCADE;
		DROP TABLE "Events", "select", mixed');
}

# ---- constraints and indexes -----------------------------------------------------------

sub constraints
{
	my $name = 'a foreign key to itself';
	my $notice = fits($name,
		'ALTER TABLE t ADD moved_from uuid REFERENCES t');
	like($notice, qr/NOTICE: .*in place/, "$name: indexes stay in place");

	$name = 'a foreign key with a default';
	my $city = 'DROP TABLE IF EXISTS city;
		CREATE TABLE city (n int PRIMARY KEY); %s
		ALTER TABLE t ADD city int NOT NULL DEFAULT 7 REFERENCES city';
	fits($name, sprintf($city, 'INSERT INTO city VALUES (7);'));
	facts($name, 'count(*) FILTER (WHERE city = 7)' => 1000);
	fits_not('a foreign key that a default violates', sprintf($city, ''),
		qr/violates foreign key constraint "t_city_fkey"/);

	$name = 'a foreign key from another table';
	fits($name, 'CREATE TABLE seat (event uuid REFERENCES t, n int)');
	my ($status, undef, $error) =
	  $probe->attempt('INSERT INTO seat SELECT id, 1 FROM t;
		INSERT INTO seat VALUES (gen_random_uuid(), 1)');
	like($error, qr/violates foreign key constraint "seat_event_fkey"/,
		"$name: still holds");
	is($probe->sql('SELECT count(*) FROM seat'), 1000, "$name: for all rows");
	$probe->sql('DROP TABLE seat');

	fits('an exclusion constraint',
		'ALTER TABLE t ADD EXCLUDE USING btree (venue WITH =, date WITH =)',
		indexes => 9);
	fits('an exclusion constraint of ranges', q{ALTER TABLE t
		ADD EXCLUDE USING gist (tstzrange(date, date, '[]') WITH &&)
		WHERE (venue = 'Nalen')}, indexes => 9);
	fits_not('an exclusion constraint that is violated',
		'ALTER TABLE t ADD EXCLUDE USING btree (date WITH =)',
		qr/ERROR: .*exclusion constraint/);
	fits_not('a unique constraint that is violated',
		'ALTER TABLE t ADD UNIQUE (genre)',
		qr/ERROR: .*(unique index|unique constraint) "t_genre_key"/);
	fits_not('a check constraint that is violated',
		'ALTER TABLE t ADD CHECK (price <> $$120 SEK$$)',
		qr/violates check constraint "t_price_check"/);

	$name = 'a deferrable unique constraint';
	fits($name, 'DROP INDEX t_venue_date_idx; ALTER TABLE t
		ADD UNIQUE (venue, date) DEFERRABLE INITIALLY DEFERRED');
	is($probe->sql(seed('t', 600) . 'SELECT ' . $probe->summary_of('t')),
		"600\n1600 rows", "$name: seeds again");
	($status, undef, $error) = $probe->attempt(q{INSERT INTO t
		SELECT gen_random_uuid(), name, artist, venue, date, time, genre,
			ticket_sources, price, source_id, source_platform
		FROM t LIMIT 1});
	like($error, qr/duplicate key value/, "$name: still holds");
}

sub invalid_indexes
{
	my $name = 'an index that is not valid';
	$probe->sql(q{DROP TABLE IF EXISTS t; SELECT perfcheck_create_events('t');}
		  . seed('t', 100));
	my ($status, undef, $error) =
	  $probe->attempt('CREATE UNIQUE INDEX CONCURRENTLY failed ON t (genre)');
	like($error, qr/could not create unique index/, "$name: made so");
	$probe->sql(q{CREATE INDEX half ON t (price);
		UPDATE pg_index SET indisvalid = false
		WHERE indexrelid = 'half'::regclass;
		DELETE FROM t});
	my $flags = q{SELECT indexrelid, indisvalid, indisready FROM pg_index
		WHERE indexrelid::regclass::text IN ('failed', 'half')
		ORDER BY indexrelid};
	my $before = $probe->sql($flags);
	my $out;
	($status, $out, $error) = $probe->attempt(
		seed('t', 1000) . 'SELECT other_values($$t$$, 1000)');
	is($out, "1000\n0", "$name: exactly these rows") or diag($error);
	like($error, qr/NOTICE: .*in place/, "$name: indexes stay in place");
	is($probe->sql($flags), $before, "$name: left as it was");
	$probe->sql(q{DROP INDEX failed; REINDEX INDEX half});
	is($probe->summary('t', indexes => 9), '1000 rows', "$name: sound");
}

# All that hangs on an index is there afterwards, under the same OID.
sub what_hangs_on_indexes
{
	my $name = 'indexes with all that hangs on them';
	$probe->sql(q{DROP TABLE IF EXISTS t; SELECT perfcheck_create_events('t');
		CREATE INDEX expression ON t (lower(name), upper(genre))
			WITH (fillfactor = 70);
		ALTER INDEX expression ALTER COLUMN 2 SET STATISTICS 7;
		COMMENT ON INDEX expression IS 'a comment';
		COMMENT ON INDEX t_date_idx IS 'by day';
		COMMENT ON CONSTRAINT t_pkey ON t IS 'the key';
		ALTER TABLE t REPLICA IDENTITY USING INDEX t_venue_date_idx;
		ALTER TABLE t CLUSTER ON t_date_idx});
	my $facts = q{SELECT i.indexrelid, c.relname, i.indisvalid, i.indisready,
			i.indisclustered, i.indisreplident, c.reloptions, c.relowner,
			obj_description(c.oid), obj_description(o.oid), a.attnum,
			a.attstattarget
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		LEFT JOIN pg_constraint o ON o.conindid = c.oid
		JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE i.indrelid = 't'::regclass ORDER BY 1, a.attnum;
		SELECT relreplident FROM pg_class WHERE oid = 't'::regclass};
	my $before = $probe->sql($facts);
	my ($status, undef, $error) = $probe->attempt(seed('t', 1000));

	is($status, 0, "$name: seeds") or diag($error);
	like($error, qr/NOTICE: .*aside/, "$name: they were set aside");
	is($probe->sql($facts), $before, "$name: all as before");
	is($probe->summary('t', indexes => 9), '1000 rows', "$name: sound");
	is( $probe->sql('SELECT stanumbers1 IS NOT NULL FROM pg_statistic
		WHERE starelid = $$expression$$::regclass AND staattnum = 1'),
		't', "$name: an expression is analyzed, too");
}

# ---- sizes and encodings ------------------------------------------------------------------

# 28,470 is what the evenings hold in whole hours.
sub sizes
{
	foreach my $rows (1, 2, 12, 13, 28_470, 28_471)
	{
		$probe->sql('DROP TABLE IF EXISTS t');
		is( $probe->sql(seed('t', $rows) . "SELECT other_values('t', $rows);
			SELECT count(*) FILTER (WHERE to_char(date, 'MI:SS') <> '00:00')
			FROM t"),
			"$rows\n0\n" . ($rows > 28_470 ? $rows - 28_470 : 0),
			"$rows rows: exactly these, on whole hours while they last");
		is($probe->summary('t'), "$rows rows", "$rows rows: sound");
	}
}

# A checksum of the rows in UTF-8, whatever the database's encoding is.
my $checksum = q{SELECT md5(string_agg(convert_to(concat_ws('|', id, name,
	artist, venue, extract(epoch FROM date), genre, ticket_sources, price),
	'UTF8'), '' ORDER BY id)) FROM t};

sub encodings
{
	$probe->sql('DROP TABLE IF EXISTS t;' . seed('t', 2000));
	my $wanted = $probe->sql($checksum);

	foreach my $encoding (qw(LATIN1 LATIN9 WIN1252))
	{
		$node->safe_psql('postgres', "CREATE DATABASE held TEMPLATE template0
			LOCALE 'C' ENCODING '$encoding'");
		my $held = SeedProbe->new($node, 'held');
		is($held->sql(seed('t', 2000)), 2000, "$encoding: seeds");
		is($held->sql($checksum), $wanted, "$encoding: the same rows");
		is( $held->sql("SELECT count(*) > 0 FROM t WHERE artist ~ '[åäö]'"),
			't', "$encoding: with å, ä and ö");
		is($held->summary('t'), '2000 rows', "$encoding: sound");
		$node->safe_psql('postgres', 'DROP DATABASE held');
	}
	# Bytes without a meaning: they are those of UTF-8.
	$node->safe_psql('postgres', q{CREATE DATABASE held TEMPLATE template0
		LOCALE 'C' ENCODING 'SQL_ASCII'});
	my $bytes = SeedProbe->new($node, 'held');
	is($bytes->sql(seed('t', 2000)), 2000, 'SQL_ASCII: seeds');
	is($bytes->sql($checksum =~ s/convert_to\((.*),\s*'UTF8'\)/($1)::bytea/sr),
		$wanted, 'SQL_ASCII: the same rows');
	foreach my $encoding (qw(WIN1251 KOI8R))
	{
		$node->safe_psql('postgres', "CREATE DATABASE lacking
			TEMPLATE template0 LOCALE 'C' ENCODING '$encoding'");
		$node->safe_psql('lacking', q{SET client_min_messages = warning;
			CREATE EXTENSION perfcheck CASCADE;
			SELECT perfcheck_create_events('there')});
		foreach my $table (qw(there absent))
		{
			my ($error) = ('');
			my $status = $node->psql('lacking', seed($table, 1),
				stderr => \$error, on_error_stop => 1);
			is($status, 3, "$encoding: fails, table $table");
			like($error, qr/encoding $encoding cannot hold the names/,
				"$encoding: the error, table $table");
		}
		is( $node->safe_psql('lacking', q{SELECT count(*) FROM there;
			SELECT to_regclass('absent')}),
			"0\n", "$encoding: nothing was done");
		$node->safe_psql('postgres', 'DROP DATABASE lacking');
	}
}

columns_in_any_order();
domain_types();
older_shape();
triggers();
rules();
read_only();
row_security();
another_role();
partitioned();
kinds_of_tables();
names();
constraints();
invalid_indexes();
what_hangs_on_indexes();
sizes();
encodings();
$node->stop;

done_testing();
