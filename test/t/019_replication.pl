# Logical replication: what perfcheck does on a publisher of all tables does not reach the
# stream unless it writes, what it writes stops no subscription, and on a subscriber it
# works while rows come. Hot standbys are in 017_faults.pl.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %node;
for my $name (qw(publisher subscriber))
{
	$node{$name} = PostgreSQL::Test::Cluster->new($name);
	$node{$name}->init(
		allows_streaming => 'logical',
		extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node{$name}->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nwal_retrieve_retry_interval = 100ms");
	$node{$name}->start;
}
my ($publisher, $subscriber) = @node{qw(publisher subscriber)};

my $schema = q{
CREATE TABLE people (id int PRIMARY KEY, email text);
CREATE TABLE named (code text NOT NULL, place int);
CREATE UNIQUE INDEX named_code ON named (code);
ALTER TABLE named REPLICA IDENTITY USING INDEX named_code;
CREATE TABLE keyless (a int, b text);
};

# The publication is there first: CREATE EXTENSION writes under it.
$publisher->safe_psql('postgres', "CREATE PUBLICATION everything FOR ALL TABLES; $schema" . q{
CREATE EXTENSION perfcheck CASCADE;
SELECT perfcheck_create_events();
UPDATE perfcheck_query SET enabled = false WHERE name <> 'page';
SELECT perfcheck_drop_query('venue');
INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 2000) AS i;
INSERT INTO named SELECT 'n' || i, i FROM generate_series(1, 100) AS i;
INSERT INTO keyless SELECT i, 'k' || i FROM generate_series(1, 100) AS i;
VACUUM ANALYZE;
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
});
$subscriber->safe_psql('postgres', "$schema CREATE EXTENSION perfcheck CASCADE; SELECT perfcheck_create_events();");

sub on_publisher { return $publisher->safe_psql('postgres', $_[0]); }
sub on_subscriber { return $subscriber->safe_psql('postgres', $_[0]); }

sub caught_up
{
	$publisher->wait_for_catchup('watch');
	return;
}

sub alike
{
	my ($sql, $what) = @_;
	caught_up();
	return is(on_subscriber($sql), on_publisher($sql), $what);
}

# ---- a contract comes as it would be restored --------------------------------

on_subscriber("CREATE SUBSCRIPTION watch CONNECTION '" . ($publisher->connstr . ' dbname=postgres') . "' PUBLICATION everything");
ok( $subscriber->poll_query_until('postgres', q{SELECT bool_and(srsubstate IN ('r', 's')) FROM pg_subscription_rel}),
	'every table comes, also those that both sides have rows of');
my $contract = q{SELECT string_agg(q::text, E'\n' ORDER BY name) FROM perfcheck_query AS q};
my $built_in = 'SELECT count(*), count(DISTINCT name) FROM perfcheck_built_in';
my $writers = 'SELECT query, role FROM perfcheck_writer ORDER BY 1, 2';
alike($contract, 'the contract');
alike('SELECT * FROM perfcheck_dropped', 'and what it lacks');
alike($built_in, 'built-in queries are there once');
alike($writers, 'it is known who wrote it');

on_publisher(q{
SELECT perfcheck_add_query('by_place', 'SELECT * FROM named WHERE place = $1', role => 'postgres');
SELECT perfcheck_add_case('by_place', 'one', '{7}');
SELECT perfcheck_set_values('by_email', 1, '{p7,p9}');
SELECT perfcheck_size('people', 5000000);
UPDATE perfcheck_query SET max_rows = 30 WHERE name = 'by_email';
});
alike($contract, 'a change of it');
alike($writers, 'and who made it');
alike("SELECT q::text FROM perfcheck_case AS q UNION ALL SELECT q::text FROM perfcheck_values AS q UNION ALL SELECT q::text FROM perfcheck_size AS q ORDER BY 1", 'values and sizes');
on_publisher(q{SELECT perfcheck_drop_query('by_place'); SELECT perfcheck_drop_query('genre')});
alike($contract, 'queries that are dropped');
alike('SELECT * FROM perfcheck_dropped ORDER BY 1', 'one of them built in');
alike($writers, 'nobody is left who wrote them');
on_publisher('SELECT perfcheck_reset_contract(); UPDATE perfcheck_query SET enabled = false');
on_publisher(q{SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1')});
alike($contract, 'the contract as it comes');

# A role has another number there, and is found by its name.
on_subscriber('CREATE ROLE another; CREATE ROLE dev');
on_publisher('CREATE ROLE dev; GRANT INSERT, UPDATE, DELETE ON perfcheck_query TO dev');
on_publisher(q{SET ROLE dev; INSERT INTO perfcheck_query (name, sql) VALUES ('of_dev', 'SELECT 1')});
caught_up();
is(on_subscriber(q{SELECT string_agg(role, ' ' ORDER BY role) FROM perfcheck_writer WHERE query = 'of_dev' AND role_oid = (SELECT oid FROM pg_roles WHERE rolname = role)}),
	'dev postgres', 'whoever wrote a query is kept in mind there, and who receives it');
on_publisher(q{DELETE FROM perfcheck_query WHERE name = 'of_dev'});
caught_up();
is(on_subscriber(q{SELECT count(*) FROM perfcheck_writer WHERE query = 'of_dev'}), '0', 'and forgotten with it');

# ---- judging is not in the stream --------------------------------------------

on_publisher(q{
CREATE TABLE ddl (tag text);
CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.ddl VALUES (tg_tag); END';
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note_ddl();
CREATE EVENT TRIGGER noted_drop ON sql_drop EXECUTE FUNCTION note_ddl();
SELECT pg_create_logical_replication_slot('stream', 'pgoutput');
});
my $changes = q{SELECT string_agg(kind, '') FROM (SELECT convert_from(substr(data, 1, 1), 'SQL_ASCII') AS kind
	FROM pg_logical_slot_get_binary_changes('stream', NULL, NULL, 'proto_version', '1', 'publication_names', 'everything')) AS s WHERE kind ~ '[IUDT]'};
my $fix = q{SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  (fix|proof):'};
my $proven = qr/fix: CREATE INDEX ON public.people USING btree \(email\)\n  proof: /;
like(on_publisher($fix), $proven, 'a fix is proven on a publisher');
on_publisher(q{
SELECT count(*) FROM perfcheck_plan();
SELECT count(*) FROM perfcheck_forecast();
SELECT count(*) FROM perfcheck_cases();
SELECT count(*) FROM perfcheck_time(NULL, 20, 1);
SELECT count(*) FROM perfcheck_indexes();
SELECT count(*) FROM perfcheck_explain('by_email');
SELECT count(*) FROM perfcheck_snapshot();
SELECT count(*) FROM perfcheck_reports('{tap,json,html}');
});
is(on_publisher($changes), '', 'nothing of it is in the stream');
is(on_publisher('SELECT count(*) FROM ddl'), '0', 'and no event trigger is fired');
on_publisher(q{BEGIN; SELECT count(*) FROM perfcheck_verify(); INSERT INTO people VALUES (0, 'new'); SELECT count(*) FROM perfcheck_verify(); COMMIT});
is(on_publisher($changes), 'I', 'of a transaction that writes, too, all but what it wrote itself');
on_publisher('DROP EVENT TRIGGER noted; DROP EVENT TRIGGER noted_drop; DROP TABLE ddl');
on_publisher(q{SELECT perfcheck_record_run('before', 'by_email', 20)});
alike('SELECT count(*) > 0, min(id), max(id) FROM perfcheck_result', 'a run that is kept is published');

# ---- rows that are made ------------------------------------------------------

# The same transaction ids have made rows of their own there.
on_publisher(q{SELECT count(*) FROM perfcheck_populate('{people,named}', 2100)});
alike('SELECT count(*), (SELECT count(*) FROM named) FROM people', 'rows that are made come');
is(on_publisher('SELECT count(*) > 0 FROM perfcheck_populated'), 't', 'it is noted which');
is(on_subscriber('SELECT count(*) FROM perfcheck_populated'), '0', 'where they were made alone');
is(on_subscriber('SELECT coalesce(sum(removed), 0) FROM perfcheck_unpopulate()'), '0', 'so that none is taken away elsewhere');
is(on_publisher('SELECT sum(removed) > 0 FROM perfcheck_unpopulate()'), 't', 'they are taken away again');
alike('SELECT count(*), (SELECT count(*) FROM named) FROM people', 'also there');

on_publisher(q{SELECT count(*) FROM perfcheck_populate('{keyless}', 150)});
like(($publisher->psql('postgres', q{SELECT * FROM perfcheck_unpopulate('{keyless}')}))[2], qr/does not have a replica identity/,
	'rows without a replica identity cannot be deleted');
on_publisher(q{ALTER TABLE keyless REPLICA IDENTITY FULL; SELECT count(*) FROM perfcheck_unpopulate('{keyless}')});
alike('SELECT count(*) FROM keyless', 'and can with one');

# Its indexes are set aside meanwhile, the replica identity among them.
on_publisher(q{
ALTER TABLE events REPLICA IDENTITY USING INDEX events_pkey;
SELECT perfcheck_seed(3000);
});
alike('SELECT count(*), md5(string_agg(e::text, $$ $$ ORDER BY id)) FROM events AS e', 'seeded events come');
is(on_publisher(q{SELECT relreplident, indisreplident, indisvalid FROM pg_class AS c JOIN pg_index AS i ON indrelid = c.oid WHERE c.oid = 'events'::regclass AND indisprimary}),
	'i|t|t', 'the replica identity is as before');
on_publisher('UPDATE events SET name = name || $$!$$ WHERE venue = (SELECT min(venue) FROM events)');
alike('SELECT count(*), md5(string_agg(e::text, $$ $$ ORDER BY id)) FROM events AS e', 'and serves');
on_publisher('SELECT perfcheck_unseed()');
alike('SELECT count(*) FROM events', 'they go again');

# ---- on the subscriber -------------------------------------------------------

on_subscriber('VACUUM ANALYZE');
like(on_subscriber($fix), $proven, 'a fix is proven on a subscriber');
my $writing = $publisher->background_psql('postgres');
$writing->query_until(qr/begun/, q{\echo begun
DO $$BEGIN FOR i IN 1 .. 300 LOOP UPDATE people SET email = email || 'x' WHERE id = i; COMMIT; END LOOP; END$$;
});
my $told = on_subscriber(q{SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^(not )?ok'});
like($told, qr/by_email/, 'it judges while rows come');
$writing->quit;
alike('SELECT md5(string_agg(p::text, $$ $$ ORDER BY id)) FROM people AS p', 'and they come');
is(on_subscriber('SELECT count(*) FROM pg_index WHERE NOT indisvalid'), '0', 'no index stays behind');

for my $name (sort keys %node)
{
	my $log = slurp_file($node{$name}->logfile);
	unlike($log, qr/duplicate key|logical replication target|has exited|TRAP|cache lookup failed/, "the log of the $name");
}
$subscriber->stop;
$publisher->stop;
done_testing();
