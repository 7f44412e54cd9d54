# Runs of perfcheck-http, for the tests of it that need no database.
#
#	my $program = find_program('PERFCHECK_HTTP', 'build/perfcheck-http');
#	my ($status, $out, $err) = run_program($stdin, @arguments);
#	my ($status, $out, $err, $json) = run_load($url, "/path\n", @options);
#	is(classes($json), 'timeout right');
#
# PERFCHECK_HTTP names another build of the program than build/perfcheck-http,
# the one under sanitizers.

package HttpRun;

use strict;
use warnings;

use Exporter 'import';
use File::Temp ();
use FindBin;
use IO::Socket::INET ();
use IPC::Run ();
use JSON::PP ();

our @EXPORT_OK =
  qw(classes find_program free_port loose_targets run_load run_program run_with
  schema_problem);

my $timeout = $ENV{PG_TEST_TIMEOUT_DEFAULT} // 180;
my $dir = File::Temp->newdir;

# The first of them that can be executed: what a variable says, and files.
sub find_program
{
	my ($variable, @files) = @_;
	my ($found) = grep { -x } $ENV{$variable} // (),
	  map { "$FindBin::RealBin/../../$_" } @files;

	return $found // die "$files[0] is not built; run make $files[0]\n";
}

my $program =
  find_program('PERFCHECK_HTTP', 'build/perfcheck-http', 'perfcheck-http');

# Exit status ("signal N" if that ended it), standard output, standard error.
sub run_with
{
	my ($command, $in, @arguments) = @_;
	my ($out, $err) = ('', '');

	IPC::Run::run([ @$command, @arguments ],
		'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return ($? & 127 ? 'signal ' . ($? & 127) : $? >> 8, $out, $err);
}

sub run_program
{
	return run_with([$program], @_);
}

# Targets that no machine misses.
sub loose_targets
{
	return map { ("--$_", 60000) } qw(avg p95 p99);
}

# Sends the lines of a request file over two connections for a fifth of a
# second. As run_with(), and the JSON, or undef.
sub run_load
{
	my ($url, $requests, @options) = @_;
	my $command = ref $options[0] ? shift @options : [$program];
	my $file = "$dir/out.json";
	my @run = run_with($command, $requests, '-c', 2, '-d', '200ms',
		loose_targets(), '--timeout', '20s', '--requests', '-', '--json', $file,
		@options, $url);
	my $json;

	if (open my $in, '<', $file)
	{
		local $/ = undef;
		$json = JSON::PP::decode_json(<$in>);
		close $in;
		unlink $file;
	}
	return (@run, $json);
}

# The classes that errors were of, and "right" if some answers were.
sub classes
{
	my ($json) = @_;
	my $errors = $json->{errors} // {};
	my @found = grep { $errors->{$_} > 0 } sort keys %$errors;
	my $wrong = 0;

	$wrong += $_ for values %$errors;
	push @found, 'right' if ($json->{requests} // 0) > $wrong;
	return "@found";
}

# What is wrong with a file by docs/http.schema.json; '' if nothing is, undef where
# Python does not know schemas.
sub schema_problem
{
	my ($json_file) = @_;
	my $schema = "$FindBin::RealBin/../../docs/http.schema.json";
	my ($out, $err) = ('', '');

	return undef if system('python3 -c "import jsonschema" 2>/dev/null') != 0;
	IPC::Run::run(
		[
			'python3', '-c',
			'import json, sys, jsonschema; jsonschema.validate('
			  . 'json.load(open(sys.argv[1], encoding="utf-8")), json.load(open(sys.argv[2])))',
			$json_file, $schema
		],
		'<', \undef, '>', \$out, '2>', \$err, IPC::Run::timeout($timeout));
	return $? == 0 ? '' : $err;
}

# A port on which nothing listens, a moment ago at least.
sub free_port
{
	my $socket = IO::Socket::INET->new(
		LocalAddr => '127.0.0.1',
		LocalPort => 0,
		Listen => 1) or die "cannot listen: $!";

	return $socket->sockport;
}

1;
