# Copyright (c) 2026, perfcheck contributors

# Each cause has a page in docs/causes, which is as it says: its example is executed in
# an empty database and prints what is shown there, which has the number of the page; what
# the page says to do to ignore the fault leaves no point not ok; and with the mend, where
# it has statements, the same report is ok.

use strict;
use warnings;

use File::Basename qw(basename dirname);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(dirname(dirname(__FILE__)));
my @sections = ('What it means', 'An example', 'The mend', 'When to ignore it');
# Databases at a time.
my $workers = 2;

my $node = PostgreSQL::Test::Cluster->new('causes');
# The collation and the encoding that the examples print the same in on every machine.
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION perfcheck CASCADE');

# --- what a page holds ------------------------------------------------------

# The blocks of code of a text: each is indented, and an empty line within one has a
# block behind it.
sub blocks
{
	my ($text) = @_;

	return map { s/^ {4}//mgr } $text =~ /((?:^ {4}.*\n)+)/mg;
}

sub read_page
{
	my ($file) = @_;
	my $text = slurp_file($file);
	my %page = (text => $text);
	my ($example, $shown);

	($page{title}) = $text =~ /\A# (.*)\n/;
	$page{sections} = [ $text =~ /^## (.*)$/mg ];
	my %section = $text =~ /^## ([^\n]*)\n(.*?)(?=^## |\z)/msg;
	($example, $shown) = split /^It prints:\n/m, $section{'An example'} // '', 2;
	$page{sql} = join("\n", blocks($example));
	$page{shown} = join('', blocks($shown // ''));
	$page{mend} = join("\n", blocks($section{'The mend'} // ''));
	$page{ignore} = join("\n", blocks($section{'When to ignore it'} // ''));
	$page{is_run} = $example !~ /^It is not run by the tests/m;
	# The report that is asked for again.
	($page{report}) = $page{sql} =~ /.*(perfcheck_verify\([^)]*\))/s;
	return \%page;
}

my %pages = map { basename($_, '.md') => read_page($_) } glob("$root/docs/causes/*.md");
my %titles = map { split /\|/, $_, 2 } split /\n/,
  $node->safe_psql('postgres',
	"SELECT id || '|' || id || ' ' || name || ': ' || title FROM perfcheck_causes()");

is(join(' ', sort keys %pages), join(' ', sort keys %titles), 'each cause has a page');
is_deeply({ map { $_ => $pages{$_}{title} } keys %pages }, \%titles,
	'each page has the number, the name and the title of its cause');
is(join(' ', grep { "@{ $pages{$_}{sections} }" ne "@sections" } sort keys %pages),
	'', 'each page has the four sections');
is(join(' ', grep { ($pages{$_}{text} =~ tr/\n//) > 45 } sort keys %pages),
	'', 'no page has more than 45 lines');
is(join(' ', grep { $pages{$_}{is_run} && $pages{$_}{shown} eq '' } sort keys %pages),
	'', 'each page shows what its example prints');
cmp_ok(scalar(grep { !$pages{$_}{is_run} } keys %pages), '<', 8,
	'few examples are not run');

# The catalogue links to each.
my %linked = slurp_file("$root/docs/causes.md") =~ /\[(PC\d{3})\]\(causes\/(PC\d{3})\.md\)/g;
is_deeply(\%linked, { map { $_ => $_ } keys %titles }, 'docs/causes.md links to each');

# --- what its statements do -------------------------------------------------

# Each step is announced on both channels, as \warn writes to the other one.
sub announced
{
	my ($id, $step) = @_;

	return "\\echo \@\@ $id $step\n\\warn \@\@ $id $step\n";
}

sub script_of
{
	my ($id) = @_;
	my $page = $pages{$id};
	my $database = lc $id;
	my $script = "\\c postgres\nCREATE DATABASE $database TEMPLATE causes;\n\\c $database\n";

	$script .= announced($id, 'example') . $page->{sql};
	if ($page->{ignore} ne '')
	{
		$script .= announced($id, 'ignore') . "BEGIN;\n$page->{ignore};\n"
		  . announced($id, 'ignored');
		# What perfcheck_accept() has judged need not be judged again.
		$script .= "SELECT line FROM $page->{report} AS line WHERE line ~ '^not ok' AND line !~ '# TODO';\n"
		  if $page->{ignore} !~ /perfcheck_accept/;
		$script .= "SELECT DISTINCT 'accepted: ' || perfcheck_cause_id(todo_cause) FROM perfcheck_query WHERE todo_cause IS NOT NULL;\n"
		  . "ROLLBACK;\n";
	}
	if ($page->{mend} ne '')
	{
		$script .= announced($id, 'mend') . $page->{mend}
		  . ";SELECT line FROM $page->{report} AS line WHERE line ~ '^(not )?ok|cause:';\n";
	}
	return $script . announced($id, 'end') . "\\c postgres\nDROP DATABASE $database;\n";
}

# Splits an output at what was announced: page, step, lines that are not empty.
sub steps
{
	my ($output) = @_;
	my %steps;

	while ($output =~ /^@@ (PC\d{3}) (\w+)\n(.*?)(?=^@@ |\z)/msg)
	{
		$steps{$1}{$2} = join('', map { "$_\n" } grep { $_ ne '' } split /\n/, $3);
	}
	return %steps;
}

$node->safe_psql('postgres', 'CREATE DATABASE causes');
$node->safe_psql('causes', 'CREATE EXTENSION perfcheck CASCADE');

my @run = grep { $pages{$_}{is_run} } sort keys %pages;
# From 18 on an index is read behind a column without a condition, as these pages say; and a
# server can be built without the collations of languages.
@run = grep { !/^PC(102|303)$/ } @run if $node->pg_version >= 18;
@run = grep { $_ ne 'PC112' } @run if !$node->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'});
my $directory = PostgreSQL::Test::Utils::tempdir();
my (@jobs, %printed, %errors);
for my $worker (0 .. $workers - 1)
{
	my $file = "$directory/$worker";

	append_to_file("$file.sql",
		join('', map { script_of($run[$_]) } grep { $_ % $workers == $worker } 0 .. $#run));
	local $ENV{PGOPTIONS} = '-c client_min_messages=warning -c perfcheck.progress=off';
	push @jobs,
	  IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres') ],
		'<', "$file.sql", '>', "$file.out", '2>', "$file.err");
}
for my $worker (0 .. $workers - 1)
{
	$jobs[$worker]->finish;
	%printed = (%printed, steps(slurp_file("$directory/$worker.out")));
	%errors = (%errors, steps(slurp_file("$directory/$worker.err")));
}

# Counts of rows, pages and megabytes differ by a few between versions, and from one
# build of an index to the next.
sub without_numbers
{
	my ($lines) = @_;

	return $lines =~ s/(?<!\S)\d+(?!\S)/N/gr;
}

# The causes that lines tell: what stands behind "cause:", or else the reason of the
# point. Returns them as SQL.
sub causes_of
{
	my ($lines) = @_;
	my @causes = $lines =~ /^  cause: (.*)$/mg;

	return map { /^"/ ? "\$q\$$_\$q\$::jsonb #>> '{}'" : "\$q\$$_\$q\$" } @causes if @causes;
	return map { "\$q\$$_\$q\$" } $lines =~ /^not ok \d+ - \w+: (.*)$/mg;
}

# The numbers that these have. The message of an error is known by no number but PC001.
my %numbers;
for my $id (@run)
{
	$numbers{$id} = $1 if $pages{$id}{shown} =~ /^(PC\d+)$/;
}
for my $line (
	split /\n/,
	$node->safe_psql(
		'postgres',
		join(' UNION ALL ', map
			{
				my $id = $_;
				map { "SELECT '$id ' || perfcheck_cause_id($_)" } causes_of($pages{$id}{shown});
			} @run)))
{
	my ($id, $number) = split / /, $line;

	$number = 'PC001' if $number eq 'PC999' && $pages{$id}{shown} !~ /^  cause:/m;
	$numbers{$id} = join(' ', grep { defined } $numbers{$id}, $number);
}

for my $id (@run)
{
	my $page = $pages{$id};
	my $step = $printed{$id};
	my $error = join('', map { $errors{$id}{$_} // '' } qw(example ignore ignored mend));

	is(without_numbers($step->{example}),
		without_numbers($page->{shown}), "$id: the example prints what is shown");
	is($numbers{$id}, $id, "$id: that has its number");
	# An example says where a statement fails.
	is($page->{sql} =~ /-- fails/ ? '' : $error, '', "$id: there is no other error");
	if ($page->{ignore} ne '')
	{
		my $ignored = $step->{ignored};

		# What is not a cause of its own, as that a case ran too long, is accepted by the
		# cause that is found.
		$ignored =~ s/^accepted: PC\d{3}$/accepted: $id/m if $page->{shown} !~ /^  cause:/m;
		is($ignored, $page->{ignore} =~ /perfcheck_accept/ ? "accepted: $id\n" : '',
			"$id: it is ignored as the page says");
	}
	if ($page->{mend} ne '')
	{
		is(join('', grep { !/^ok / || / # SKIP/ } grep { !/ # TODO / } map { "$_\n" } split /\n/, $step->{mend}),
			'', "$id: the mend makes it ok");
		like($step->{mend}, qr/^ok /m, "$id: and there is a point");
	}
}

$node->stop;
done_testing();
