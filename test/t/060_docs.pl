# Copyright (c) 2026, perfcheck contributors

# The documentation says what is there: each function with its signature, each
# setting with its default, each option of perfcheck-http; nothing else; its
# links lead somewhere; and runs that are shown print what stands there.
# Functions have a comment of one sentence.

use strict;
use warnings;

use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The file itself stands in the source tree, wherever prove is called.
my $root = dirname(dirname(dirname(__FILE__)));
my @pages = ("$root/README.md", "$root/CONTRIBUTING.md",
	glob("$root/docs/*.md"), glob("$root/docs/causes/*.md"));
my %text = map { $_ => slurp_file($_) } @pages;
my $docs = join("\n", map { $text{$_} } grep { m{/docs/} } @pages);

my $node = PostgreSQL::Test::Cluster->new('docs');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE');

sub lines
{
	my ($sql) = @_;

	return split /\n/, $node->safe_psql('postgres', $sql);
}

# Arguments as pg_get_function_arguments() prints them, in the short form of docs.
sub short_arguments
{
	my ($arguments) = @_;

	$arguments =~
	  s/COALESCE\(\(current_setting\('perfcheck\.scale'.*?\(100\)::double precision\)/current_setting('perfcheck.scale')/g;
	$arguments =~ s/::[a-z]+(?: [a-z]+)?(?:\[\])?//g;
	$arguments =~ s/'(-?\d+)'/$1/g;
	$arguments =~ s/\bdouble precision\b/float8/g;
	$arguments =~ s/\binteger\b/int/g;
	$arguments =~ s/\bboolean\b/bool/g;
	$arguments =~ s/\btimestamp with time zone\b/timestamptz/g;
	return $arguments;
}

my $members = q{
	SELECT d.classid, d.objid FROM pg_depend d
	JOIN pg_extension e ON e.oid = d.refobjid AND d.deptype = 'e'
		AND d.refclassid = 'pg_extension'::regclass
	WHERE e.extname = 'perfcheck'};

# --- functions --------------------------------------------------------------

# A signature of docs stands in the first column of a table.
my %documented;
$documented{$1}{$2}++ while $docs =~ /^\| `(perfcheck_\w+)\((.*?)\)` \|/mg;
my %functions;
for my $line (
	lines(
		"SELECT proname || '|' || pg_get_function_arguments(p.oid)
		 FROM pg_proc p JOIN ($members) m ON m.objid = p.oid
			AND m.classid = 'pg_proc'::regclass
		 ORDER BY 1"))
{
	my ($name, $arguments) = split /\|/, $line, 2;

	$functions{$name} = short_arguments($arguments // '');
}
cmp_ok(scalar keys %functions, '>', 15, 'the extension has functions');
for my $name (sort keys %functions)
{
	is(join("\n", sort keys %{ $documented{$name} // {} }),
		$functions{$name}, "docs have $name with its signature");
}
is(join(' ', grep { !exists $functions{$_} } sort keys %documented),
	'', 'no other function has a signature in docs');

# Tables and their indexes, which are no members of their own.
my %relations = map { $_ => 1 } lines(
	"SELECT unnest(ARRAY[relname, indexrelid::regclass::text::name])
	 FROM pg_class c JOIN ($members) m ON m.objid = c.oid
		AND m.classid = 'pg_class'::regclass
	 LEFT JOIN pg_index i ON i.indrelid = c.oid");
for my $page (@pages)
{
	my %unknown = map { $_ => 1 }
	  grep { !exists $functions{$_} && !exists $relations{$_} }
	  $text{$page} =~ /(?<![\w.\/-])(perfcheck_\w+)/g;

	is(join(' ', sort keys %unknown), '', "$page names what there is");
}

# --- comments ---------------------------------------------------------------

is( $node->safe_psql(
		'postgres',
		"SELECT string_agg(p.oid::regprocedure::text, ' ')
		 FROM pg_proc p JOIN ($members) m ON m.objid = p.oid
			AND m.classid = 'pg_proc'::regclass
		 WHERE coalesce(length(obj_description(p.oid, 'pg_proc')), 101) > 100"),
	'',
	'each function has a comment of at most 100 characters');

# --- settings ---------------------------------------------------------------

my %settings;
for my $line (
	lines(
		"LOAD 'perfcheck'; SELECT name || '|' || CASE
			WHEN unit = 'ms' THEN regexp_replace(boot_val, '000\$', 's')
			WHEN unit = 'kB' THEN boot_val::int / 1024 || 'MB'
			WHEN unit = 'MB' THEN boot_val::int / 1024 || 'GB'
			WHEN boot_val = '' THEN 'empty' ELSE boot_val END
		 FROM pg_settings WHERE name ~ '^perfcheck[.]'"))
{
	my ($name, $default) = split /\|/, $line, 2;

	$settings{$name} = $default;
}
cmp_ok(scalar keys %settings, '>', 5, 'the extension has settings');
my %described =
  $text{"$root/docs/settings.md"} =~ /^\| `(perfcheck\.\w+)` \| (\S+) \|/mg;
is_deeply(\%described, \%settings, 'docs/settings.md has each with its default');
for my $page (@pages)
{
	my %unknown = map { $_ => 1 }
	  grep { !exists $settings{$_} && !/\.(?:sql|c|control|git)$/ }
	  $text{$page} =~ /`(perfcheck\.[a-z_]+)/g;

	is(join(' ', sort keys %unknown), '', "$page names settings that there are");
}

# --- perfcheck-http ---------------------------------------------------------

# The options that a text names: -x and --long ones.
sub options
{
	my %found = map { $_ => 1 } grep { $_ ne '--' } $_[0] =~ /(?<![\w-])(--?[a-zA-Z][\w-]*)/g;

	return join("\n", sort keys %found);
}

SKIP:
{
	my $program = $ENV{PERFCHECK_HTTP} // "$root/perfcheck-http";
	my ($help, $man, $page);

	skip 'perfcheck-http is not built', 2 unless -x $program;
	$help = qx('$program' --help);
	# In the tables the options stand in the first column.
	$page = join("\n",
		$text{"$root/docs/perfcheck-http.md"} =~ /^\| (`-.*?) \| /mg);
	$man = slurp_file("$root/docs/perfcheck-http.1");
	$man = join("\n", $man =~ /^\.TP\n\.B (.*)$/mg);
	$man =~ s/\\-/-/g;
	is(options($page), options($help), 'docs/perfcheck-http.md has the options of --help');
	is(options($man), options($help), 'the manual page has the options of --help');
}

# --- runs that are shown ----------------------------------------------------

# The SQL of a section is executed as a reader would, in a database of its own,
# and each line of a report that is shown must be printed, but for that of the
# plan, in which versions may differ.
sub check_run
{
	my ($database, $name, $section) = @_;
	my ($sql, @shown) = ('');
	my %printed;

	# A block of code is indented, and ends at an empty line.
	for my $block ($section =~ /((?:^ {4}.*\n)+)/mg)
	{
		$block =~ s/^ {4}//mg;
		if ($block =~ /^(?:TAP version|(?:not )?ok \d|  cause:)/)
		{
			push @shown, grep { !/^  plan:/ } split /\n/, $block;
		}
		else
		{
			$sql .= $block;
		}
	}
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	%printed = map { $_ => 1 } split /\n/, $node->safe_psql($database, $sql);
	cmp_ok(scalar @shown, '>', 5, "$name shows a report");
	is(join("\n", grep { !$printed{$_} } @shown), '', "$name: it is printed");
}

# The same for commands of a shell. Spaces around a line do not matter.
sub check_shell_run
{
	my ($name, $section) = @_;
	my $directory = PostgreSQL::Test::Utils::tempdir();
	my ($script, @shown) = ("set -e\n");
	my %printed;

	for my $block ($section =~ /((?:^ {4}.*\n)+)/mg)
	{
		$block =~ s/^ {4}//mg;
		if ($block =~ /^(?: +(?:name|relation) +\||(?:not )?ok \d)/)
		{
			push @shown, map { s/^ +| +$//gr } grep { !/^  plan:/ } split /\n/, $block;
		}
		else
		{
			$script .= $block;
		}
	}
	$script =~ s/^git .*\n//mg;
	append_to_file("$directory/run.sh", $script);
	{
		local @ENV{qw(PGHOST PGPORT)} = ($node->host, $node->port);
		my $printed = qx(cd '$directory' && bash run.sh 2>&1);

		is($?, 0, "$name: it runs") or diag $printed;
		%printed = map { s/^ +| +$//gr => 1 } split /\n/, $printed;
	}
	cmp_ok(scalar @shown, '>', 3, "$name shows a report");
	is(join("\n", grep { !$printed{$_} } @shown), '', "$name: it is printed");
}

check_shell_run('README.md',
	$text{"$root/README.md"} =~ /^## Judge your own API.*?\n(.*?)^## /ms);
check_shell_run('docs/populate.md', $text{"$root/docs/populate.md"} =~ /\A(.*?)^\| function/ms);
check_run('first', 'docs/first-query.md',
	$text{"$root/docs/first-query.md"} =~ /(.*?)^\| to see/ms);
check_run('report', 'docs/report.md',
	$text{"$root/docs/report.md"} =~ /\A(.*?)^## /ms);
check_run('causes', 'docs/causes.md',
	$text{"$root/docs/causes.md"} =~ /\A(.*?)^## /ms);

# --- links and length -------------------------------------------------------

# The name by which a heading is linked to, as GitHub makes it.
sub anchor
{
	my $heading = lc shift;

	$heading =~ s/[^\w\s-]//g;
	$heading =~ s/\s/-/g;
	return $heading;
}

for my $page (@pages)
{
	my @broken;

	# Code is no link, indented or not.
	(my $prose = $text{$page}) =~ s/^ {4}.*$//mg;
	$prose =~ s/`[^`\n]*`//g;
	while ($prose =~ /\]\(([^)\s]+)\)/g)
	{
		my ($file, $anchor) = split /#/, $1, 2;
		my $target;

		next if $file =~ /^https?:/;
		$target = $file eq '' ? $page : dirname($page) . "/$file";
		if (!-e $target)
		{
			push @broken, $file;
			next;
		}
		next unless defined $anchor;
		push @broken, "$file#$anchor"
		  unless grep { anchor($_) eq $anchor } slurp_file($target) =~ /^#+ (.*)$/mg;
	}
	is("@broken", '', "links of $page lead somewhere");
}

# docs/causes.md links to those of the causes, as 061_causes.pl sees.
my @unlinked = grep { $text{"$root/README.md"} !~ m{\(docs/\Q$_\E\)} }
  map { m{/docs/([^/]+)$} } @pages;
is("@unlinked", '', 'README.md links to each page of docs');

my $length = () = $text{"$root/README.md"} =~ /\n/g;
cmp_ok($length, '<=', 200, 'README.md has at most 200 lines');

$node->stop;
done_testing();
