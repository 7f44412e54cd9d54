#!/bin/sh
# Checks which folder of the source includes which, and that no two files need
# each other: sh test/tools/layers.sh [ROOT]. ROOT is src unless it is given.
#
# Prints a line "FILE:LINE: RULE" for each breach, and exits with 1 if there is
# one.

# Each line is a stack of folders. A folder may include those that stand before
# it in a line that names it, and itself. A dot is ROOT itself.
layers='
shared base query contract cases plan work verdict advice report .
shared base query contract cases plan work run .
shared base query contract cases record .
shared base query contract cases plan exchange .
shared base seed populate .
shared synth seed populate
shared http/base http/answer http/requests http/cli http/client http/check http/result http/load http/report http/compare http/rate http
'
# The only files that stand in ROOT itself
top='arguments.c arguments.h perfcheck.c perfcheck_contract.c perfcheck_import.c perfcheck_populate.c perfcheck_record.c perfcheck_time.c report_row.c report_row.h result_row.c result_row.h README'

root=${1:-src}
cd "$root" || exit 2
LC_ALL=C
export LC_ALL
find . -type f \( -name '*.[ch]' -o ! -path './*/*' \) | sed 's,^\./,,' |
	grep -Ev '\.(o|bc|d)$' | sort |
	awk -v root="${root%/}" -v layers="$layers" -v top="$top" '
function folder(file)
{
	return sub("/[^/]*$", "", file) ? file : "."
}
function complain(place, rule)
{
	print root "/" place ": " rule
	bad = 1
}
# Whether a path that does not exist is meant to be one of the project.
function ours(path)
{
	return path !~ "/" || path ~ /^\.\.?\// || folder(path) in known
}
# Visits a file and what it includes; a file that is met again on the way down
# closes a circle. A module is its .c and its .h.
function visit(module, way,    n, next_ones, i)
{
	if (state[module] == "done")
		return
	if (state[module] == "open") {
		way = substr(way, index(way " ", " " module " "))
		complain(where[last, module], "a circle of includes:" way " " module)
		return
	}
	state[module] = "open"
	n = split(includes[module], next_ones, " ")
	for (i = 1; i <= n; i++) {
		last = module
		visit(next_ones[i], way " " module)
	}
	state[module] = "done"
}
BEGIN {
	n = split(layers, line, "\n")
	for (i = 1; i <= n; i++) {
		m = split(line[i], stack, " ")
		for (j = 1; j <= m; j++) {
			known[stack[j]] = 1
			for (k = 1; k <= j; k++)
				may[stack[j], stack[k]] = 1
		}
	}
	n = split(top, line, " ")
	for (i = 1; i <= n; i++)
		allowed[line[i]] = 1
}
{
	files[++count] = $0
	exists[$0] = 1
	name = $0
	sub(".*/", "", name)
	if (name ~ /\.h$/)
		header[name] = $0
}
END {
	for (f = 1; f <= count; f++) {
		file = files[f]
		in_folder = folder(file)
		if (in_folder == "." && !(file in allowed))
			complain(file ":1", "only " top " may stand outside of a folder")
		else if (!(in_folder in known))
			complain(file ":1", "folder \"" in_folder "\" is in no layer")
		if (file !~ /\.[ch]$/)
			continue
		module = file
		sub(/\.[ch]$/, "", module)
		number = 0
		while ((getline text < file) > 0) {
			number++
			if (text !~ /^[ \t]*#[ \t]*include[ \t]*"/)
				continue
			split(text, part, "\"")
			wanted = part[2]
			if (!(wanted in exists)) {
				name = wanted
				sub(".*/", "", name)
				# The server has headers of the same names in folders of its own.
				if (name in header && ours(wanted))
					complain(file ":" number, "\"" wanted \
						"\" must be included as \"" header[name] "\"")
				continue
			}
			other = folder(wanted)
			if (!((in_folder, other) in may))
				complain(file ":" number, "\"" in_folder \
					"\" must not include \"" other "\", which is not below it")
			sub(/\.[ch]$/, "", wanted)
			if (wanted != module) {
				includes[module] = includes[module] " " wanted
				if (!((module, wanted) in where))
					where[module, wanted] = file ":" number
			}
		}
		close(file)
		if (!(module in seen)) {
			seen[module] = 1
			modules[++module_count] = module
		}
	}
	for (f = 1; f <= module_count; f++)
		visit(modules[f], "")
	exit bad
}'
