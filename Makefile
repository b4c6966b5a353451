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
LIBS_mxlookup = -lresolv
LIBS_mxsend =
LIBS_bounceclass = $(shell pkg-config --libs libpcre2-8)
LIBS_quarantine =
LIBS_lab/dnsd = -lresolv
LIBS_lab/smtpd = $(shell pkg-config --libs openssl) -lpthread

override CFLAGS += $(OPTIMISE) $(WARNINGS) $(SANITISE) -D_GNU_SOURCE -Isrc/lib -DMXKIT_VERSION='"$(VERSION)"' -MMD -MP
override LDFLAGS += $(SANITISE)

PACKAGES_BUILD = gcc make pkg-config libc6-dev libpcre2-dev libcsv-dev
PACKAGES_DEMO = $(PACKAGES_BUILD) libssl-dev openssl
PACKAGES_CHECK = $(PACKAGES_DEMO) perl valgrind knot knot-dnsutils
PACKAGES_LINT = clang clang-tidy clang-format cppcheck shellcheck mandoc
PACKAGES_FUZZ = clang libclang-rt-14-dev

LIB_OBJECTS = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/lib/*.c))
TOOL_OBJECTS = $(patsubst src/$(1)/%.c,$(B)/$(1)/%.o,$(wildcard src/$(1)/*.c))
LAB_OBJECTS = $(patsubst %.c,$(B)/%.o,$(wildcard t/lab/$(1)/*.c))
LAB = $(B)/lab/smtpd $(B)/lab/dnsd
UNIT_TESTS = $(patsubst t/unit/%.c,$(B)/unit/%,$(wildcard t/unit/*.c))
BENCHES = $(patsubst t/bench/%.c,$(B)/bench/%,$(wildcard t/bench/*.c))
FUZZERS = $(patsubst t/fuzz/%.c,$(B)/fuzz/%,$(wildcard t/fuzz/*.c))
SOURCES = $(wildcard src/*/*.c t/lab/*.c t/unit/*.c t/bench/*.c t/fuzz/*.c)
HEADERS = $(wildcard src/*/*.h t/lab/*.h t/unit/*.h)
SCRIPTS = $(wildcard t/*.t t/*.sh t/bench/*.sh) t/lab/lab t/demo .ci/run
PAGES = $(wildcard man/*.[1-8])

all: $(TOOLS:%=$(BIN)/%)

## help: list the targets
help:
	@sed -n 's/^## /  make /p' Makefile

## all: build the tools into bin/ (the default)

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
	$(CC) $(LDFLAGS) -o $@ $^ -lcsv

$(LAB): $(B)/lab/%: $$(call LAB_OBJECTS,$$*) $(B)/libmxkit.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_lab/$*) -lcsv

.SECONDARY:

clean:
	rm -rf $(B) $(BIN)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all help clean
