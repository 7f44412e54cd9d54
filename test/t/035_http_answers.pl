# What perfcheck-http reads and sends for other APIs: rows and next pages wherever
# they are, text and nothing, compressed bodies, cookies, users, forms; and files
# of requests that others have recorded.
#
# PERFCHECK_HTTP names another build of the program, such as the one under
# sanitizers.
# It runs once more by itself in make test where it failed beside others: requests need a processor.

use strict;
use warnings;

use FindBin;
use File::Temp ();
use JSON::PP ();
use Test::More;

use lib "$FindBin::RealBin/../lib";
use HttpRun qw(classes loose_targets run_load run_program);
use ShapesServer;

my $dir = File::Temp->newdir;
my $log = "$dir/log";
my $server = ShapesServer->start($log);
my $url = $server->url;
my @clients = qw(light multi);

# ---- helpers ---------------------------------------------------------------

# The lines of the server's log since it was last read.
sub logged
{
	open my $in, '<', $log or return;
	chomp(my @lines = <$in>);
	close $in;
	unlink $log;
	return @lines;
}

sub distinct
{
	my %seen;

	return join ' ', grep { !$seen{$_}++ } sort @_;
}

# All answers are of that class; the report, which has these words in it.
sub is_classed
{
	my ($name, $class, $words, $requests, @options) = @_;
	my ($status, $out, $err, $json) =
	  run_load($url, $requests, '-c', 1, @options);

	is(classes($json), $class, "$name: $class") or diag($out, $err);
	is($status, $class eq 'right' ? 0 : 1, "$name: exit status");
	like($out, $words, "$name: report");
	return $json;
}

# Follows all pages: these, and no others, are asked for. A busy machine needs more
# time for that.
sub is_paged
{
	my ($name, $requests, $expected, @options) = @_;
	my ($json, $asked);

	for my $time (qw(100ms 500ms 1s 3s))
	{
		my ($status, $out, $err);

		logged();
		($status, $out, $err, $json) = run_load($url, $requests, '-c', 1,
			'--follow', 100, '-d', $time, @options);
		$asked = distinct(logged());
		is(classes($json), 'right', "$name: right") or diag($out, $err);
		last if $asked eq $expected;
	}
	is($asked, $expected, "$name: pages");
	return $json;
}

# As is_classed(), until these were asked for.
sub is_sent
{
	my ($name, $requests, $expected) = @_;
	my ($status, $out, $err, $json, $asked);

	for my $time (qw(200ms 1s 3s))
	{
		logged();
		($status, $out, $err, $json) =
		  run_load($url, $requests, '-c', 1, '-d', $time);
		$asked = distinct(logged());
		last if $asked eq $expected;
	}
	is($asked, $expected, "$name: its requests");
	is(classes($json), 'right', "$name: right") or diag($out, $err);
	is($status, 0, "$name: exit status");
	return;
}

sub refuses
{
	my ($status, $words, $in, @arguments) = @_;
	my @got = run_program($in, @arguments);

	is($got[0], $status, "@arguments: exit status");
	like($got[2], $words, "@arguments: message");
	is(scalar(() = $got[2] =~ /^perfcheck-http: (?!warning)/mg),
		1, "@arguments: one line");
	return;
}

# ---- rows --------------------------------------------------------------------

is_classed("rows in $_", 'right', qr/^/, "$_\n")
  for qw(/array /ndjson /es /django /spring /hateoas /stripe /odata /jsonapi);
is_classed('two arrays', 'invalid',
	qr{/two_arrays -> "a" and "b" are both arrays: name that of the rows with --rows PATH},
	"/two_arrays\n");
is_classed('two arrays, one named', 'right', qr/^/, "/two_arrays\n", '--rows', 'b');
is_classed('rows are null', 'invalid', qr{"results" is null, not an array},
	"/null_rows\n");
is_classed('a path to nowhere', 'invalid',
	qr{the JSON has no "a\.b", where --rows says}, "/array\n", '--rows', 'a.b');
is_classed('errors of GraphQL', 'invalid',
	qr{the answer has errors: no such field}, "/graphql_errors\n");
is_classed('an object', 'invalid', qr{no array of objects}, "/one\n");
is_classed('an object by key', 'right', qr/^/, "/one\n", '--key', 'id');
is_classed('an object without the key', 'invalid', qr{no array of objects},
	"/one\n", '--key', 'uuid');

# ---- next pages, found by themselves -----------------------------------------

is_paged('no option', "/django\n", 'GET /django', '--follow', 0);
for my $client (@clients)
{
	my @client = ('--client', $client);

	is_paged("$client: a URL", "/django\n",
		'GET /django GET /django?page=2 GET /django?page=3',
		'--next', 'auto', @client);
	is_paged("$client: a header", "/link\n",
		'GET /link GET /link?page=2 GET /link?page=3', '--next', 'auto', @client);
}
is_paged('page numbers from 0', "/spring\n",
	'GET /spring GET /spring?page=1 GET /spring?page=2', '--next', 'auto');
is_paged('links of HAL', "/hateoas\n",
	'GET /hateoas GET /hateoas?page=1 GET /hateoas?page=2', '--next', 'auto');
is_paged('after the last key', "/stripe\n",
	'GET /stripe GET /stripe?starting_after=2 GET /stripe?starting_after=4',
	'--next', 'auto');
is_paged('an offset', "/offset?x=1\n",
	'GET /offset?x=1 GET /offset?x=1&offset=2 GET /offset?x=1&offset=4',
	'--next', 'auto');
is_paged('a relative link', "/odata\n",
	'GET /odata GET /odata?$skip=2 GET /odata?$skip=4', '--next', 'auto');
is_paged('JSON:API', "/jsonapi\n",
	'GET /jsonapi GET /jsonapi?page%5Bnumber%5D=2 GET /jsonapi?page%5Bnumber%5D=3',
	'--next', 'auto');

# ---- next pages that options name ----------------------------------------------

is_paged('a member', "/tokens\n", 'GET /tokens GET /tokens?at=1 GET /tokens?at=2',
	'--rows', 'list.of', '--next', 'deep.token.next', '--cursor', 'at');
is_paged('the header', "/link\n", 'GET /link GET /link?page=2 GET /link?page=3',
	'--next', 'link');
is_paged('a page number', "/pages?p=1&q=2\n",
	'GET /pages?p=1&q=2 GET /pages?p=2&q=2 GET /pages?p=3&q=2 GET /pages?p=4&q=2',
	'--next', 'page:p', '--allow-empty');
is_paged('an offset by name', "/offset\n",
	'GET /offset GET /offset?offset=2 GET /offset?offset=4',
	'--next', 'offset:offset');
is_paged('after a key by name', "/stripe\n",
	'GET /stripe GET /stripe?starting_after=2 GET /stripe?starting_after=4',
	'--next', 'after:starting_after', '--key', 'id');
{
	my $json;

	for my $time (qw(100ms 1s 3s))
	{
		$json = is_paged('GraphQL',
			"POST /graphql {\"query\":\"{e}\"} expect rows\n",
			'POST /graphql', '--next', 'auto', '-d', $time);
		last if $json->{next_pages} > 1;
	}
	cmp_ok($json->{next_pages}, '>', 1, 'GraphQL: pages are followed');
}

# ---- what a line expects -------------------------------------------------------

for my $client (@clients)
{
	my @client = ('--client', $client);

	is_classed("$client: 204", 'right', qr/^/, "/status/204 expect 204\n", @client);
	is_classed("$client: 304", 'right', qr/^/, "/status/304 expect 304\n", @client);
}
is_classed('404', 'right', qr/^/, "/missing expect 404\n");
is_classed('text', 'right', qr/^/, "/csv expect text\n");
is_classed('text that is not there', 'empty', qr/the body is empty/,
	"/empty expect text\n");
is_classed('any JSON', 'right', qr/^/, "/one expect json\n");
is_classed('nothing', 'right', qr/^/, "/empty expect 200 empty\n");
is_classed('more than nothing', 'invalid', qr/where none is expected/,
	"/csv expect empty\n");
is_classed('another status', 'status', qr/204 -> 204, not 200/,
	"/status/204 expect 200\n");
is_classed('without a word', 'invalid', qr/the body is empty/, "/status/204\n");
is_classed('CSV without a word', 'invalid', qr/not JSON/, "/csv\n");

# ---- bodies of requests ----------------------------------------------------------

is_classed("$_: a form", 'right', qr/^/, "POST /form a=1&b=x%20y expect 201\n",
	'--client', $_)
  for @clients;

# ---- compressed bodies -------------------------------------------------------------

for my $client (@clients)
{
	my @client = ('--client', $client);

	is_classed("$client: not asked for", 'right', qr/^/, "/gzip\n", @client);
	is_classed("$client: $_", 'right', qr/^/, "/$_\n", '--compressed', @client)
	  for qw(gzip br);
	is_classed("$client: cut off", 'invalid', qr/compressed body is cut off/,
		"/cut\n", '--compressed', @client);
	is_classed("$client: not gzip", 'invalid', qr/the body is not gzip/,
		"/lies\n", '--compressed', @client);
	is_classed("$client: sent all the same", 'invalid',
		qr/compressed \(gzip\), which was not asked for: give --compressed/,
		"/always\n", @client);
}
is_classed('too large', 'invalid', qr/larger than 16 MB/, "/huge\n",
	'--compressed');

# ---- cookies ---------------------------------------------------------------------------

for my $client (@clients)
{
	my ($status, $out, $err, $json);

	for my $time (qw(200ms 1s 3s))
	{
		($status, $out, $err, $json) = run_load($url,
			"/session\n/session/page\n", '-c', 1, '--client', $client, '--cookie',
			'lang=de', '--max-errors', 1, '-d', $time);
		last if $json->{requests} > 8;
	}
	is($status, 0, "$client: cookies") or diag($out, $err);
	cmp_ok($json->{errors}{status}, '<=', 1,
		"$client: only who had not been there yet was refused");
	($status, $out, $err, $json) = run_load($url,
		"/session\n" . "/session/page\n" x 40, '-c', 8, '--client', $client,
		'--cookie', 'lang=de', '-d', '500ms');
	cmp_ok($json->{errors}{status}, '>', 1,
		"$client: a cookie is its connection's alone");
	($status, $out, $err, $json) =
	  run_load($url, "/session/page\n", '--client', $client);
	is(classes($json), 'status', "$client: none without --cookie");
}

# ---- a user ------------------------------------------------------------------------------

for my $client (@clients)
{
	my ($with_user) = map { s{//}{//me:s3cret-word\@}r } $url;

	is_classed("$client: --user", 'right', qr/^/, "/basic\n",
		'--user', 'me:s3cret-word', '--client', $client);
	my ($status, $out, $err, $json) =
	  run_load($with_user, "/basic\n", '--client', $client);
	is(classes($json), 'right', "$client: a user in the URL");
	is($json->{url}, $url, "$client: the URL is shown without it");
	($status, $out, $err, $json) =
	  run_load($with_user, "/echo\n", '--client', $client);
	like($out, qr/not shown: the text from the server contains the password/,
		"$client: a password that comes back");
	unlike(join('', $out, $err, JSON::PP::encode_json($json)),
		qr/s3cret/, "$client: it is never shown");
}
is_classed('without a user', 'status', qr/-> 401/, "/basic\n");

# ---- files that others have recorded ---------------------------------------------------------

sub entry
{
	my ($second, $method, $path, $status) = @_;

	return {
		startedDateTime => "2026-01-01T10:00:0$second.000Z",
		request => {
			method => $method,
			url => $path =~ /^http/ ? $path : "$url$path",
			$method eq 'POST'
			? (postData => {
					mimeType => 'application/x-www-form-urlencoded',
					text => 'a=1&b=x%20y' })
			: () },
		response => { status => $status } };
}

my $har = JSON::PP::encode_json({
		log => {
			entries => [
				entry(0, 'GET', '/array', 200),
				entry(1, 'POST', '/form', 201),
				entry(1, 'GET', '/missing', 404),
				entry(2, 'GET', '/csv', 200),
				entry(2, 'GET', 'https://elsewhere/x', 200) ] } });
my $access = join '', map {
	my ($second, $request, $status) = @$_;
	"10.0.0.1 - - [01/Jan/2026:10:00:0$second +0000] \"$request\" $status 5 \"-\" \"x\"\n"
} [ 2, 'GET /csv HTTP/1.1', 200 ], [ 0, 'GET /array HTTP/1.1', 200 ],
  [ 1, 'GET /missing HTTP/1.1', 404 ], [ 1, 'POST /form HTTP/1.1', 201 ],
  [ 3, 'GET /array HTTP/1.1', 200 ];

logged();
is_sent('a HAR file', $har, 'GET /array GET /csv GET /missing POST /form');
is_sent('an access log', $access, 'GET /array GET /csv GET /missing');
{
	my ($status, $out, $err) = run_load($url, $access);

	like($err, qr/^perfcheck-http: warning: standard input: 1 of 5 are left out \(1: a method or an unknown body\)$/m,
		'an access log: what is left out');
	($status, $out, $err) = run_load($url, $har);
	like($err, qr/1 of 5 are left out \(1: another server or base\)$/m,
		'a HAR file: what is left out');
}

# Sends a log once, in its own order.
sub replays
{
	my ($name, $text, $expected, $seconds, @options) = @_;
	my $expected_status = ref $options[0] ? ${ shift @options } : 0;
	my $file = "$dir/recorded";

	open my $out, '>', $file or die;
	print $out $text;
	close $out;
	logged();
	my ($status, $report, $err, undef) =
	  run_program('', '-c', 1, loose_targets(), '--replay', $file,
		'--json', "$dir/json", @options, $url);
	open my $in, '<', "$dir/json" or die;
	my $json = JSON::PP::decode_json(do { local $/ = undef; <$in> });
	is($status, $expected_status, "$name: exit status") or diag($report, $err);
	is(join(' ', logged()), $expected, "$name: once, in order");
	is($json->{duration_s}, $seconds, "$name: as long as it was");
	return ($report, $json);
}

my ($report, $json) = replays('a log', $access,
	'GET /array GET /missing GET /csv GET /array', 0.301, '--replay-speed', 10);
is($json->{rate}, undef, 'a log: no rate');
is($json->{replay_speed}, 10, 'a log: its speed');
like($report, qr/, replayed at 10 times its speed, /, 'a log: the report says so');
unlike($report, qr/coordinated omission/, 'a log: it is an open loop');
replays('a HAR file', $har, 'GET /array POST /form GET /missing GET /csv', 0.201,
	'--replay-speed', 10);
replays('two threads', $access, 'GET /array GET /missing GET /csv GET /array',
	0.601, '--replay-speed', 5, '-t', 2, '-c', 2);
# A query of which nothing was sent has no right answer.
replays('a part', $access, 'GET /array GET /missing', 1.5, \1, '-d', '1500ms');

# ---- what is refused ------------------------------------------------------------------------

my @send = ('--requests', '-');

refuses(2, qr/invalid --rows "a\[": in \[ \] there must be a number/, "/a\n",
	'--rows', 'a[', @send, $url);
refuses(2, qr/invalid --next "page:": give page:NAME/, "/a\n", '--next',
	'page:', @send, $url);
refuses(2, qr/--next and --follow 0 conflict/, "/a\n", '--next', 'link',
	'--follow', 0, @send, $url);
refuses(2, qr/--cursor and --next page: conflict/, "/a\n", '--next',
	'page:p', '--cursor', 'c', @send, $url);
refuses(2, qr/invalid --cookie: give NAME=VALUE/, "/a\n", '--cookie', 'x',
	@send, $url);
refuses(2, qr/--compressed and -H "Accept-Encoding: \.\.\." conflict/, "/a\n",
	'--compressed', '-H', 'Accept-Encoding: br', @send, $url);
refuses(2, qr/--replay-speed requires --replay/, "/a\n", '--replay-speed', 2,
	@send, $url);
refuses(2, qr/--rate and --replay conflict/, '', '--replay', 'x', '-r', 5, $url);
refuses(2, qr/expect needs a status/, "/a expect x\n", @send, $url);
refuses(3, qr/--replay needs an access log or a HAR file/, "/a\n", '--replay',
	'-', $url);
refuses(3, qr/is JSON, but not a HAR file/, "{\"a\":1}\n", @send, $url);
refuses(3, qr/begins like a HAR file, but is not JSON/, "{\"log\":\n", @send,
	$url);
refuses(3, qr/nothing in "standard input" is of this server and below "\/v1\/"/,
	$access, @send, "$url/v1");

$server->stop;
done_testing();
