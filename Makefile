# mxkit: small Unix filters for people who send mail in bulk. `make help` lists the targets.

VERSION = 0.1.0
PREFIX = /usr/local
DESTDIR =

CC = gcc
OPTIMISE = -O2 -g
WARNINGS = -std=c17 -Wall -Wextra -Wshadow -Wconversion -Werror
SANITISE =

# Where things are built: `make O=DIR` leaves a read-only checkout as it is.
O = .
B = $(patsubst ./%,%,$(O)/build)
BIN = $(patsubst ./%,%,$(O)/bin)

# make cannot handle blanks in the names of its files.
ifneq ($(words $(CURDIR) $(O) $(B) $(BIN)),4)
$(error make cannot build in a path with a blank in it: move the checkout to one without)
endif

TOOLS = mxlookup mxsend bounceclass quarantine mxqueue

# The rooms of src/. BELOW_ROOM names the rooms that it may use, from the top down: programs are
# linked in this order, and `make lint` checks that no file includes another room. LIBS_TOOL names
# the libraries that the tool calls. A new tool is a line in each table and its name in TOOLS.
ROOMS = base lib store classify limits $(TOOLS)
BELOW_base =
BELOW_lib = base
BELOW_store = lib base
BELOW_classify = lib base
BELOW_limits = lib base
BELOW_mxlookup = lib base
BELOW_mxsend = limits lib base
BELOW_bounceclass = classify lib base
BELOW_quarantine = store classify lib base
BELOW_mxqueue = store lib base

LIBS_mxlookup = -lresolv $(IDN) $(UNICODE) $(CSV)
LIBS_mxsend = $(IDN) $(UNICODE) $(CSV)
LIBS_bounceclass = $(PCRE) $(CSV) -lpthread
LIBS_quarantine = $(PCRE) $(IDN) $(UNICODE) $(CSV) -lpthread
LIBS_mxqueue = $(IDN) $(UNICODE) $(CSV) -lpthread

# Unit tests and fuzzers, t/unit/ROOM-PART.c, are linked from the room and the rooms below it.
LIBS_base =
LIBS_lib = $(IDN) $(UNICODE) $(CSV)
LIBS_store = $(IDN) $(UNICODE)
LIBS_classify = $(PCRE)

LIBS_lab/dnsd = -lresolv
LIBS_lab/smtpd = $(OPENSSL) -lpthread
LIBS_bench/pass = $(CSV)
LIBS_bench/cares = -lcares
LIBS_bench/vectorscan = $(VECTORSCAN)

CSV = -lcsv
PCRE = $(shell pkg-config --libs libpcre2-8)
IDN = $(shell pkg-config --libs libidn2)
UNICODE = -lunistring
OPENSSL = $(shell pkg-config --libs openssl)
VECTORSCAN = $(shell pkg-config --libs libhs)

PACKAGES_BUILD = gcc make pkg-config libc6-dev libpcre2-dev libcsv-dev libidn2-dev \
	libunistring-dev
PACKAGES_DEMO = $(PACKAGES_BUILD) libssl-dev openssl
PACKAGES_CHECK = $(PACKAGES_DEMO) perl valgrind
PACKAGES_BENCH = $(PACKAGES_CHECK) libvectorscan-dev sqlite3 libc-ares-dev adns-tools \
	bind9-dnsutils time
PACKAGES_LINT = clang clang-format cppcheck shellcheck mandoc groff-base
PACKAGES_FUZZ = clang libclang-rt-dev

override CFLAGS += $(OPTIMISE) $(WARNINGS) $(SANITISE) -D_GNU_SOURCE -Isrc \
	-DMXKIT_VERSION='"$(VERSION)"' -MMD -MP
override LDFLAGS += $(SANITISE)

LAB = $(B)/lab/smtpd $(B)/lab/dnsd $(B)/lab/fault.so $(B)/lab/ids.so
# Where `make peers` unpacks real servers; the sanitised build uses them too.
PEERS = $(B)/peers
UNIT_TESTS = $(patsubst t/unit/%.c,$(B)/unit/%,$(wildcard t/unit/*.c))
BENCHES = $(patsubst t/bench/%.c,$(B)/bench/%,$(wildcard t/bench/*.c))
FUZZERS = $(patsubst t/fuzz/%.c,$(B)/fuzz/%,$(wildcard t/fuzz/*.c))
SOURCES = $(wildcard src/*/*.c t/lab/*/*.c t/unit/*.c t/bench/*.c t/fuzz/*.c)
HEADERS = $(wildcard src/*/*.h t/lab/*/*.h t/unit/*.h)
SCRIPTS = $(wildcard t/*.t t/*.sh t/lint/*) t/bench/run t/bench/bounceclass t/bench/quarantine \
	t/bench/mxlookup t/bench/mxqueue t/lab/lab t/lab/names t/lab/peer t/lab/peers t/demo t/week \
	t/deps t/score t/valgrind t/exit-99 t/mutants/run .ci/run
PAGES = $(wildcard man/*.[1-8])

## all: build the tools into bin/ (the default)
all: $(TOOLS:%=$(BIN)/%)

## help: list the targets
help:
	@sed -n 's/^## /  make /p' Makefile
	@echo '  With O=DIR, build into DIR instead of the checkout; with CC=clang, use that compiler.'

# The compiler and its flags: what was built with others is built again.
$(B)/flags: FORCE
	@mkdir -p $(@D) || { echo "make: build elsewhere: make O=DIR" >&2; exit 1; }
	@command -v $(CC) >/dev/null || { \
		echo "make: there is no compiler $(CC): run 'make deps', or name one with CC=" >&2; exit 1; }
	@echo '$(CC) $(CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(LDFLAGS)' >$@

$(B)/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/t/%.o: t/%.c $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# A room becomes an archive; a program is linked from its room and the rooms below it.
archives = $(patsubst %,$(B)/%.a,$(1) $(BELOW_$(1)))
room = $(firstword $(subst -, ,$(notdir $(1))))
$(foreach r,$(ROOMS),$(eval $(B)/$(r).a: $(patsubst src/%.c,$(B)/%.o,$(wildcard src/$(r)/*.c))))
$(foreach t,$(TOOLS),$(eval $(BIN)/$(t): $(call archives,$(t))))
$(foreach t,$(UNIT_TESTS),$(eval $(t): $(t:$(B)/%=$(B)/t/%.o) $(call archives,$(call room,$(t)))))
$(foreach t,$(FUZZERS),$(eval $(t): $(t:$(B)/%=$(B)/t/%.o) $(call archives,$(call room,$(t)))))
$(foreach t,$(BENCHES),$(eval $(t): $(t:$(B)/%=$(B)/t/%.o) $(call archives,lib)))
$(foreach l,dnsd smtpd,$(eval \
	$(B)/lab/$(l): $(patsubst %.c,$(B)/%.o,$(wildcard t/lab/$(l)/*.c)) $(call archives,lib)))

$(ROOMS:%=$(B)/%.a):
	@rm -f $@
	$(AR) rcs $@ $^

LINK = $(CC) $(LDFLAGS) -o $@ $^
$(TOOLS:%=$(BIN)/%):
	@mkdir -p $(@D)
	$(LINK) $(LIBS_$(@F))

$(UNIT_TESTS):
	@mkdir -p $(@D)
	$(LINK) $(LIBS_$(call room,$@))

$(FUZZERS):
	@mkdir -p $(@D)
	$(LINK) -fsanitize=fuzzer $(LIBS_$(call room,$@))

$(BENCHES) $(B)/lab/dnsd $(B)/lab/smtpd:
	@mkdir -p $(@D)
	$(LINK) $(LIBS_$(@:$(B)/%=%))

# Libraries, and never sanitised ones: they are loaded between a program and the C library.
$(B)/lab/fault.so: t/lab/fault/fault.c $(B)/flags
$(B)/lab/ids.so: t/lab/ids/ids.c $(B)/flags
$(B)/lab/fault.so $(B)/lab/ids.so:
	@mkdir -p $(@D)
	$(CC) $(OPTIMISE) $(WARNINGS) -D_GNU_SOURCE -fPIC -shared -o $@ $<

# How the tests find the programs to test; the sanitised build has its own.
TEST_ENVIRONMENT = MXKIT_BIN='$(abspath $(BIN))' MXKIT_BUILD='$(abspath $(B))' \
	MXKIT_PEERS='$(abspath $(PEERS))' MXKIT_SANITISED='$(SANITISE)'
TEST_PROGRAMS = all $(LAB) $(UNIT_TESTS)
PROVE = $(TEST_ENVIRONMENT) prove --exec '' --timer

## deps: install what building, demo and check need, from Debian's packages
deps: deps-check

# deps-KIND installs those packages of PACKAGES_KIND that are missing. None of them, and nothing
# that they depend on, has a service or a user of its own.
deps-demo: PACKAGES = $(PACKAGES_DEMO)
deps-check: PACKAGES = $(PACKAGES_CHECK)
deps-lint: PACKAGES = $(PACKAGES_LINT)
deps-bench: PACKAGES = $(PACKAGES_BENCH)
deps-fuzz: PACKAGES = $(PACKAGES_FUZZ)
deps-%:
	@t/deps $(PACKAGES)

## demo: run the pipeline over 33 days on loopback, and show what happened
demo: deps-demo
	@$(MAKE) -s all $(LAB)
	@$(TEST_ENVIRONMENT) t/demo

## peers: unpack Debian's packages of real servers into build/peers, for the tests
peers: deps-check
	@t/lab/peers '$(PEERS)'

## check: run the tests
check: peers
	@$(MAKE) -s $(TEST_PROGRAMS)
	@$(PROVE) t/*.t $(UNIT_TESTS)

## exit-99: let every tool exit with 99, and prove that every test notices
exit-99: peers
	@$(MAKE) -s $(TEST_PROGRAMS)
	@$(TEST_ENVIRONMENT) t/exit-99

## mutants: put each fault of t/mutants into a copy of the code, and list those that no test sees
mutants: deps-check
	@t/mutants/run

## torture: run the tests with many more kills, flips and rows, t/week in full; each fuzzer an hour
torture: deps-bench
	@MXKIT_TORTURE=1 $(MAKE) -s check
	@$(MAKE) -s fuzz FUZZ_SECONDS=3600

## asan: run the tests with AddressSanitizer and UndefinedBehaviorSanitizer
asan: deps-check
	@ASAN_OPTIONS=detect_leaks=1 $(MAKE) -s check B=$(B)/asan BIN=$(B)/asan/bin PEERS='$(PEERS)' \
		OPTIMISE='-O1 -g' SANITISE='-fsanitize=address,undefined -fno-sanitize-recover=all'

## valgrind: run the unit tests and each tool once under valgrind
valgrind: deps-check
	@$(MAKE) -s $(TEST_PROGRAMS)
	@$(TEST_ENVIRONMENT) t/valgrind $(UNIT_TESTS)

# check() runs a test's body in a shell of its own, with variables that are set for it alone.
# Functions are called from such bodies, with arguments; and `done` is a command of mxqueue.
SHELLCHECK_EXCEPTIONS = SC2016,SC2030,SC2031,SC2034,SC1010,SC2119,SC2120

FORBIDDEN = system|popen|gets|strcpy|strcat|sprintf|strtok|atoi|alloca

## lint: check the code, the scripts, the pages, the order of the rooms, words, widths and format
lint: deps-lint
	@$(MAKE) -s CC=clang B=$(B)/clang BIN=$(B)/clang/bin all $(B)/clang/lab/smtpd $(B)/clang/lab/dnsd
	@echo cppcheck; cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,portability \
		--inline-suppr --suppress=normalCheckLevelMaxBranches -D_GNU_SOURCE \
		-DMXKIT_VERSION='""' -Isrc $(wildcard src/*/*.c)
	@echo shellcheck; shellcheck -x -P t -e $(SHELLCHECK_EXCEPTIONS) $(SCRIPTS)
	@echo pages; t/lint/pages $(PAGES)
	@echo rooms; t/lint/rooms $(foreach r,$(ROOMS),'$(r): $(BELOW_$(r))')
	@echo words; t/lint/words
	@echo widths; t/lint/widths
	@echo 'forbidden calls'; ! grep -nE '\b($(FORBIDDEN)) ?\(' src/*/*.[ch] t/lab/*/*.[ch]
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
	@$(TEST_ENVIRONMENT) t/bench/mxqueue

## fuzz: run each fuzzer for FUZZ_SECONDS (60); what it learned is kept in build/fuzz/corpus
FUZZ_SECONDS = 60
fuzz: deps-fuzz
	@$(MAKE) -s fuzzers CC=clang B=$(B)/fuzz BIN=$(B)/fuzz/bin OPTIMISE='-O1 -g' \
		SANITISE='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all'
	@for f in $(notdir $(FUZZERS)); do echo "$$f"; mkdir -p "$(B)/fuzz/corpus/$$f"; \
		seeds=t/fuzz/seeds/$$f; [ -d "$$seeds" ] || seeds=; \
		ASAN_OPTIONS=quarantine_size_mb=16 $(B)/fuzz/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) \
			-timeout=1 -rss_limit_mb=256 -verbosity=0 -close_fd_mask=2 -print_final_stats=0 \
			-artifact_prefix=$(B)/fuzz/ "$(B)/fuzz/corpus/$$f" $$seeds || exit 1; done

fuzzers: $(FUZZERS)

## score: measure accuracy on the labelled bounces in CORPUS (make score CORPUS=DIR)
CORPUS =
score: all
	@[ -n '$(CORPUS)' ] || { \
		echo 'make: name the folder of labelled bounces: make score CORPUS=DIR' >&2; exit 1; }
	@$(TEST_ENVIRONMENT) t/score '$(CORPUS)'

# Blanks in DESTDIR and PREFIX are fine.
TO = $(DESTDIR)$(PREFIX)

## install: into PREFIX (/usr/local), below DESTDIR
install: all
	install -d "$(TO)/bin" "$(TO)/share/mxkit/rules"
	install -m 755 $(TOOLS:%=$(BIN)/%) "$(TO)/bin"
	install -m 644 rules/*.rules "$(TO)/share/mxkit/rules"
	for page in $(notdir $(PAGES)); do \
		install -D -m 644 "man/$$page" "$(TO)/share/man/man$${page##*.}/$$page" || exit 1; done

## uninstall: remove what install put there
uninstall:
	for tool in $(TOOLS); do rm -f "$(TO)/bin/$$tool"; done
	rm -rf "$(TO)/share/mxkit"
	for page in $(notdir $(PAGES)); do rm -f "$(TO)/share/man/man$${page##*.}/$$page"; done
	for section in $(patsubst .%,%,$(sort $(suffix $(PAGES)))); do \
		rmdir --ignore-fail-on-non-empty "$(TO)/share/man/man$$section" 2>/dev/null || true; done

## clean: remove build/ and bin/
clean:
	rm -rf $(B) $(BIN)

FORCE:
-include $(shell find $(B) -path $(PEERS) -prune -o -name '*.d' -print 2>/dev/null)
.PHONY: all help deps demo peers check exit-99 mutants torture asan valgrind lint format bench \
	fuzz fuzzers score install uninstall clean FORCE
