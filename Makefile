# mxkit: small Unix filters for people who send mail in bulk. `make help` lists what this file can do.

VERSION = 0.1.0
PREFIX = /usr/local
DESTDIR =

CC = gcc
OPTIMISE = -O2 -g
WARNINGS = -std=c17 -Wall -Wextra -Wshadow -Wconversion -Werror
SANITISE =
B = build
BIN = bin

TOOLS = mxlookup mxsend bounceclass quarantine

# What each program links to beyond libmxkit; nothing links to what it does not use.
LIBS_mxlookup = -lresolv $(shell pkg-config --libs libidn2)
LIBS_mxsend =
LIBS_bounceclass = $(shell pkg-config --libs libpcre2-8) -lpthread
LIBS_quarantine = $(shell pkg-config --libs libpcre2-8 libidn2) -lpthread
LIBS_bench/vectorscan = $(shell pkg-config --libs libhs)
LIBS_bench/cares = -lcares
LIBS_lab/dnsd = -lresolv
LIBS_lab/smtpd = $(shell pkg-config --libs openssl) -lpthread

override CFLAGS += $(OPTIMISE) $(WARNINGS) $(SANITISE) -D_GNU_SOURCE -Isrc/lib -DMXKIT_VERSION='"$(VERSION)"' -MMD -MP
override LDFLAGS += $(SANITISE)

PACKAGES_BUILD = gcc make pkg-config libc6-dev libpcre2-dev libcsv-dev libidn2-dev
PACKAGES_DEMO = $(PACKAGES_BUILD) libssl-dev openssl
PACKAGES_CHECK = $(PACKAGES_DEMO) perl valgrind knot exim4-daemon-light
PACKAGES_BENCH = $(PACKAGES_CHECK) libvectorscan-dev sqlite3 libc-ares-dev adns-tools bind9-dnsutils time
PACKAGES_LINT = clang clang-format cppcheck shellcheck mandoc
PACKAGES_FUZZ = clang libclang-rt-14-dev

LIB_OBJECTS = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/lib/*.c))
TOOL_OBJECTS = $(patsubst src/$(1)/%.c,$(B)/$(1)/%.o,$(wildcard src/$(1)/*.c))
LAB_OBJECTS = $(patsubst %.c,$(B)/%.o,$(wildcard t/lab/$(1)/*.c))
LAB = $(B)/lab/smtpd $(B)/lab/dnsd $(B)/lab/fault.so
UNIT_TESTS = $(patsubst t/unit/%.c,$(B)/unit/%,$(wildcard t/unit/*.c))
BENCHES = $(patsubst t/bench/%.c,$(B)/bench/%,$(wildcard t/bench/*.c))
FUZZERS = $(patsubst t/fuzz/%.c,$(B)/fuzz/%,$(wildcard t/fuzz/*.c))
SOURCES = $(wildcard src/*/*.c t/lab/*/*.c t/unit/*.c t/bench/*.c t/fuzz/*.c)
HEADERS = $(wildcard src/*/*.h t/lab/*/*.h t/unit/*.h)
SCRIPTS = $(wildcard t/*.t t/*.sh) t/bench/run t/bench/bounceclass t/bench/quarantine t/bench/mxlookup t/lab/lab t/lab/names t/demo t/score t/valgrind .ci/run
PAGES = $(wildcard man/*.[1-8])

## all: build the tools into bin/ (the default)
all: $(TOOLS:%=$(BIN)/%)

## help: list the targets
help:
	@sed -n 's/^## /  make /p' Makefile

# A parallel make of several tools makes each object once; the objects go to build/, laid out as src/ is.
$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/t/%.o: t/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Isrc -c -o $@ $<

$(B)/libmxkit.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

.SECONDEXPANSION:
$(TOOLS:%=$(BIN)/%): $(BIN)/%: $$(call TOOL_OBJECTS,%) $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_$*) -lcsv

# t/unit/TOOL-PART.c tests src/TOOL/PART.c, or src/lib/PART.c as lib-PART: it links to that tool's parts but its main.
UNIT_TOOL = $(firstword $(subst -, ,$(1)))
UNIT_PARTS = $(filter-out %/main.o,$(call TOOL_OBJECTS,$(call UNIT_TOOL,$(1))))
$(UNIT_TESTS): $(B)/unit/%: $(B)/t/unit/%.o $$(if $$(filter lib,$$(call UNIT_TOOL,$$*)),,$$(call UNIT_PARTS,$$*)) $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_$(call UNIT_TOOL,$*)) -lcsv

$(BENCHES): $(B)/bench/%: $(B)/t/bench/%.o $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_bench/$*) -lcsv

$(B)/lab/smtpd $(B)/lab/dnsd: $(B)/lab/%: $$(call LAB_OBJECTS,$$*) $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_lab/$*) -lcsv

# A library, and never a sanitised one: it stands between a tool and the C library.
$(B)/lab/fault.so: t/lab/fault/fault.c
	@mkdir -p $(@D)
	$(CC) $(OPTIMISE) $(WARNINGS) -D_GNU_SOURCE -fPIC -shared -o $@ $<

# What the tests find their programs by; the sanitised build has its own.
TEST_ENVIRONMENT = MXKIT_BIN=$(abspath $(BIN)) MXKIT_BUILD=$(abspath $(B)) MXKIT_SANITISED='$(SANITISE)'
TEST_PROGRAMS = all $(LAB) $(UNIT_TESTS)
PROVE = $(TEST_ENVIRONMENT) prove --exec '' --timer

## deps: install what building, demo and check need, from Debian's packages
deps: deps-check

# deps-KIND installs the packages of PACKAGES_KIND that are missing, and says which; sudo only for who is not root.
deps-demo: PACKAGES = $(PACKAGES_DEMO)
deps-check: PACKAGES = $(PACKAGES_CHECK)
deps-lint: PACKAGES = $(PACKAGES_LINT)
deps-bench: PACKAGES = $(PACKAGES_BENCH)
deps-fuzz: PACKAGES = $(PACKAGES_FUZZ)
deps-%:
	@missing=; for p in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] || { echo "installing:$$missing"; \
		if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
		$$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; }

## demo: run the pipeline over 33 days on loopback, and tell what happened
demo: deps-demo
	@$(MAKE) -s all $(LAB)
	@$(TEST_ENVIRONMENT) t/demo

## check: run the tests
check: deps-check
	@$(MAKE) -s $(TEST_PROGRAMS)
	@$(PROVE) t/*.t $(UNIT_TESTS)

## torture: the tests with many times the kills, flipped bits, writers and rows; then each fuzzer for an hour
torture: deps-bench
	@MXKIT_TORTURE=1 $(MAKE) -s check
	@$(MAKE) -s fuzz FUZZ_SECONDS=3600

## asan: run the tests with AddressSanitizer and UndefinedBehaviorSanitizer
asan: deps-check
	@ASAN_OPTIONS=detect_leaks=1 $(MAKE) -s check B=build/asan BIN=build/asan/bin OPTIMISE='-O1 -g' \
		SANITISE='-fsanitize=address,undefined -fno-sanitize-recover=all'

## valgrind: run the unit tests and each tool once under valgrind
valgrind: deps-check
	@$(MAKE) -s $(TEST_PROGRAMS)
	@$(TEST_ENVIRONMENT) t/valgrind $(UNIT_TESTS)

# Tests hand commands in single quotes to check(), which runs them in a shell of its own, with variables that are exported for it.
SHELLCHECK_EXCEPTIONS = SC2016,SC2030,SC2031,SC2034

## lint: compilers' warnings, cppcheck, shellcheck, manual pages, forbidden calls, format
lint: deps-lint
	@$(MAKE) -s CC=clang B=build/clang BIN=build/clang/bin all build/clang/lab/smtpd build/clang/lab/dnsd
	@echo cppcheck; cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,portability --inline-suppr \
		--suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE -DMXKIT_VERSION='""' -Isrc/lib $(wildcard src/*/*.c)
	@echo shellcheck; shellcheck -x -P t -e $(SHELLCHECK_EXCEPTIONS) $(SCRIPTS)
	@echo mandoc; mandoc -Tlint -W warning $(PAGES)
	@echo 'forbidden calls'; ! grep -nE '\b(system|popen|gets|strcpy|strcat|sprintf|strtok|atoi|alloca) ?\(' src/*/*.[ch] t/lab/*/*.[ch]
	@echo clang-format; clang-format --dry-run -Werror $(SOURCES) $(HEADERS)

## format: bring the C sources into shape
format:
	@clang-format -i $(SOURCES) $(HEADERS)

## bench: measure, as ratios against peers
bench: deps-bench
	@$(MAKE) -s all $(LAB) $(BENCHES)
	@$(TEST_ENVIRONMENT) t/bench/run
	@$(TEST_ENVIRONMENT) t/bench/bounceclass
	@$(TEST_ENVIRONMENT) t/bench/quarantine
	@$(TEST_ENVIRONMENT) t/bench/mxlookup

## fuzz: run each fuzzer for FUZZ_SECONDS (60); what it learned is kept in build/fuzz/corpus
FUZZ_SECONDS = 60
fuzz: deps-fuzz
	@$(MAKE) -s fuzzers CC=clang B=build/fuzz BIN=build/fuzz/bin OPTIMISE='-O1 -g' \
		SANITISE='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all'
	@for f in $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)); do echo "$$f"; mkdir -p "build/fuzz/corpus/$$f"; \
		seeds=t/fuzz/seeds/$$f; [ -d "$$seeds" ] || seeds=; \
		ASAN_OPTIONS=quarantine_size_mb=16 build/fuzz/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=1 -rss_limit_mb=256 -verbosity=0 \
			-close_fd_mask=2 -print_final_stats=0 -artifact_prefix=build/fuzz/ "build/fuzz/corpus/$$f" $$seeds || exit 1; done

# t/fuzz/TOOL-PART.c, as the unit tests.
fuzzers: $(FUZZERS)
$(FUZZERS): $(B)/fuzz/%: $(B)/t/fuzz/%.o $$(if $$(filter lib,$$(call UNIT_TOOL,$$*)),,$$(call UNIT_PARTS,$$*)) $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS_$(call UNIT_TOOL,$*)) -lcsv

## score: accuracy on the labelled bounces in ../shared/corpus, when they are there
CORPUS = ../shared/corpus
score: all
	@$(TEST_ENVIRONMENT) t/score $(CORPUS)

## install: into PREFIX (/usr/local), below DESTDIR
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/mxkit/rules
	install -m 755 $(TOOLS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 rules/*.rules $(DESTDIR)$(PREFIX)/share/mxkit/rules
	for page in $(notdir $(PAGES)); do \
		install -D -m 644 man/$$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$page || exit 1; done

## uninstall: take away what install put there
uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -rf $(DESTDIR)$(PREFIX)/share/mxkit
	for page in $(notdir $(PAGES)); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$page; done

## clean: remove build/ and bin/
clean:
	rm -rf build bin

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all help deps demo check torture asan valgrind lint format bench fuzz fuzzers score install uninstall clean
