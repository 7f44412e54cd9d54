# The tables that perfcheck_seed() is tried on when something happens meanwhile,
# by kind: "new" is made by the call, "empty" is there, "filled" holds rows, and
# "kept" holds rows and keeps its indexes in place because of its trigger.
#
#	my $before = make($probe, 'filled');    # a SeedProbe
#	$probe->sql(seed(1000, 'SET work_mem = 64;'));
#	is($probe->summary('events'), ($holds{filled} + 1000) . ' rows');

package SeedTables;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT_OK = qw(make seed @kinds %holds $starts);

# Those that everything is tried on; some things are tried on "kept", too.
our @kinds = qw(new empty filled);

my $held = 2_000;
our %holds = (new => 0, empty => 0, filled => $held, kept => $held);

# The clock must not choose the events.
our $starts = "starts => '2027-01-01 00:00Z'";

my %makers = (
	new => '',
	empty => q{SELECT perfcheck_create_events();
		COMMENT ON INDEX date_idx IS 'by day'},
	filled => "SELECT perfcheck_seed($held, seed => 2, $starts)",
	kept => qq{SELECT perfcheck_seed($held, seed => 2, $starts);
		CREATE TRIGGER nothing BEFORE INSERT ON events
		FOR EACH ROW WHEN (false)
		EXECUTE FUNCTION suppress_redundant_updates_trigger()});

# Replaces events by a table of a kind; its fingerprint.
sub make
{
	my ($probe, $kind) = @_;

	$probe->sql("DROP TABLE IF EXISTS events; $makers{$kind}");
	return $probe->fingerprint('events');
}

# The statement, after settings if need be.
sub seed
{
	my ($rows, $settings) = @_;

	return ($settings // '') . " SELECT perfcheck_seed($rows, $starts);";
}

1;
