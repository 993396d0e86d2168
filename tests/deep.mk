# SPDX-License-Identifier: GPL-2.0-only
#
# Proof that goes deeper than "make check": fuzzing, coverage, valgrind, static
# analysis. docs/testing.md says what each of them shows.
#
# Variables:
#	T=NAME		fuzz this target of tests/fuzz only; SECONDS= RUNS= how long

.PHONY: fuzz fuzz-build coverage sanitized valgrind analyze check-deep

SECONDS ?= $(if $(RUNS),0,60)

# Fuzzing. One target a file, and import.c once for each format.

CLANG ?= clang
SAN_fuzz := -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_fuzz := -O1 -g $(SAN_fuzz) -fno-omit-frame-pointer

IMPORTERS := sha256sum csv stix misp cyclonedx spdx hsb nsrl openioc santa fapolicyd
FUZZ_SRC := $(filter-out tests/fuzz/import.c,$(wildcard tests/fuzz/*.c))
FUZZ := $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/%) $(IMPORTERS:%=build/fuzz/import-%)

# What a target has in place of functions that would reach beyond it.
wrap = $(patsubst %,-Wl$(comma)--wrap=%,$(1))
WRAP_dump := $(call wrap,sendto recvfrom genl_connect)
WRAP_arguments := $(call wrap,debar_open isatty guard_check file_write key_read \
	kmod_module_probe_insert_module kmod_module_remove_module)

build/fuzz/obj/%.o: %.c | build/.tools
	$(call say,CC,$< [fuzz])
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(CFLAGS_fuzz) -fsanitize=fuzzer-no-link -c -o $@ $<

build/fuzz/obj/import-%.o: tests/fuzz/import.c | build/.tools
	$(call say,CC,$< [$*])
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS_ALL) -DFUZZ_FORMAT='"$*"' $(CFLAGS_ALL) $(CFLAGS_fuzz) \
		-fsanitize=fuzzer-no-link -c -o $@ $<

# The program's main(), to be called by a target.
build/fuzz/obj/debar_main.o: userspace/cli/main.c | build/.tools
	$(call say,CC,$< [fuzz])
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS_ALL) -Dmain=debar_main $(CFLAGS_ALL) -Wno-missing-prototypes $(CFLAGS_fuzz) \
		-fsanitize=fuzzer-no-link -c -o $@ $<

build/fuzz/parts.a: $(filter-out %/main.o,$(call objects,build/fuzz,$(ALL_SRC)))
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

build/fuzz/arguments: build/fuzz/obj/debar_main.o
build/fuzz/import-%: build/fuzz/obj/import-%.o build/fuzz/parts.a
	$(fuzz_link)
build/fuzz/%: build/fuzz/obj/tests/fuzz/%.o build/fuzz/parts.a
	$(fuzz_link)

define fuzz_link
	$(call say,LD,$@)
	$(Q)$(CLANG) $(SAN_fuzz) -fsanitize=fuzzer $(WRAP_$(@F)) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(PKG_LIBS)
endef

fuzz-build: $(FUZZ)

fuzz: $(if $(T),$(T:%=build/fuzz/%),$(FUZZ)) ## fuzz all of tests/fuzz in turn, or T=NAME; SECONDS=60 or RUNS= each
	$(Q)tests/fuzz/run --seconds $(SECONDS) $(if $(RUNS),--runs $(RUNS)) $(T)

# Coverage: the unit tests and those of the command line, with objects of their own.
# Without optimization gcc does not see through policy_prefer_huge(), and warns.

COV := build/cov
COV_UNIT := $(UNIT:build/unit/%=$(COV)/unit/%)
COVERAGE_MIN ?= 90

$(COV)/obj/%.o: %.c | build/.tools
	$(call say,CC,$< [cov])
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -Wno-error=use-after-free -O0 -g --coverage -c -o $@ $<

$(COV)/parts.a: $(filter-out %/main.o,$(call objects,$(COV),$(ALL_SRC)))
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(COV)/unit/%: $(COV)/obj/tests/unit/%.o $(COV)/parts.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) --coverage -o $@ $^ $(PKG_LIBS) -lcmocka

$(COV)/bin/debar: $(COV)/obj/userspace/cli/main.o $(COV)/parts.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) --coverage -pie -o $@ $^ $(PKG_LIBS)

$(COV)/bin/debard: $(COV)/obj/userspace/daemon/main.o $(COV)/parts.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) --coverage -pie -o $@ $^ $(PKG_LIBS)

coverage: $(COV_UNIT) $(COV)/bin/debar $(COV)/bin/debard user build/plant ## lines of userspace and policy that tests reach: at least 90 % of each part
	$(Q)tests/coverage --minimum $(COVERAGE_MIN) $(COV) $(COV_UNIT)

sanitized: build/plant ## the tests of the command line and of debard, with ASan, UBSan and LSan
	$(Q)$(MAKE) user SAN=1
	$(Q)DEBAR=build/san/bin/debar DEBARD=build/san/bin/debard tests/check cli

# Valgrind: the unit tests without sanitizers, which it cannot stand, and without fortified
# calls, in whose place tests cannot put their own.

PLAIN_UNIT := $(UNIT:build/unit/%=build/plain/unit/%)

build/plain/obj/%.o: %.c | build/.tools
	$(call say,CC,$< [plain])
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -O1 -g -U_FORTIFY_SOURCE -c -o $@ $<

build/plain/parts.a: $(filter-out %/main.o,$(call objects,build/plain,$(ALL_SRC)))
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

build/plain/unit/%: build/plain/obj/tests/unit/%.o build/plain/parts.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -o $@ $^ $(PKG_LIBS) -lcmocka

valgrind: $(PLAIN_UNIT) ## the unit tests under valgrind: no error, nothing lost
	$(Q)tests/valgrind $(PLAIN_UNIT)

# Static analysis, by both compilers. gcc 12 takes memory for lost or freed twice once a
# pointer to it lies in a structure: for that there are clang, LeakSanitizer and valgrind.

ANALYZER_OFF := -Wno-analyzer-malloc-leak -Wno-analyzer-double-free
ANALYZED := $(ALL_SRC)

build/analyze/gcc/%.ok: %.c | build/.tools
	$(call say,ANALYZE,$< [gcc])
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MF $(@:.ok=.d) -O2 -fanalyzer $(ANALYZER_OFF) -S -o /dev/null $<
	$(Q)touch $@

build/analyze/clang/%.ok: %.c | build/.tools
	$(call say,ANALYZE,$< [clang])
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS_ALL) -std=gnu11 $(WARN) --analyze --analyzer-output text \
		-Xclang -analyzer-werror -o /dev/null $<
	$(Q)touch $@

analyze: $(ANALYZED:%.c=build/analyze/clang/%.ok) $(ANALYZED:%.c=build/analyze/gcc/%.ok) ## static analysis by both compilers

check-deep: ## fuzzing for long (FUZZ_SECONDS=600 each), sanitizers, coverage, valgrind, static analysis
	$(Q)tests/check-deep
