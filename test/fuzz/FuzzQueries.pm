# Makes queries over the tables of FuzzSchema, the same ones of the same seed: joins,
# subqueries, set operations, windows and so on, with parameters of all sorts, and
# now and then a statement that must be refused. Which operators and functions there
# are, and values for them, it learns from the server.

package FuzzQueries;

use strict;
use warnings;
use FuzzSession;

sub new
{
	my ($class, $session, $seed) = @_;
	my $self = bless { state => $seed }, $class;
	my $columns = $session->must(<<'SQL');
SELECT c.relname, a.attname, format_type(a.atttypid, -1), quote_ident(c.relname), quote_ident(a.attname), t.typtype, t.typelem <> 0 AND t.typlen = -1, format_type(t.typbasetype, -1)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname !~ '^perfcheck'
  AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum
SQL
	my %table;
	push @{ $table{ $_->[3] } }, [ $_->[4], $_->[2] ] for @$columns;
	$table{columnless} = [];
	$self->{table} = \%table;
	$self->{tables} = [ sort keys %table ];
	$self->{base}{ $_->[2] } = $_->[5] eq 'd' ? $_->[7] : $_->[5] eq 'e' ? 'anyenum' : $_->[5] eq 'r' ? 'anyrange' : $_->[5] eq 'm' ? 'anymultirange' : $_->[6] eq 't' ? 'anyarray' : ''
	  for @$columns;
	push @{ $self->{operators}{ $_->[0] } }, [ $_->[1], $_->[2], $_->[3] ] for @{ $session->must(<<'SQL') };
SELECT format_type(oprleft, -1), oprname, format_type(oprright, -1), format_type(oprresult, -1) FROM pg_operator
WHERE oprleft <> 0 AND oprcode <> 0 ORDER BY oprleft::int8, oprname, oprright::int8
SQL
	push @{ $self->{functions}{ $_->[0] } }, [ $_->[1], $_->[2] // '', $_->[3] ] for @{ $session->must(<<'SQL') };
SELECT format_type(proargtypes[0], -1), proname, format_type(proargtypes[1], -1), format_type(prorettype, -1) FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile IN ('i', 's') AND prokind = 'f' AND pronargs IN (1, 2) AND NOT proretset
  AND prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'void'::regtype)
  AND NOT proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]
  AND proname !~ '^(pg_(read|ls|stat_file|logical|replication|wal|sleep|get_(wal|logical)|current_logfile|nextoid|sequence)|lo_|ts_(rewrite|stat)|.*_to_xml|has_|binary_upgrade|brin|gin|repeat)'
ORDER BY proname, oid
SQL
	$self->{aggregates} = $session->must(<<'SQL');
SELECT proname, format_type(proargtypes[0], -1), format_type(prorettype, -1) FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'a' AND pronargs = 1 AND proname !~ 'xml' ORDER BY proname, oid
SQL
	# A few values of each column, by type.
	for my $name (@{ $self->{tables} })
	{
		for my $column (@{ $table{$name} })
		{
			my ($quoted, $type) = @$column;
			next if @{ $self->{values}{$type} // [] } > 12 || $name eq 'bare' || $name =~ /^(?:nothing|unread)$/;
			push @{ $self->{values}{$type} }, map { $_->[0] } @{ $session->must("SELECT left(min(v::text), 200) FROM (SELECT $quoted AS v FROM $name WHERE $quoted IS NOT NULL LIMIT 40) AS s GROUP BY v::text LIMIT 6") };
		}
	}
	return $self;
}

# splitmix64, so that the same seed gives the same queries everywhere.
sub below
{
	my ($self, $n) = @_;
	use integer;
	no warnings "portable";
	$self->{state} += 0x9e3779b97f4a7c15;
	my $z = $self->{state};
	$z = ($z ^ (($z >> 30) & 0x3ffffffff)) * 0xbf58476d1ce4e5b9;
	$z = ($z ^ (($z >> 27) & 0x1fffffffff)) * 0x94d049bb133111eb;
	$z ^= ($z >> 31) & 0x1ffffffff;
	return ($z & 0x3fffffffffffffff) % $n;
}

sub one
{
	my ($self, @of) = @_;
	return $of[ $self->below(scalar @of) ];
}

sub chance
{
	my ($self, $percent) = @_;
	return $self->below(100) < $percent;
}

# --- values -----------------------------------------------------------------

# A parameter of that type: a new one, or one that is there already.
sub param
{
	my ($self, $type) = @_;
	my @same = grep { $self->{params}[$_] && $self->{params}[$_] eq $type } 1 .. $#{ $self->{params} };
	my $n = @same && $self->chance(20) ? $self->one(@same) : $self->chance(2) ? @{ $self->{params} } + 2 : scalar @{ $self->{params} };
	$self->{params}[$n] = $type;
	return "\$$n" if $self->chance(70);
	return $self->chance(80) ? "\$$n\::$type" : "CAST(\$$n AS text)::$type";
}

sub literal
{
	my ($self, $type) = @_;
	my $values = $self->{values}{$type};
	return "NULL::$type" if !$values || !@$values || $self->chance(4);
	my $text = FuzzSession::quote($self->one(@$values));
	return $self->chance(60) ? "$text\::$type" : $text;
}

# A value of a type that is no column, or one: scope is a list of columns.
sub value
{
	my ($self, $type, $scope, $depth) = @_;
	my @columns = grep { $_->[1] eq $type } @{ $scope // [] };
	my $dice = $self->below(100);
	return $self->param($type) if $dice < 45;
	return $self->literal($type) if $dice < 60;
	return $self->one(@columns)->[0] if $dice < 72 && @columns;
	return 'COALESCE(' . $self->param($type) . ', ' . $self->literal($type) . ')' if $dice < 77;
	return 'CASE WHEN ' . $self->param('boolean') . ' THEN ' . $self->value($type, $scope, $depth - 1) . ' ELSE ' . $self->literal($type) . ' END' if $dice < 80;
	return 'NULLIF(' . $self->param($type) . ', ' . $self->literal($type) . ')' if $dice < 82;
	return 'twice(' . $self->param('integer') . ')' if $dice < 84 && $type eq 'integer';
	return "(now() - $1)" if $dice < 88 && $type eq 'timestamp with time zone' && $self->param('interval') =~ /(.*)/;
	return $self->param('integer') . ' + ' . $self->literal('integer') if $dice < 90 && $type eq 'integer';
	return '(' . $self->scalar_query($type, $scope, $depth - 1) . ')' if $depth > 0;
	return $self->literal($type);
}

sub expression
{
	my ($self, $scope, $depth) = @_;
	return [ $self->literal('integer'), 'integer' ] if !@$scope;
	my $column = $self->one(@$scope);
	my ($text, $type) = @$column;
	my $dice = $self->below(100);
	if ($dice < 25 && (my $functions = $self->{functions}{$type}))
	{
		my ($name, $second, $result) = @{ $self->one(@$functions) };
		$second = $type if $second =~ /^any/;
		return [ "$name($text" . ($second ne '' ? ', ' . $self->value($second, $scope, $depth - 1) : '') . ')', $result ] if $result !~ /^any|^record|^internal/;
	}
	if ($dice < 40 && (my @operators = grep { $_->[2] ne 'boolean' && $_->[2] !~ /^any/ } @{ $self->{operators}{$type} // [] }))
	{
		my ($name, $right, $result) = @{ $self->one(@operators) };
		return [ "($text $name " . $self->value($right, $scope, $depth - 1) . ')', $result ];
	}
	return [ 'CASE WHEN ' . $self->condition($scope, $depth - 1) . " THEN $text END", $type ] if $dice < 44 && $depth > 0;
	return [ "$text\::text", 'text' ] if $dice < 48;
	return [ "COALESCE($text, " . $self->value($type, $scope, 0) . ')', $type ] if $dice < 51;
	return [ "($text).number", 'integer' ] if $dice < 60 && $type eq 'address';
	return [ "($text)[" . $self->one('1', $self->param('integer')) . ']', 'integer' ] if $dice < 60 && $type eq 'integer[]';
	return [ "$text COLLATE \"C\"", 'text' ] if $dice < 60 && $type eq 'text';
	return $column;
}

# --- conditions -------------------------------------------------------------

sub comparison
{
	my ($self, $scope, $depth) = @_;
	my ($text, $type) = @{ $self->chance(75) ? $self->one(@$scope) : $self->expression($scope, $depth) };
	my @operators = grep { $_->[2] eq 'boolean' } map { @{ $self->{operators}{$_} // [] } } grep { $_ } $type, $self->{base}{$type}, $type eq 'character varying' ? 'text' : '';
	my $operator = @operators ? $self->one(@operators) : [ '=', $type ];
	my ($name, $right) = @$operator;
	($name, $right) = ('=', $type) if $self->chance(30);
	$right = $type if $right =~ /^any(?!multi)/ || $right eq 'record';
	$right = 'integer' if $right eq '"any"';
	my $value = sub { $self->value($right, $scope, $depth - 1) };
	my $dice = $self->below(100);
	return "$text $name " . $value->() if $dice < 40;
	return $value->() . " $name $text" if $dice < 45;
	return "$text BETWEEN " . ($self->chance(10) ? 'SYMMETRIC ' : '') . $self->value($type, $scope, $depth - 1) . ' AND ' . $self->value($type, $scope, $depth - 1) if $dice < 51;
	return "$text " . $self->one('', 'NOT ') . 'IN (' . join(', ', map { $self->value($type, $scope, 0) } 0 .. $self->below(4)) . ')' if $dice < 57;
	return "$text $name " . $self->one('ANY', 'ANY', 'ALL') . ' (' . $self->param("$right\[]") . ')' if $dice < 63;
	return "$text IS " . $self->one('', 'NOT ') . 'NULL' if $dice < 66;
	return "$text IS " . $self->one('', 'NOT ') . 'DISTINCT FROM ' . $self->value($type, $scope, $depth - 1) if $dice < 69;
	return "($text IS NULL OR $text $name " . $value->() . ')' if $dice < 71;
	my $param = $self->param($right);
	return "($param IS NULL OR $text $name $param)" if $dice < 76;
	return "($text, " . $self->one(@$scope)->[0] . ") $name ($param, " . $self->param('text') . ')' if $dice < 78;
	if ($dice < 81 && @$scope > 1)
	{
		my ($a, $b) = ($self->one(@$scope), $self->one(@$scope));
		return "($a->[0], $b->[0]) " . $self->one('<', '>', '>=', '=') . ' (' . $self->value($a->[1], $scope, 0) . ', ' . $self->value($b->[1], $scope, 0) . ')';
	}
	return "$text " . $self->one('IN', 'NOT IN') . ' (' . $self->scalar_query($type, $scope, $depth - 1) . ')' if $dice < 87 && $depth > 0;
	return "$text $name " . $self->one('ANY', 'ALL') . ' (' . $self->scalar_query($right, $scope, $depth - 1) . ')' if $dice < 90 && $depth > 0;
	return "NOT $text" if $type eq 'boolean';
	return "fails($text) $name " . $value->() if $type eq 'integer' && $dice < 92;
	return $self->one('hides', 'twice', 'shaky', 'anyone') . "($text) $name " . $value->() if $type eq 'integer';
	return "$text $name " . $value->();
}

# Conditions that apps write, and that a random operator seldom makes.
sub special
{
	my ($self, $scope) = @_;
	my %by;
	push @{ $by{ $_->[1] } }, $_->[0] for @$scope;
	my @ways;
	for my $text (@{ $by{text} // [] }, @{ $by{'character varying'} // [] })
	{
		push @ways, "$text " . $self->one('LIKE', 'ILIKE', 'NOT LIKE', 'SIMILAR TO', '~', '~*') . ' ' . $self->one($self->param('text'), "'%' || " . $self->param('text') . " || '%'", $self->param('text') . " || '%'", "concat('%', " . $self->param('text') . ')', "'a%'", "replace(" . $self->param('text') . ", '%', '\\%') || '%'"),
		  "lower($text) = lower(" . $self->param('text') . ')', "$text % " . $self->param('text'), "to_tsvector('english', $text) @@ plainto_tsquery(" . $self->param('text') . ')', "$text ^@ " . $self->param('text');
	}
	push @ways, "$_ @@ " . $self->one('to_tsquery', 'websearch_to_tsquery', 'plainto_tsquery', 'phraseto_tsquery') . "('english', " . $self->param('text') . ')' for @{ $by{tsvector} // [] };
	for my $text (@{ $by{jsonb} // [] })
	{
		push @ways, "$text \@> " . $self->one($self->param('jsonb'), "jsonb_build_object('a', " . $self->param('integer') . ')'), "$text ->> " . $self->one("'a'", $self->param('text')) . ' = ' . $self->param('text'),
		  "$text @? " . $self->one("'\$.a ? (@ > 3)'", $self->param('jsonpath')), "jsonb_path_exists($text, '\$.** ? (@ == \$v)', jsonb_build_object('v', " . $self->param('integer') . '))',
		  "$text ? " . $self->param('text'), "$text ?& " . $self->param('text[]'), "($text #>> '{in,t}') = " . $self->param('text'), "($text -> 'n')::int " . $self->one('<', '>', '=') . ' ' . $self->param('integer'), "$text\['a'] = " . $self->param('jsonb');
	}
	push @ways, "$_ && " . $self->param('integer[]'), "$_ \@> ARRAY[" . $self->param('integer') . ']', $self->param('integer') . " = ANY ($_)" for @{ $by{'integer[]'} // [] };
	push @ways, "$_ >= date_trunc('" . $self->one('day', 'month', 'year') . "', now() - " . $self->param('interval') . ')', "extract(year FROM $_) = " . $self->param('integer'), "$_\::date = " . $self->param('date'), "$_ AT TIME ZONE " . $self->param('text') . " > '2025-03-01'",
	  "$_ > CURRENT_TIMESTAMP - make_interval(days => " . $self->param('integer') . ')' for @{ $by{'timestamp with time zone'} // [] };
	push @ways, "$_ <@ box(" . $self->param('point') . ', ' . $self->param('point') . ')', "$_ <-> point(1, 2) < " . $self->param('double precision') for @{ $by{point} // [] };
	push @ways, "$_ = current_setting('app.number', true)::int", "$_ % " . $self->param('integer') . ' = ' . $self->param('integer'), "$_ = length(" . $self->param('text') . ')', "$_ * 2 > " . $self->param('integer') for @{ $by{integer} // [] };
	return @ways ? $self->one(@ways) : $self->comparison($scope, 0);
}

sub condition
{
	my ($self, $scope, $depth) = @_;
	return $self->one('true', 'false', $self->param('boolean')) if !@$scope;
	my $dice = $self->below(100);
	if ($depth > 0)
	{
		return '(' . join($self->one(' AND ', ' AND ', ' OR '), map { $self->condition($scope, $depth - 1) } 0 .. 1 + $self->below(3)) . ')' if $dice < 30;
		return 'NOT (' . $self->condition($scope, $depth - 1) . ')' if $dice < 34;
		return $self->one('', 'NOT ') . 'EXISTS (' . $self->select($depth - 1, $scope)->[0] . ')' if $dice < 41;
		return '(' . $self->condition($scope, $depth - 1) . ') IS ' . $self->one('TRUE', 'NOT TRUE', 'FALSE', 'UNKNOWN') if $dice < 43;
	}
	return $self->special($scope) if $dice < 62;
	return $self->comparison($scope, $depth);
}

# --- queries ----------------------------------------------------------------

sub scalar_query
{
	my ($self, $type, $scope, $depth) = @_;
	my @from = grep { my $t = $_; grep { $_->[1] eq $type } @{ $self->{table}{$t} } } @{ $self->{tables} };
	return "SELECT " . $self->literal($type) if !@from || $self->chance(10);
	my $table = $self->one(@from);
	my $alias = $self->alias();
	my @inner = map { [ "$alias.$_->[0]", $_->[1] ] } @{ $self->{table}{$table} };
	my $column = $self->one(grep { $_->[1] eq $type } @inner);
	my $sql = "SELECT $column->[0] FROM $table AS $alias";
	$sql .= ' WHERE ' . $self->condition([ @inner, $self->chance(50) ? @{ $scope // [] } : () ], $depth) if $self->chance(80);
	$sql .= " ORDER BY $inner[0][0]" if $self->chance(40);
	$sql .= ' LIMIT ' . $self->one(1, 1, $self->param('bigint')) if $self->chance(70);
	return $sql;
}

sub alias
{
	my ($self) = @_;
	return $self->chance(2) ? '"a ""' . ++$self->{aliases} . '"' : 't' . ++$self->{aliases};
}

# Something to read from, and its columns.
sub item
{
	my ($self, $depth, $scope, $ctes) = @_;
	my $alias = $self->alias();
	my $columns = sub { return map { [ "$alias.$_->[0]", $_->[1] ] } @_ };
	my $dice = $self->below(100);
	if ($depth > 0 && $dice < 14)
	{
		my ($sql, @outputs) = @{ $self->select($depth - 1, $self->chance(40) ? $scope : undef, 1) };
		return [ ($self->chance(60) ? 'LATERAL ' : '') . "($sql) AS $alias", $columns->(@outputs) ];
	}
	if (@$ctes && $dice < 26)
	{
		my $cte = $self->one(@$ctes);
		return [ "$cte->[0] AS $alias", $columns->(@{ $cte->[1] }) ];
	}
	if ($dice < 38)
	{
		my @lists = grep { $_->[1] eq 'integer[]' } @$scope;
		return $self->one(
				[ [ 'generate_series(1, ' . $self->one(9, $self->param('integer')) . ") AS $alias (n)", [ "$alias.n", 'integer' ] ] ],
				[ [ 'unnest(' . (@lists ? $self->one(@lists)->[0] : $self->param('integer[]') . '::integer[]') . ") WITH ORDINALITY AS $alias (v, place)", [ "$alias.v", 'integer' ], [ "$alias.place", 'bigint' ] ] ],
				[ [ '(VALUES (' . $self->value('integer', [], 0) . ', ' . $self->value('text', [], 0) . "), (2, 'b')) AS $alias (n, t)", [ "$alias.n", 'integer' ], [ "$alias.t", 'text' ] ] ],
				[ [ 'sales_of(' . $self->value('integer', $scope, 0) . ") AS $alias", $columns->(@{ $self->{table}{sale} }) ] ],
				[ [ 'names_like(' . $self->value('text', [], 0) . ") AS $alias", [ "$alias.id", 'integer' ], [ "$alias.name", 'text' ] ] ],
				[ [ 'jsonb_to_recordset(' . $self->one($self->param('jsonb'), "'[{\"a\":1}]'") . ") AS $alias (a int, b text)", [ "$alias.a", 'integer' ], [ "$alias.b", 'text' ] ] ],
				[ [ 'jsonb_array_elements_text(' . $self->one($self->param('jsonb'), "'[1, 2]'") . ") AS $alias (t)", [ "$alias.t", 'text' ] ] ],
				[ [ "ROWS FROM (generate_series(1, 3), unnest(ARRAY[1, " . $self->param('integer') . "])) AS $alias (a, b)", [ "$alias.a", 'integer' ], [ "$alias.b", 'integer' ] ] ])->[0];
	}
	my $table = $self->chance(35) ? 'every' : $self->one(@{ $self->{tables} });
	my $text = ($self->chance(8) && $table =~ /^(?:city|sale|account)$/ ? 'ONLY ' : '') . "$table AS $alias";
	$text .= $self->one(' TABLESAMPLE SYSTEM (50)', ' TABLESAMPLE BERNOULLI (' . $self->param('real') . ')', ' TABLESAMPLE BERNOULLI (10) REPEATABLE (3)')
	  if $self->chance(4) && $table =~ /^(?:every|sale|account|wide|city)$/;
	my @found = $columns->(@{ $self->{table}{$table} });
	push @found, [ "$alias.ctid", 'tid' ], [ "$alias.tableoid", 'oid' ], [ "$alias.xmin", 'xid' ] if $self->chance(3) && $table =~ /^(?:every|account|city)$/;
	push @found, [ $alias, $table ] if $self->chance(2);
	return [ $text, @found ];
}

sub from
{
	my ($self, $depth, $outer, $ctes) = @_;
	my ($text, @scope) = @{ $self->item($depth, $outer, $ctes) };
	for (1 .. $self->one(0, 0, 0, 1, 1, 2, 3))
	{
		my ($next, @columns) = @{ $self->item($depth, [ @scope, @$outer ], $ctes) };
		my @pairs = map { my $a = $_; map { [ $a->[0], $_->[0] ] } grep { $_->[1] eq $a->[1] } @columns } @scope;
		my $join = $self->one('JOIN', 'JOIN', 'LEFT JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN', ',');
		my $both = [ @scope, @columns ];
		if ($join eq ',' || $join eq 'CROSS JOIN')
		{
			$text .= " $join $next";
		}
		elsif (@pairs && $self->chance(85))
		{
			my $pair = $self->one(@pairs);
			$text .= " $join $next ON $pair->[0] = $pair->[1]";
			$text .= ' AND ' . $self->condition($both, 0) if $self->chance(20);
		}
		else
		{
			$text .= " $join $next ON " . $self->condition($both, 0);
		}
		@scope = @$both;
	}
	return ($text, @scope);
}

sub limits
{
	my ($self) = @_;
	my $count = sub { $self->one(10, 3, 0, $self->param('bigint'), $self->param('bigint'), $self->param('integer') . ' + 1', '(SELECT 3)', 'NULL', 'LEAST(' . $self->param('bigint') . ', 50)') };
	my $sql = '';
	$sql .= ' LIMIT ' . $count->() if $self->chance(80);
	$sql .= ' OFFSET ' . $self->one($count->(), '(' . $self->param('integer') . ' - 1) * ' . $self->param('integer')) if $self->chance(35);
	return $sql;
}

# A SELECT and its columns: [text, [name, type], ...]. named: it is read from.
sub select
{
	my ($self, $depth, $outer, $named) = @_;
	my ($with, @ctes) = ('');
	if ($depth > 1 && $self->chance(15))
	{
		for my $name ('c' . ++$self->{aliases}, ($self->chance(30) ? 'c' . ++$self->{aliases} : ()))
		{
			my ($sql, @outputs) = @{ $self->select($depth - 2, undef, 1) };
			$with .= ($with eq '' ? 'WITH ' : ', ') . "$name AS " . $self->one('', '', 'MATERIALIZED ', 'NOT MATERIALIZED ') . "($sql)";
			push @ctes, [ $name, \@outputs ];
		}
		$with .= ' ';
	}
	elsif ($depth > 1 && $self->chance(4))
	{
		my $name = 'c' . ++$self->{aliases};
		$with = "WITH RECURSIVE $name (id, depth) AS (SELECT id, 0 FROM account WHERE id = " . $self->param('integer') . " UNION ALL SELECT a.id, depth + 1 FROM account AS a JOIN $name ON a.parent = $name.id) "
		  . $self->one('', 'SEARCH DEPTH FIRST BY id SET way ', 'CYCLE id SET again USING trail ');
		push @ctes, [ $name, [ [ 'id', 'integer' ], [ 'depth', 'integer' ] ] ];
	}
	my ($from, @scope) = $self->from($depth, $outer // [], \@ctes);
	my @all = (@scope, @{ $outer // [] });
	my $where = $self->chance(85) ? ' WHERE ' . $self->condition(\@all, $depth) : '';
	my ($group, $tail, $locks, @outputs, @select) = ('', '', '');
	my $dice = $self->below(100);
	if ($dice < 20 && @scope)
	{
		# grouped
		my @keys = map { $self->chance(80) ? $self->one(@scope) : $self->expression(\@scope, 0) } 0 .. $self->below(3);
		my $list = join ', ', map { $_->[0] } @keys;
		$group = ' GROUP BY ' . $self->one($list, $list, $list, "ROLLUP ($list)", "CUBE ($list)", "GROUPING SETS (($list), ())", 'ALL ' . $list, "DISTINCT $list");
		@select = @keys;
		my @fit = grep { my $type = $_->[1]; grep { $_->[1] eq $type } @scope } @{ $self->{aggregates} };
		for (0 .. $self->below(3))
		{
			my $aggregate = @fit && $self->chance(70) ? $self->one(@fit) : undef;
			my $argument = $aggregate ? $self->one(grep { $_->[1] eq $aggregate->[1] } @scope)->[0] : '*';
			push @select, [ ($aggregate ? $aggregate->[0] : 'count') . '(' . ($aggregate && $self->chance(15) ? 'DISTINCT ' : '') . $argument . ')' . ($self->chance(15) ? ' FILTER (WHERE ' . $self->condition(\@scope, 0) . ')' : ''), $aggregate ? $aggregate->[2] : 'bigint' ];
		}
		$group .= ' HAVING ' . $self->one('count(*) > ' . $self->param('bigint'), $self->condition(\@keys, 0)) if $self->chance(30);
	}
	elsif ($dice < 30 && @scope)
	{
		# windows
		@select = map { $self->expression(\@scope, 0) } 0 .. $self->below(3);
		my $by = $self->one(@scope)->[0];
		my $key = $self->one(@scope)->[0];
		my $over = $self->one("(ORDER BY $by)", "(PARTITION BY $key ORDER BY $by DESC)", "(PARTITION BY $key)", "(ORDER BY $by ROWS BETWEEN " . $self->one(2, $self->param('bigint')) . ' PRECEDING AND CURRENT ROW)', '()');
		push @select, [ $self->one('row_number()', 'rank()', 'count(*)', "lag($by)", "first_value($key)", 'ntile(' . $self->param('integer') . ')') . " OVER $over", 'bigint' ];
	}
	elsif ($dice < 40 && !$named)
	{
		@select = ([ '*', '' ]);
	}
	else
	{
		@select = @scope ? map { $self->expression(\@scope, $depth - 1) } 0 .. $self->below(4) : ([ '1', 'integer' ]);
		push @select, [ $self->value('integer', \@scope, $depth - 1), 'integer' ] if $self->chance(10);
	}
	my $distinct = '';
	if ($self->chance(40) && $select[0][0] ne '*')
	{
		my $key = $self->one(@select)->[0];
		$tail = ' ORDER BY ' . join(', ', map { $_->[0] . $self->one('', '', ' DESC', ' ASC NULLS FIRST', ' DESC NULLS LAST') } $self->one(@select), $self->chance(30) ? $self->one(@select) : ());
		if ($self->chance(10))
		{
			$distinct = "DISTINCT ON ($key) ";
			$tail = " ORDER BY $key";
		}
	}
	elsif ($self->chance(60) && @scope && $group eq '')
	{
		$tail = ' ORDER BY ' . join(', ', map { $self->one(@scope)->[0] . $self->one('', ' DESC', ' USING <') } 0 .. $self->below(2));
		$tail = ' ORDER BY ' . $self->one(@scope)->[0] . ' <-> ' . $self->param('point') if $self->chance(3);
	}
	else
	{
		$distinct = $self->chance(10) ? 'DISTINCT ' : '';
	}
	$tail .= $self->limits() if $self->chance(45);
	$locks = $self->one(' FOR UPDATE', ' FOR SHARE SKIP LOCKED', ' FOR NO KEY UPDATE NOWAIT') if !$named && $self->chance(1);
	my $i = 0;
	for my $column (@select)
	{
		push @outputs, [ 'x' . ++$i, $column->[1] ];
	}
	$i = 0;
	my $list = $select[0][0] eq '*' ? '*' : join ', ', map { $_->[0] . ($named ? ' AS x' . ++$i : '') } @select;
	my $sql = "${with}SELECT $distinct$list FROM $from$where$group$tail$locks";
	if ($self->chance(8) && $list ne '*' && !grep { $_->[1] =~ /^(?:json|xml|point|any)/ } @select)
	{
		# The same columns once more, from elsewhere.
		my $other = join ', ', map { $self->value($_->[1], [], 0) . "::$_->[1]" } @select;
		$sql = "($sql) " . $self->one('UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT', 'EXCEPT ALL') . " (SELECT $other" . $self->one('', ' FROM account LIMIT 5') . ')';
		$sql .= ' ORDER BY 1' . $self->limits() if $self->chance(50);
	}
	return [ $sql, @outputs ];
}

# Statements that no contract may have.
sub refused
{
	my ($self) = @_;
	my $where = $self->condition([ map { [ $_->[0], $_->[1] ] } @{ $self->{table}{account} } ], 1);
	return $self->one(
		"DELETE FROM account WHERE $where RETURNING id",
		"UPDATE account SET score = " . $self->param('integer') . " WHERE $where",
		'INSERT INTO nothing SELECT id, name FROM account',
		"WITH d AS (DELETE FROM account WHERE $where RETURNING *) SELECT * FROM d",
		"MERGE INTO account AS a USING city AS c ON a.id = c.id WHEN MATCHED THEN UPDATE SET score = c.id WHEN NOT MATCHED THEN DO NOTHING",
		'SELECT * INTO taken FROM account', 'CREATE TABLE taken AS SELECT 1', 'TRUNCATE account', 'EXPLAIN ANALYZE SELECT 1', 'SELECT 1; SELECT 2', '', ' ; ', '-- nothing', 'VALUES (1', 'LOCK TABLE account', 'COMMIT', 'PREPARE x AS SELECT 1', 'DO $$ BEGIN END $$',
		"SELECT * FROM account WHERE $where FOR UPDATE", 'DECLARE c CURSOR FOR SELECT 1', 'COPY account TO STDOUT', 'SET work_mem = 64', 'SELECT $0', 'SELECT $65536', 'SELECT $99999999999', "NOTIFY x", 'SELECT * FROM no_such_table', 'SELECT $1 + $2', 'SELECT $3');
}

# Statements that read in ways of their own.
sub odd
{
	my ($self) = @_;
	return $self->one(
		'TABLE account', 'VALUES (1, $1), (2, $2)', 'SELECT', 'SELECT FROM account', 'SELECT 1 WHERE $1', "SELECT nextval('sale_id_seq')", "SELECT set_config('work_mem', '99kB', false)", "SELECT pg_advisory_lock(3)", 'SELECT txid_current()', "SELECT currval('sale_id_seq')",
		'SELECT * FROM perfcheck_verify()', "SELECT * FROM perfcheck_plan()", "SELECT perfcheck_seed(3)", "SELECT perfcheck_add_query('in', 'SELECT 1')", 'SELECT * FROM perfcheck_query WHERE name = $1', 'SELECT * FROM pg_class WHERE relname = $1 ORDER BY oid LIMIT 3', 'SELECT * FROM pg_stats WHERE tablename = $1', 'SELECT * FROM information_schema.columns WHERE table_name = $1 LIMIT 4',
		'SELECT * FROM pg_locks WHERE pid = $1', 'SELECT * FROM pg_stat_activity', 'SELECT pg_notify($1, $2)', "SELECT lo_create(0)", "SELECT dblink('x')", 'SELECT random(), $1::text', 'SELECT * FROM pg_sequences', 'SELECT last_value FROM sale_id_seq', 'SELECT * FROM generate_series($1::int, $2::int, $3::int)',
		'SELECT * FROM account WHERE id = $1 AND id = $1 AND id <> $1', 'SELECT * FROM account WHERE $1 = $2', 'SELECT $1::mood', 'SELECT $1::address', 'SELECT ($1::address).street', 'SELECT $1::int[][]', 'SELECT * FROM account LIMIT $1 OFFSET $2', 'SELECT * FROM bare WHERE a = $1', 'SELECT count(*) FROM columnless', 'SELECT pg_cancel_backend(pg_backend_pid())', "SELECT pg_sleep(0.2), \$1::int",
		'SELECT * FROM account AS a, LATERAL (SELECT * FROM sale AS s WHERE s.account = a.id ORDER BY at DESC LIMIT $1) AS s WHERE a.kind = $2', 'SELECT array_agg(id ORDER BY made) FROM account WHERE parent = ANY($1) GROUP BY kind', "SELECT * FROM json_populate_record(NULL::address, \$1)", 'SELECT * FROM account a WHERE a = $1', 'SELECT a FROM account a WHERE a IN (SELECT b FROM account b WHERE id > $1)', 'SELECT xmlelement(name x, $1)', "SELECT * FROM sale WHERE at = \$1 AND status IS NOT DISTINCT FROM \$2", 'SELECT * FROM unread WHERE v = $1');
}

# The next statement, and whether it must be refused.
sub next
{
	my ($self) = @_;
	$self->{params} = [undef];
	$self->{aliases} = 0;
	my $dice = $self->below(100);
	return $self->refused() if $dice < 3;
	return $self->odd() if $dice < 9;
	my $sql = $self->select($self->one(0, 0, 1, 1, 2, 2, 3), undef)->[0];

	# Without gaps, as a rule: not all that was made stands in the text.
	my (%number, $n);
	$sql =~ s/\$(\d+)/'$' . ($number{$1} \/\/= ++$n)/ge if !$self->chance(2);
	return $sql;
}

1;
