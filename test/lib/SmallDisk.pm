# A server for which a disk is full soon.
#
#	my $way = SmallDisk::start($node, $dir);
#
# Starts the node, which is initialized, so that the directory is on a file system of
# its own of 20 MB; or, where the kernel allows no such mount, so that no file grows
# beyond that. Returns how that was done, or undef where neither works.

package SmallDisk;

use strict;
use warnings;

use PostgreSQL::Test::Utils qw(run_log);

my $small_mb = 20;

sub start
{
	my ($small, $dir) = @_;
	my @mount = (
		'unshare', '--user', '--map-current-user', '--keep-caps', '--mount',
		'sh', '-c',
		"mount -t tmpfs -o size=${small_mb}m,mode=700 tmpfs \"\$1\""
		  . ' && shift && exec "$@"',
		'sh', $dir);
	my @limit = ('sh', '-c', 'ulimit -f "$1" && shift && exec "$@"',
		'sh', $small_mb * 2048);
	my @start = ('pg_ctl', '-w', '-D', $small->data_dir, '-l',
		$small->logfile, 'start');
	my $way;

	if (run_log([ @mount, 'true' ]) && run_log([ @mount, @start ]))
	{
		$way = 'a tmpfs in a mount namespace';
	}
	elsif (run_log([ @limit, @start ]))
	{
		$way = 'RLIMIT_FSIZE';
	}
	$small->_update_pid($way ? 1 : -1);
	return $way;
}

1;
