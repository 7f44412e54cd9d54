#!/bin/sh
# Checks that no C function has over 100 lines and no C file over 700:
# sh test/tools/sizes.sh [FOLDER...]. The folders are src and test unless given.
#
# A function begins with "{" in the first column and ends with "}" there, and
# both lines count. Prints "FILE:LINE: RULE" for each breach, and exits with 1
# if there is one.

[ $# -gt 0 ] || set -- src test
files=$(find "$@" -name '*.[ch]' -type f | sort)
if [ -z "$files" ]; then
	printf '%s\n' "no C file in $*"
	exit 1
fi
# shellcheck disable=SC2086
awk -v function_max=100 -v file_max=700 '
FNR == 1 { start = 0 }
/^{/ { start = FNR }
/^}/ {
	if (start && FNR - start + 1 > function_max) {
		print FILENAME ":" start ": a function of " FNR - start + 1 \
			" lines; at most " function_max " are allowed"
		bad = 1
	}
	start = 0
}
FNR == file_max + 1 {
	print FILENAME ":" FNR ": a file of over " file_max " lines"
	bad = 1
}
END { exit bad }' $files
