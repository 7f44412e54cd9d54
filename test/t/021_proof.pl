
# Trials of fixes beside other sessions: a lock that is not free at once is not
# waited for, writers are not held up, and a standby tries nothing.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('proof');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off");
$node->start;
$node->safe_psql(
	'postgres', q{
CREATE EXTENSION perfcheck CASCADE;
UPDATE perfcheck_query SET enabled = false;
CREATE TABLE people (id int PRIMARY KEY, email text);
INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 3000) AS i;
VACUUM ANALYZE people;
SELECT perfcheck_add_query('by_email', 'SELECT * FROM people WHERE email = $1');
});

my $advice =
  q{SELECT l FROM perfcheck_verify() AS v (l) WHERE l ~ '^  "?(cause|fix|proof|no proof)'};
my $cause = "  cause: no btree index is led by email\n";
my $fix = "CREATE INDEX ON public.people USING btree (email)\n";
my $proven = qr/^\Q$cause\E  fix: \Q$fix\E  proof: with it about \d+ rows are examined at \d+ rows$/;

sub not_proven
{
	my ($why) = @_;
	return "$cause  \"fix, not proven\": $fix  \"no proof\": $why";
}

like($node->safe_psql('postgres', $advice), $proven, 'proven when alone');

# A writer that has not committed: CREATE INDEX would wait for it.
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN');
$other->query_safe("INSERT INTO people VALUES (0, 'new')");
is( $node->safe_psql('postgres', "SET lock_timeout = '5s'; $advice"),
	not_proven('another session holds a lock on people'),
	'a writer is not waited for');
$other->query_safe('ROLLBACK');

# The row of pg_class is held alone: GRANT takes no lock on the table.
$other->query_safe('BEGIN');
$other->query_safe('GRANT SELECT ON people TO PUBLIC');
is( $node->safe_psql('postgres', "SET lock_timeout = '5s'; $advice"),
	not_proven('another session is changing people'),
	'nor is one that changes the catalog row');
$other->query_safe('ROLLBACK');
like($node->safe_psql('postgres', $advice), $proven, 'proven after both');

# In an open transaction: no lock of a trial is kept.
my $judge = $node->background_psql('postgres');
$judge->query_safe('BEGIN');
like($judge->query_safe($advice), $proven, 'proven in an open transaction');
$other->query_safe("SET lock_timeout = '5s'");
$other->query_safe("INSERT INTO people VALUES (-1, 'new')");
$other->query_safe('CREATE INDEX people_email ON people (email)');
$other->query_safe('DROP INDEX people_email');
pass('another session may write and create an index beside it');
$judge->query_safe('COMMIT');
$other->quit;
$judge->quit;

# A cancel during a trial is the caller's, and leaves nothing.
my $files = q{SELECT count(*) FROM pg_class WHERE relkind = 'i'};
my $before = $node->safe_psql('postgres', $files);
$node->safe_psql(
	'postgres', q{
CREATE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN
	IF pg_current_xact_id_if_assigned() IS NOT NULL THEN PERFORM pg_sleep(60); END IF;
	RETURN $1;
END$$;
UPDATE perfcheck_query SET sql = 'SELECT * FROM people WHERE slow(email) = $1' WHERE name = 'by_email';
SELECT perfcheck_add_case('by_email', 'one', ARRAY['p7']);
});
$judge = $node->background_psql('postgres', on_error_stop => 0);
$judge->query_until(qr/started/,
	"\\echo started\nSELECT count(*) FROM perfcheck_verify();\n");
$node->poll_query_until('postgres',
	q{SELECT count(*) = 1 FROM pg_stat_progress_create_index})
  or die 'the trial did not begin';
$node->safe_psql('postgres',
	q{SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index});
$judge->quit;
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_progress_create_index}),
	0, 'the trial is over');
is($node->safe_psql('postgres', $files), $before, 'no index stays');
$node->safe_psql('postgres',
	q{UPDATE perfcheck_query SET sql = 'SELECT * FROM people WHERE email = $1' WHERE name = 'by_email';
	  DELETE FROM perfcheck_case}
);

# A standby: judged, and not tried.
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('proof_standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $advice),
	not_proven('the server is a standby'), 'a standby tries nothing');
$standby->stop;
$node->stop;

done_testing();
