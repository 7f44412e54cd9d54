# Copyright (c) 2026, perfcheck contributors

# perfcheck-statistics.sql, run as users run it: by psql, against a database without the
# extension, in which nothing can be written, as a role that may read little. In each way
# of telling values the file holds what it may hold and nothing else; what it says is what
# perfcheck_take_statistics() finds in the same database.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('statistics');
$node->init(allows_streaming => 1, extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nrandom_page_cost = 1.5");
$node->start;

my $dir = PostgreSQL::Test::Utils::tempdir();
my $script = $node->config_data('--sharedir') . '/extension/perfcheck-statistics.sql';
ok(-f $script, 'make install puts the script beside the extension');

# --- a shop, with all that has to be told ----------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE production');
$node->safe_psql('production', <<'SQL');
	CREATE SCHEMA "Shop, old"; CREATE SCHEMA shop; SET search_path = shop;
	CREATE TYPE state AS ENUM ('new', 'paid', 'sent');
	CREATE DOMAIN short AS text CHECK (length(value) < 40);
	CREATE TABLE customer (id bigint PRIMARY KEY, name text, email short, initial char(1), flag boolean, born date,
		tags text[], doc jsonb, raw json, state state, ip inet, kind text CHECK (kind IN ('gold', 'tin')), uid uuid, span int4range, code char(9));
	INSERT INTO customer SELECT g, 'Anna-' || g % 400 || ' Berger', 'user' || g || '@secret.example', chr(65 + g % 12), g % 10 = 0,
		date '1970-01-01' + g % 9000, ARRAY['vip' || g % 9, 'Smithers'], jsonb_build_object('level', g % 5, 'owner', 'Waylon ' || g % 40),
		json_build_object('who', 'Waylon ' || g), (ARRAY['new', 'paid', 'sent'])[1 + g % 3]::state, '10.1.2.3'::inet + g % 400,
		CASE WHEN g % 5 = 0 THEN 'gold' ELSE 'tin' END, md5(g::text)::uuid, int4range(g % 50, g % 50 + 3), (ARRAY['AB', 'ABCDE', 'ABCDEFG', 'ABCDEFGHI', 'A'])[1 + g % 5]
	FROM generate_series(1, 4000) g;
	CREATE TABLE orders (id int PRIMARY KEY, customer_id bigint REFERENCES customer, note text, at timestamptz) PARTITION BY RANGE (id);
	CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (6000);
	CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (6000) TO (20000);
	INSERT INTO orders SELECT g, 1 + (g % 100) * (g % 100) / 4, CASE WHEN g % 2 = 0 THEN 'for Smithers' END, '2027-01-01 00:00Z'::timestamptz + g * interval '1 minute'
	FROM generate_series(1, 10000) g;
	CREATE INDEX ON orders (customer_id);
	CREATE INDEX customer_smithers ON customer (email) WHERE name = 'Anna-7 Berger';
	CREATE STATISTICS customer_flag (ndistinct, dependencies, mcv) ON initial, flag FROM customer;
	CREATE TABLE hidden (id int PRIMARY KEY, owner bigint REFERENCES customer, secret text);
	INSERT INTO hidden SELECT g, 1 + g % 7, 'classified' FROM generate_series(1, 500) g;
	CREATE TABLE guarded (id int, owner bigint REFERENCES customer, word text);
	INSERT INTO guarded SELECT g, 1 + g % 5, 'guarded' FROM generate_series(1, 500) g;
	ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON guarded USING (id < 3);
	CREATE TABLE "Shop, old"."Item ""x""" (id int, "a b" text);
	CREATE SCHEMA "a@keep@b"; CREATE TABLE "a@keep@b"."c@mode@d" AS SELECT g % 2 AS "@salt@" FROM generate_series(1, 50) g;
	INSERT INTO "Shop, old"."Item ""x""" SELECT g, 'it''s ' || g % 3 FROM generate_series(1, 100) g;
	ANALYZE;
	CREATE ROLE reader LOGIN;
	GRANT USAGE ON SCHEMA shop TO reader;
	GRANT SELECT ON customer, orders, orders_1, orders_2, guarded TO reader;
	ALTER ROLE reader SET default_transaction_read_only = on;
	ALTER ROLE reader SET DateStyle = 'German';
	ALTER ROLE reader SET TimeZone = 'Asia/Tokyo';
	ALTER ROLE reader SET search_path = nowhere;
SQL

# Runs the script and returns its status, what it wrote and what it said.
sub statistics
{
	my (@options) = @_;
	my ($out, $err);

	IPC::Run::run([ 'psql', '-X', '-d', $node->connstr('production'), '-f', $script, @options ], '>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

sub lines_of
{
	my ($out, $pattern) = @_;

	return grep { /$pattern/ } split /\n/, $out;
}

my @reader = ('-U', 'reader', '-v', 'schemas=shop', '-v', 'salt=of the test');
my %file;
for my $values (qw(plain hashed none))
{
	my ($status, $out, $err) = statistics(@reader, '-v', "values=$values");

	is("$status $err", '0 ', "$values: a role that cannot write takes the statistics");
	like($out, qr/\A-- perfcheck statistics of production\n-- values: $values\. /, '... and the file says at its top which values');
	like($out, qr/\n\{"what":"end"\}\n\z/, '... and that it is whole');
	is(scalar(grep { !/^(--|\{)/ } split /\n/, $out), 0, '... and has nothing but comments and objects');
	unlike($out, qr/classified|"word".*common_values|guarded",.*"fan_out"/, '... and nothing that the role may not read');
	$file{$values} = $out;
}

my ($default) = (statistics(@reader))[1];
like($default, qr/^-- values: hashed/m, 'hashed is the default');
is(join("\n", grep { !/taken_at/ } split /\n/, $default), join("\n", grep { !/taken_at/ } split /\n/, $file{hashed}),
	'... and with a salt the file is the same each time');
isnt((statistics('-U', 'reader', '-v', 'schemas=shop'))[1], (statistics('-U', 'reader', '-v', 'schemas=shop'))[1], '... and without one another');

# --- what stands in them ------------------------------------------------------------

like($file{plain}, qr/Anna-7 Berger/, 'plain: values stand as they are');
like($file{plain}, qr/"attribute":"raw".*|"attribute":"raw"/, 'plain: a column of json');
like($file{plain}, qr/"what":"sample",.*"attribute":"raw".*Waylon/, '... has a sample');
like($file{plain}, qr/"settings":\{.*"random_page_cost":"1.5"/, 'settings that are not default');
like($file{plain}, qr/"name":"orders_1",.*"partition_of":"shop.orders"/, 'partitions');
like($file{plain}, qr/"name":"orders","kind":"p","rows":10000/, 'the size of a partitioned table is that of its parts');
like($file{plain}, qr/"what":"fan_out","schema":"shop","name":"orders",.*"with_children":99,.*"fan_out_from":"rows"/, 'children of parents');
for my $values (qw(hashed none))
{
	unlike($file{$values}, qr/Anna|Berger|secret\.example|Smithers|Waylon|vip[0-9]|10\.1\./, "$values: no text of a row, in the definition of an index neither");
}
unlike($file{none}, qr/"(common_values|bounds|common_elements|sample|range_bounds)"/, 'none: no value at all');
like($file{none}, qr/"attribute":"name",.*"n_distinct":400,"common_freqs"/, '... and the shapes of all');
like($file{hashed}, qr/"attribute":"born",.*"bounds":\["1970-01-/, 'hashed: a date stands');
like($file{hashed}, qr/"attribute":"state",.*"common_values":\["(new|paid|sent)"/, 'hashed: an enum stands');
like($file{hashed}, qr/"attribute":"kind",.*"common_values":\["tin","gold"\]/, 'hashed: what a CHECK lists stands');
like($file{hashed}, qr/"attribute":"doc",.*"sample":\["\{\\"level\\": 0, \\"owner\\": \\"[a-z]+\\"\}"/, 'hashed: JSON keeps its keys and numbers');
like((statistics(@reader, '-v', 'keep=customer.name'))[1], qr/"Anna-0 Berger"/, 'hashed: keep lets a column stand');

# --- loaded, and compared -------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE development');
$node->safe_psql('development', 'CREATE EXTENSION perfcheck CASCADE');
$node->safe_psql('production', 'CREATE SCHEMA check_of; CREATE EXTENSION perfcheck SCHEMA check_of CASCADE');

sub load
{
	my ($db, $schema, $name, $text) = @_;
	my $file = "$dir/$name.statistics";

	unlink $file;
	PostgreSQL::Test::Utils::append_to_file($file, $text);
	my ($out, $err);
	IPC::Run::run(
		[ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr($db), '-v', 'ON_ERROR_STOP=1' ],
		'<', \"\\set content `cat '$file'`\nSELECT * FROM $schema.perfcheck_load_statistics('$name', :'content');\n",
		'>', \$out, '2>', \$err);
	return "$out$err";
}

is(load('development', 'public', $_, $file{$_}), "6|33|3\n", "$_: loaded into another database") for qw(plain hashed none);
is(load('development', 'public', 'plain', $file{plain}), "6|33|3\n", 'loaded again, it replaces');

# Hashed words are as long as the values, in their order, and as frequent.
is( $node->safe_psql('development', q{
	WITH pair AS (
		SELECT c.attribute, v, w, l.v IS NOT NULL AS bound
		FROM perfcheck_statistics_column p JOIN perfcheck_statistics_column c USING (schema, name, attribute)
		CROSS JOIN LATERAL (
			SELECT * FROM unnest(p.common_values, c.common_values) UNION SELECT * FROM unnest(p.bounds, c.bounds)
			UNION SELECT * FROM unnest(p.common_elements, c.common_elements)) l(v, w)
		WHERE p.statistics = 'plain' AND c.statistics = 'hashed' AND c.attribute IN ('name', 'email', 'initial', 'tags', 'note', 'code')
			AND p.name IN ('customer', 'orders') AND (c.common_values IS NOT NULL OR c.bounds IS NOT NULL OR c.common_elements IS NOT NULL)
			AND NOT (c.attribute = 'tags' AND ascii(v) = 123))
	SELECT attribute, count(*) > 1 OR attribute = 'note', bool_and(length(v) = length(w) AND length(rtrim(v)) = length(rtrim(w))), bool_and(v <> w), count(DISTINCT v) = count(DISTINCT w),
		(SELECT string_agg(v, ',' ORDER BY v COLLATE "C") = string_agg(v, ',' ORDER BY w COLLATE "C") FROM pair q WHERE q.attribute = pair.attribute)
	FROM pair GROUP BY attribute ORDER BY attribute}),
	"code|t|t|t|t|t\nemail|t|t|t|t|t\ninitial|t|t|t|t|t\nname|t|t|t|t|t\nnote|t|t|t|t|t\ntags|t|t|t|t|t",
	'hashed words have the length, the order and the number of the values');
is( $node->safe_psql('development', q{
	SELECT count(*), count(*) FILTER (WHERE (p.common_freqs, p.null_frac, p.n_distinct, p.width, p.correlation) IS DISTINCT FROM
		(c.common_freqs, c.null_frac, c.n_distinct, c.width, c.correlation))
	FROM perfcheck_statistics_column p JOIN perfcheck_statistics_column c USING (schema, name, attribute)
	WHERE p.statistics = 'plain' AND c.statistics IN ('hashed', 'none')}),
	'66|0', 'shapes are the same in all ways');

# The owner's file, against what the extension takes in the same database.
my ($status, $out, $err) = statistics('-v', 'schemas=shop, Shop', '-v', 'values=plain');
is($status, 3, 'a schema that is not there is an error');
like($err, qr/schema "Shop" does not exist/, '... that names it');
($status, $out, $err) = statistics('-v', 'schemas=shop', '-v', 'values=plain');
is("$status $err", '0 ', 'the owner takes them too');
like($out, qr/"what":"extended",.*"object":"customer_flag","attributes":\["initial","flag"\],"ndistinct":\[\{"attributes":\["initial","flag"\]/, '... and sees extended statistics');
load('production', 'check_of', 'file', $out);
$node->safe_psql('production', q{SET search_path = shop; SELECT check_of.perfcheck_take_statistics('here')});
for my $table (qw(table column extended index key))
{
	is( $node->safe_psql('production', qq{
		SELECT count(*) > 0, count(*) FILTER (WHERE f.r IS DISTINCT FROM h.r)
		FROM (SELECT to_jsonb(x) - 'statistics' AS r FROM check_of.perfcheck_statistics_$table x WHERE statistics = 'file') f
		FULL JOIN (SELECT to_jsonb(x) - 'statistics' AS r FROM check_of.perfcheck_statistics_$table x WHERE statistics = 'here') h ON h.r = f.r}),
		't|0', "perfcheck_take_statistics() finds what the script finds: $table");
}
is($node->safe_psql('production', q{SELECT settings ->> 'random_page_cost' FROM check_of.perfcheck_statistics WHERE name = 'here'}),
	'1.5', '... and the settings');

# --- other orders -----------------------------------------------------------------------

# More single letters than there are words of one letter; and, where there is one, an order
# that is not that of the bytes.
my $icu = $node->safe_psql('production', q{SELECT count(*) FROM pg_collation WHERE collname = 'de-x-icu'});
my $collation = $icu ? 'de-x-icu' : 'C';
$node->safe_psql('production', qq{
	CREATE SCHEMA other;
	CREATE TABLE other.words (a text COLLATE "$collation", many text);
	INSERT INTO other.words SELECT (ARRAY['Äpfel', 'apfel', 'Zebra', 'zebra', 'öl', 'Oel', 'straße', 'strasse', 'a b', 'ab', 'a-b', 'Ab', 'é', 'e', 'Ce', 'ch'])[1 + g % 16]
		|| CASE WHEN g % 3 > 0 THEN (g % 7)::text ELSE '' END, chr(200 + g % 60) FROM generate_series(1, 3000) g;
	ANALYZE other.words});
for my $values (qw(plain hashed))
{
	load('development', 'public', "other $values", (statistics('-v', 'schemas=other', '-v', "values=$values"))[1]);
}
is( $node->safe_psql('development', qq{
	WITH pair AS (
		SELECT u.v, u.w FROM perfcheck_statistics_column p JOIN perfcheck_statistics_column c USING (schema, name, attribute)
		CROSS JOIN LATERAL unnest(p.common_values || p.bounds, c.common_values || c.bounds) u(v, w)
		WHERE p.statistics = 'other plain' AND c.statistics = 'other hashed' AND attribute = 'a')
	SELECT count(*) > 100, bool_and(length(v) = length(w)), string_agg(v, ',' ORDER BY v COLLATE "$collation") = string_agg(v, ',' ORDER BY w COLLATE "$collation")
	FROM pair}), 't|t|t', "hashed words are in the order of the values: $collation");
is( $node->safe_psql('development', q{SELECT common_values IS NULL, cardinality(common_freqs) FROM perfcheck_statistics_column WHERE statistics = 'other hashed' AND attribute = 'many'}),
	't|60', '... and left out where there are none');

# --- a standby ----------------------------------------------------------------------------

my $standby = PostgreSQL::Test::Cluster->new('statistics_standby');
$node->backup('copy');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay');
my $taken;
IPC::Run::run([ 'psql', '-X', '-d', $standby->connstr('production'), '-f', $script, @reader, '-v', 'values=plain' ], '>', \$taken);
my $of_standby = join "\n", grep { !/taken_at/ } split /\n/, $taken;
my $of_primary = join "\n", grep { !/taken_at/ } split /\n/, (statistics(@reader, '-v', 'values=plain'))[1];
is($of_standby, $of_primary, 'a standby tells the same');
$standby->stop;

# --- large tables are sampled; a deadline is kept -------------------------------------

($status, $out, $err) = statistics(@reader, '-v', 'pages=0');
my ($sampled) = lines_of($out, '"what":"fan_out".*"name":"orders"');
like($sampled // '', qr/"with_children":\d+,.*"fan_out_from":"sample"/, 'with an index the children of drawn parents are counted');
($status, $out, $err) = statistics(@reader, '-v', 'seconds=0', '-v', 'values=plain');
is("$status $err", '0 ', 'no rows are read');
unlike($out, qr/"what":"(sample|fan_out)"/, '... so the file has no samples');
like($out, qr/"what":"key",.*"name":"orders".*"with_children":\d+,"fan_out":\[.*"fan_out_from":"statistics"/, '... and children follow from the statistics');

# A table that is locked delays nothing for long, and the rest is told.
my $locker = $node->background_psql('production');
$locker->query_safe('BEGIN; LOCK TABLE shop.orders');
($status, $out, $err) = statistics(@reader);
like($out, qr/\n\{"what":"end"\}\n\z/, 'a locked table: the file is whole');
like($err, qr/lock timeout/, '... and it is told what was not read');
$locker->query_safe('ROLLBACK');
$locker->quit;

# --- what pg_dump wrote -------------------------------------------------------------------

# test/dumps holds what pg_dump --statistics-only of real servers wrote of tables.sql beside it.
# Here are the same rows, so the statistics must be the same. It is loaded where these tables
# are, and where none is.
$node->safe_psql('postgres', 'CREATE DATABASE dumped');
$node->safe_psql('dumped', PostgreSQL::Test::Utils::slurp_file('test/dumps/tables.sql'));
$node->safe_psql('dumped', q{
	CREATE EXTENSION perfcheck CASCADE;
	SELECT perfcheck_take_statistics('here', '{dumped}')});

# What differs between the statistics of one name and those that were taken here. A file of a
# server before 17 has nothing of ranges. Of UUIDs fewer bounds are kept, and what only rows and
# catalogs tell is not in a dump.
sub differing
{
	my ($table, $name, $column) = @_;
	my $left_out = "'{statistics,position,type,sample,definition}'::text[]";

	$left_out .= " || '{range_bounds,range_lengths,range_empty_frac}'::text[]" if $node->pg_version < 17;
	return $node->safe_psql('dumped', qq{
		SELECT count(*) > 0, string_agg(concat_ws('.', r ->> 'name', r ->> '$column'), ' ' ORDER BY r ->> 'name', r ->> '$column') FILTER (WHERE seen <> '{$name,here}')
		FROM (
			SELECT r, array_agg(s ORDER BY s = 'here') AS seen
			FROM (SELECT x.statistics AS s, jsonb_strip_nulls(to_jsonb(x) - ($left_out)) AS r
				FROM perfcheck_statistics_$table x WHERE x.statistics IN ('$name', 'here')) one
			WHERE '$table' <> 'column' OR r ? 'null_frac'
			GROUP BY r) both_of});
}

for my $version (18)
{
	my $name = "pg_dump_$version";
	my $text = PostgreSQL::Test::Utils::slurp_file("test/dumps/$name.sql");

	like($text, qr/^-- Dumped by pg_dump version $version/m, "$name: a file of that version");
	is(load('dumped', 'public', $name, $text), "13|65|0\n", '... is loaded');
	is(differing('table', $name, 'partition_of'), 't|', '... and tells of the tables what is here, and which are partitions');
	is(differing('column', $name, 'attribute'), 't|customer.uid customer.uid', '... of the columns');
	is(differing('index', $name, 'index'), 't|', '... of the indexes');
	is(differing('extended', $name, 'object'), 't|', '... and of columns together') if $version >= 19;
	is( $node->safe_psql('dumped', "SELECT asked, got FROM perfcheck_fidelity('$name') WHERE what = 'summary' OR NOT ok"),
		'65 columns and foreign keys|65 are as asked', '... so this database is as the file says');
	is( $node->safe_psql('dumped', "SELECT relation, rows, action FROM perfcheck_use_statistics('$name') WHERE relation ~ 'orders|customer|empty|unseen|Item' ORDER BY relation"),
		qq{dumped."Item's ""x"""|100|used\ndumped.customer|1000|used\ndumped.empty|1|used\ndumped.orders|2000|used\ndumped.unseen||size not told},
		'... and a partitioned table is judged at the rows of its partitions');

	# Made from nothing else, rows are as these were.
	$node->safe_psql('dumped', 'TRUNCATE dumped.customer, dumped.orders');
	is( $node->safe_psql('dumped', "SELECT relation, made, note FROM perfcheck_populate('{dumped.customer,dumped.orders}', statistics => '$name')"),
		"dumped.customer|1000|left to their default: area\ndumped.orders|2000|", '... rows are made from it');
	$node->safe_psql('dumped', 'SET default_statistics_target = 10; ANALYZE dumped.customer, dumped.orders');
	is( $node->safe_psql('dumped', qq{
			SELECT count(*) FROM perfcheck_fidelity('$name') WHERE NOT ok AND relation IN ('dumped.customer', 'dumped.orders')
				AND what IN ('name', 'initial', 'flag', 'born', 'a "b", \\c', 'price', 'pause', 'ip', 'state', 'tags', 'small', 'nothing', 'note', 'customer_id')}),
		'0', '... and have the values of the file');

	# Loaded before the tables were there, it holds the same numbers.
	is(load('development', 'public', $name, $text), "20|65|0\n", '... it is loaded where no such table is');
	is( $node->safe_psql('development', "SELECT DISTINCT action FROM perfcheck_use_statistics('$name')"), 'not here', '... and of no use there');
	$node->safe_psql('development', PostgreSQL::Test::Utils::slurp_file('test/dumps/tables.sql'));
	is( $node->safe_psql('development', "SELECT relation, rows, action FROM perfcheck_use_statistics('$name') WHERE relation ~ 'orders'"),
		'dumped.orders|2000|used', '... until they are there');
	$node->safe_psql('development', 'DROP SCHEMA dumped CASCADE');
	$node->safe_psql('dumped', 'DROP SCHEMA dumped CASCADE');
	$node->safe_psql('dumped', PostgreSQL::Test::Utils::slurp_file('test/dumps/tables.sql'));
}

# --- names, and errors ------------------------------------------------------------------

($status, $out, $err) = statistics('-v', 'values=plain', '-v', 'schemas=');
is("$status $err", '0 ', 'all schemas, of which one has a name to quote');
load('development', 'public', 'all', $out);
is( $node->safe_psql('development', q{SELECT schema, name, attribute, common_values FROM perfcheck_statistics_column WHERE schema = 'Shop, old' AND attribute = 'a b'}),
	q{Shop, old|Item "x"|a b|{"it's 1","it's 0","it's 2"}}, '... is told with all names');
is( $node->safe_psql('development', q{SELECT schema, name, attribute, common_values FROM perfcheck_statistics_column WHERE schema ~ '@'}),
	'a@keep@b|c@mode@d|@salt@|{0,1}', '... with marks of the script in them, too');
($status, $out, $err) = statistics('-v', 'values=hashed', '-v', 'keep=a@keep@b.c@mode@d.@salt@', '-v', 'salt=@marks@', '-v', 'schemas=a@keep@b');
is("$status $err", '0 ', '... as what is kept and hashed, too');
unlike($out, qr/perfcheck_query/, 'tables of extensions are left out');
($status, $out, $err) = statistics(@reader, '-v', 'values=some');
is($status, 3, 'unknown values are an error');
like($err, qr/values is some, and not plain, hashed or none/, '... that says which there are');

# Half a file is not taken for a whole one.
my $half = substr($file{plain}, 0, length($file{plain}) - 20);
like(load('development', 'public', 'half', $half), qr/the line that ends the file is missing|cannot be read/, 'a file that was cut is refused');
is($node->safe_psql('development', q{SELECT count(*) FROM perfcheck_statistics WHERE name = 'half'}), '0', '... and nothing is kept');

# --- rights -----------------------------------------------------------------------------

my ($ret, $stdout, $stderr) = $node->psql('development', 'SET ROLE reader; SELECT * FROM perfcheck_statistics_column');
like($stderr, qr/permission denied for table perfcheck_statistics_column/, 'values are not for everybody');
($ret, $stdout, $stderr) = $node->psql('development', 'SET ROLE reader; SELECT * FROM perfcheck_statistics_extended');
like($stderr, qr/permission denied for table perfcheck_statistics_extended/, '... those of combinations neither');

# --- a dump keeps them --------------------------------------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE restored');
PostgreSQL::Test::Utils::system_or_bail('pg_dump', '-Fc', '-f', "$dir/dump", $node->connstr('development'));
PostgreSQL::Test::Utils::system_or_bail('pg_restore', '-d', $node->connstr('restored'), "$dir/dump");
is($node->safe_psql('restored', 'SELECT count(*) FROM perfcheck_statistics_column'),
	$node->safe_psql('development', 'SELECT count(*) FROM perfcheck_statistics_column'), 'a restored database has the statistics');

$node->stop;
done_testing();
