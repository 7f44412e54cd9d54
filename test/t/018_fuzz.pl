# A few queries of make fuzz: what no query may cause, test/fuzz/README tells. The same seed
# makes the same queries.

use strict;
use warnings;

use FindBin;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('fuzz');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nlog_error_verbosity = verbose");
$node->start;

my $user = $node->safe_psql('postgres', 'SELECT current_user');
my $fuzz = IPC::Run::start(
	[ $^X, "$FindBin::Bin/../fuzz/fuzz.pl", '--host=' . $node->host, '--port=' . $node->port, "--user=$user",
		'--log=' . $node->logfile, '--rows=30', '--queries=25', '--seed=3' ],
	'>', \my $out, '2>', \my $error);
$fuzz->finish;
my ($queries, $added, $faults) = $out =~ /^(\d+) queries, of which (\d+) were added; (\d+) faults$/m;
is($queries, 25, 'all queries were sent') or diag($out, $error);
cmp_ok($added // 0, '>', 8, 'many of them are right');
is($faults, 0, 'none did harm') or diag($out);
$node->stop;
done_testing();
