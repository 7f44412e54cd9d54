# perfcheck: a PostgreSQL extension (PGXS) and one program, perfcheck-http.
#
#   make, make install      build, install: the extension, and perfcheck-http
#                           where its client libraries are
#   make http, install-http perfcheck-http alone
#   make demo, make test    all of their own set-up, on Debian by name
#   make deb, make dist     packages: for Debian, and for PGXN
#   make page               looks at the pages of html in a browser
#   make installcheck       pg_regress against a running server
#   make unit, prove, http  parts of make test
#   make soak               what takes too long for it: all of the next two lines, faults,
#                           and a session of long
#   make asan, valgrind     pg_regress with memory watched
#   make fuzz, fuzz-parsers looks for queries and texts that do harm
#   make layers, sizes      its checks of the source tree
#   make format             clang-format over all C files
#
# PG_CONFIG picks the PostgreSQL: make PG_CONFIG=/path/to/pg_config

EXTENSION = perfcheck
MODULE_big = perfcheck
# The folders of the server's module, in the order in which one may include
# another; src/README tells what each is for. src/http is the program's.
SERVER_DIRS = shared base query contract cases plan work verdict advice run \
	report record exchange synth seed populate
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c $(SERVER_DIRS:%=src/%/*.c)))
# perfcheck-load.sql and perfcheck-statistics.sql are for psql, and stand beside the
# extension's own scripts.
DATA = sql/perfcheck--1.0.sql script/perfcheck-load.sql script/perfcheck-statistics.sql
DATA_built = sql/perfcheck--1.0--1.1.sql
PGFILEDESC = "perfcheck - will every query of an API stay fast"

# unused-parameter and sign-compare come from the server's own headers.
WARNINGS = -Wall -Wextra
PG_CFLAGS = $(WARNINGS) -Wno-unused-parameter -Wno-sign-compare
PG_CPPFLAGS = -I$(srcdir)/src

REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test
# A slow machine gives no other output, and every comment of a report is compared.
installcheck: export PGOPTIONS := $(PGOPTIONS) -c perfcheck.verbose_report=on -c perfcheck.progress=off
# initdb refuses to run as root; make test runs them as another user then.
ifneq ($(shell id -u),0)
TAP_TESTS = 1
endif
PROVE_TESTS = test/t/*.pl

EXTRA_CLEAN = build perfcheck-http test/api/events-api results regression.diffs \
	regression.out tmp_check log

PG_CONFIG ?= pg_config

# perfcheck-http is built along where the headers of its libraries are; WITH_HTTP
# is "yes" or "no" to have it in any case, or not at all.
HTTP_HEADERS_SOUGHT = curl/curl.h http_parser.h jansson.h xxhash.h libpq-fe.h
HTTP_MISSING = $(shell for header in $(HTTP_HEADERS_SOUGHT); do \
	echo "\#include <$$header>" | \
	$(CC) -I"$$($(PG_CONFIG) --includedir)" -E - >/dev/null 2>&1 || \
	echo $$header; done)

# These run before there is a PostgreSQL to include anything of.
ifneq ($(filter-out setup setup-soak demo test soak layers sizes format format-check deb dist page fuzz asan valgrind,$(or $(MAKECMDGOALS),all)),)
ifndef WITH_HTTP
WITH_HTTP := $(if $(HTTP_MISSING),no,yes)
endif
ifeq ($(WITH_HTTP),yes)
SCRIPTS_built = perfcheck-http
endif
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
ifeq ($(WITH_HTTP),yes)
install: install-man
else
all: http-left-out
endif
endif

# PGXS knows no headers unless PostgreSQL was built with --enable-depend.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h $(SERVER_DIRS:%=src/%/*.h))

# The script of an update is kept in parts; script/1.1/README tells how.
sql/perfcheck--1.0--1.1.sql: $(sort $(wildcard $(srcdir)/script/1.1/*.sql))
	@$(MKDIR_P) $(@D)
	cat $^ > $@

# --- programs: plain C, apart from the server's flags ----------------------

# PROGRAM_FLAGS are for who packages it.
PROGRAM_CFLAGS = -std=gnu99 -O2 -g $(WARNINGS) -D_GNU_SOURCE -Isrc $(PROGRAM_FLAGS)
PQ_CFLAGS = -I$(shell $(PG_CONFIG) --includedir)
# A PostgreSQL that finds its library by a run path has its programs find it so.
PQ_LIBS = -L$(shell $(PG_CONFIG) --libdir) -lpq \
	$(if $(filter yes,$(enable_rpath)),$(rpath))

HTTP_SOURCES = $(wildcard src/http/*.c src/http/*/*.c src/shared/*.c)
# What unpacks answers is used where its headers are.
HTTP_UNPACK_LIBS = $(shell \
	$(CC) -include zlib.h -E -x c /dev/null >/dev/null 2>&1 && echo -lz; \
	$(CC) -include brotli/decode.h -E -x c /dev/null >/dev/null 2>&1 && echo -lbrotlidec)
HTTP_LIBS = -lcurl -lhttp_parser -ljansson -lxxhash $(HTTP_UNPACK_LIBS) $(PQ_LIBS) \
	-lm -lpthread
HTTP_HEADERS = $(wildcard src/http/*.h src/http/*/*.h src/shared/*.h)

HTTP_OBJS = $(HTTP_SOURCES:%.c=build/program/%.o)

build/program/%.o: %.c $(HTTP_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_CFLAGS) $(PQ_CFLAGS) -c -o $@ $<

perfcheck-http: $(HTTP_OBJS)
	$(CC) $(PROGRAM_CFLAGS) -o $@ $(HTTP_OBJS) $(HTTP_LIBS)

http: perfcheck-http

http-left-out:
	@echo "perfcheck-http is left out$(patsubst %,: no %,$(strip $(HTTP_MISSING)));" \
		"the extension does not need it. docs/perfcheck-http.md names its libraries."

install-http: perfcheck-http install-man
	$(MKDIR_P) '$(DESTDIR)$(bindir)'
	$(INSTALL_PROGRAM) perfcheck-http '$(DESTDIR)$(bindir)/'

install-man:
	$(MKDIR_P) '$(DESTDIR)$(mandir)/man1'
	$(INSTALL_DATA) docs/perfcheck-http.1 '$(DESTDIR)$(mandir)/man1/'

API_SOURCES = $(wildcard test/api/*.c)

test/api/events-api: $(API_SOURCES) $(wildcard test/api/*.h)
	$(CC) $(PROGRAM_CFLAGS) $(PQ_CFLAGS) -o $@ $(API_SOURCES) \
		-lmicrohttpd $(PQ_LIBS) -lpthread

api: test/api/events-api

# Servers that tests of the helper run against.
build/stall: test/servers/stall.c test/servers/front.h
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_CFLAGS) -o $@ $<

build/steady: test/servers/steady.c
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_CFLAGS) -o $@ $< -lmicrohttpd

build/capacity: test/servers/capacity.c test/servers/front.h
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_CFLAGS) -o $@ $< -lm

servers: build/stall build/steady build/capacity

# --- unit tests: pure modules and the helper's, under both sanitizers -------

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
UNIT_CC = $(CC) $(PROGRAM_CFLAGS) $(PQ_CFLAGS) -O1 $(SANITIZE)
UNIT_SOURCES = $(filter-out src/http/main.c,$(HTTP_SOURCES)) \
	$(wildcard src/synth/*.c) \
	$(patsubst %,src/%.c,work/work_node work/unstopped work/unmatched work/region \
	work/block_projection work/projection work/estimates work/busiest \
	record/comment_split record/comment_tags record/mend record/mend_groups record/mend_params \
	report/sql_lines \
	base/sql_token exchange/query_file exchange/named_params)
UNIT_OBJS = $(patsubst %.c,build/unit/%.o,$(UNIT_SOURCES))
UNIT_HEADERS = $(HTTP_HEADERS) $(wildcard src/synth/*.h src/work/*.h \
	src/contract/*.h src/base/sql_token.h src/record/comment_*.h src/record/mend*.h src/record/segment_code.h \
	src/exchange/*.h src/report/sql_lines.h \
	test/unit/*.h)
UNIT_TESTS = $(patsubst test/unit/%.c,build/unit/%,$(wildcard test/unit/test_*.c))

build/unit/%.o: %.c $(UNIT_HEADERS)
	@mkdir -p $(@D)
	$(UNIT_CC) -c -o $@ $<

build/unit/%: test/unit/%.c $(UNIT_OBJS)
	$(UNIT_CC) -o $@ $< $(UNIT_OBJS) -lcmocka $(HTTP_LIBS)

unit: $(UNIT_TESTS)
	@status=0; for t in $(UNIT_TESTS); do ./$$t || status=1; done; exit $$status

# The helper under the sanitizers; the TAP tests run this one.
build/perfcheck-http: $(UNIT_OBJS) build/unit/src/http/main.o
	$(UNIT_CC) -o $@ $(filter build/unit/src/http/% build/unit/src/shared/%,$^) \
		$(HTTP_LIBS)

# And under the one for threads, which does not go with the others.
build/perfcheck-http-tsan: $(HTTP_SOURCES) $(HTTP_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_CFLAGS) $(PQ_CFLAGS) -O1 -fsanitize=thread -o $@ \
		$(HTTP_SOURCES) $(HTTP_LIBS)

# --- fuzzing; test/fuzz/README tells what each does --------------------------

# The parsers under libFuzzer, FUZZ_SECONDS each; and FUZZ_QUERIES queries sent to
# a server, which finds more if it was built with --enable-cassert.
FUZZ_SECONDS = 20
FUZZ_QUERIES = 200
FUZZ_CLANG = clang
FUZZ_CC = $(FUZZ_CLANG) $(PROGRAM_CFLAGS) $(PQ_CFLAGS) -O1 \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_OBJS = $(patsubst %.c,build/fuzz/%.o,$(UNIT_SOURCES))

build/fuzz/%.o: %.c $(UNIT_HEADERS)
	@mkdir -p $(@D)
	$(FUZZ_CC) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

build/fuzz/parsers: test/fuzz/parsers.c $(FUZZ_OBJS)
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(HTTP_LIBS)

fuzz-parsers: setup-soak
	@$(MAKE) --no-print-directory build/fuzz/parsers
	@sh test/fuzz/parsers.sh build/fuzz/parsers $(FUZZ_SECONDS)

fuzz: setup-soak
	@sh test/fuzz/fuzz.sh $(FUZZ_QUERIES)

# pg_regress with the module, or the server, watched; MEMORY_TESTS names tests.
asan valgrind: setup-soak
	@sh test/fuzz/memory.sh $@ $(MEMORY_TESTS)

# --- whole runs ------------------------------------------------------------

setup:
	@sh test/tools/setup.sh

# What fuzz, asan, valgrind and soak need beside.
setup-soak:
	@sh test/tools/setup.sh soak

demo:
	@sh test/tools/demo.sh

test:
	@sh test/tools/test.sh

soak: setup-soak
	@sh test/tools/soak.sh

layers:
	@sh test/tools/layers.sh src

sizes:
	@sh test/tools/sizes.sh

C_FILES = $(wildcard src/*.[ch] src/*/*.[ch] src/http/*/*.[ch] test/api/*.[ch] \
	test/servers/*.[ch] test/unit/*.[ch] test/fuzz/*.[ch])

format:
	clang-format -i $(C_FILES)

format-check:
	clang-format --dry-run -Werror $(C_FILES)

# --- packages --------------------------------------------------------------

VERSION = $(shell sed -n 's/.*"version": "\(.*\)",/\1/p;T;q' META.json)

# A Debian package for each PostgreSQL that has its server-dev package here.
deb:
	@sh test/tools/deb.sh

page:
	@sh test/tools/page.sh

# What PGXN takes: the files that git knows, in a folder that has the version.
dist:
	@mkdir -p build
	git archive --format zip --prefix=perfcheck-$(VERSION)/ \
		-o build/perfcheck-$(VERSION).zip HEAD
	@echo build/perfcheck-$(VERSION).zip

.PHONY: http http-left-out install-http install-man api servers unit setup setup-soak demo \
	fuzz fuzz-parsers asan valgrind test soak layers sizes format format-check deb dist
