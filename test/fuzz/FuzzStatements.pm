# The statements of a file for psql, without what psql alone understands.

package FuzzStatements;

use strict;
use warnings;

sub slurp
{
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/;
	my $text = <$file>;
	close $file;
	return $text;
}

# of_file(FILE, VARIABLES): \set of variables is done, and data of COPY is left out.
sub of_file
{
	my ($path, $variable) = @_;
	my $text = slurp($path);
	my ($sql, $depth, $body, @statements) = ('', 0, 0);
	while ($text =~ /\G(?:
		(?<comment>--[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)
		|(?<quoted>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>[A-Za-z_]\w*|)\$.*?\$\k<tag>\$)
		|(?<meta>\\(?:[^\\\n]|\\(?!\n))*)
		|(?<variable>(?<!:):(?<q>['"]?)(?<name>[A-Za-z_]\w*)\k<q>)
		|(?<word>[A-Za-z_]\w*)
		|(?<mark>.))/gsx)
	{
		my %at = %+;
		if (defined $at{comment})
		{
			$sql .= ' ';
		}
		elsif (defined $at{meta})
		{
			if ($at{meta} =~ /^\\set\s+(\w+)\s+(.*)/)
			{
				my ($name, $value) = ($1, $2);
				$value =~ s/:(\w+)|'([^']*)'|\s+/defined $1 ? $variable->{$1} \/\/ '' : $2 \/\/ ''/ge;
				$variable->{$name} = $value;
			}
			elsif ($at{meta} =~ /^\\g/ && $sql =~ /\S/)
			{
				push @statements, $sql;
				$sql = '';
			}
		}
		elsif (defined $at{variable} && exists $variable->{ $at{name} })
		{
			my $value = $variable->{ $at{name} };
			$sql .= $at{q} eq '' ? $value : $at{q} . $value =~ s/$at{q}/$at{q}$at{q}/gr . $at{q};
		}
		elsif (defined $at{mark} && $at{mark} eq ';' && $depth <= 0 && !$body)
		{
			push @statements, $sql if $sql =~ /\S/;
			if ($sql =~ /^\s*copy\b.*\bfrom\s+stdin/si)
			{
				pop @statements;
				$text =~ /\G.*?^\\\.$/gcsm;
			}
			($sql, $depth) = ('', 0);
		}
		else
		{
			$depth++ if defined $at{mark} && $at{mark} eq '(';
			$depth-- if defined $at{mark} && $at{mark} eq ')';
			$body++ if defined $at{word} && lc $at{word} eq 'atomic';
			$body-- if defined $at{word} && lc $at{word} eq 'end' && $body > 0 && $sql !~ /\bcase\b(?:(?!\bend\b).)*$/si;
			$sql .= $at{quoted} // $at{word} // $at{variable} // $at{mark};
		}
	}
	push @statements, $sql if $sql =~ /\S/;
	s/^\s+|\s+$//g for @statements;
	return @statements;
}

1;
