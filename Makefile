# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that is built lands under build/. "make help" lists the targets.
#
# Variables:
#	KERNEL=6.1	build the module for this kernel of tests/vm/KERNELS only
#	KDIR=DIR	build the module for the kernel build tree DIR instead
#	SAN=1		userspace with ASan and UBSan, in build/san/
#	V=1		show the commands
#	PREFIX DESTDIR	where "make install" puts things; SYSCONFDIR=/etc

VERSION := 0.1.0
SOVERSION := 0

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include/debar
DATADIR ?= $(PREFIX)/share
SYSCONFDIR ?= /etc

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

# Flags

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2
PKGS := libnl-genl-3.0 libnl-3.0 libkmod jansson yaml-0.1 libcrypto libarchive yajl expat sqlite3
LIB_PKGS := libnl-genl-3.0 libnl-3.0 libcrypto
DAEMON_PKGS := libnl-genl-3.0 libnl-3.0 jansson libcrypto sqlite3
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
DAEMON_LIBS := $(shell pkg-config --libs $(DAEMON_PKGS) 2>/dev/null)
LIB_LIBS := $(shell pkg-config --libs $(LIB_PKGS) 2>/dev/null)

# Ours come last: kmod/limits.h must not hide the C library's.
INCLUDES := $(addprefix -idirafter ,userspace/lib userspace/cli userspace/evidence \
	userspace/daemon userspace/report policy/compiler policy/package policy/importer kmod)
CPPFLAGS_ALL = -D_GNU_SOURCE -DDEBAR_VERSION='"$(VERSION)"' -DDEBAR_DATADIR='"$(DATADIR)/debar"' $(PKG_CFLAGS) $(CPPFLAGS) \
	$(INCLUDES)
CFLAGS_ALL = -std=gnu11 $(WARN) -MD -MP

CFLAGS ?= -O2 -g
CFLAGS_release = $(CFLAGS) -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
	-fstack-protector-strong -fPIC
LDFLAGS_release = $(LDFLAGS) -Wl,-z,relro,-z,now
CFLAGS_san = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -fPIC
LDFLAGS_san = -fsanitize=address,undefined

# Sources

LIB_SRC := $(wildcard userspace/lib/*.c)
CLI_SRC := $(wildcard userspace/cli/*.c)
EVIDENCE_SRC := $(wildcard userspace/evidence/*.c)
REPORT_SRC := $(wildcard userspace/report/*.c)
DAEMON_SRC := $(wildcard userspace/daemon/*.c)
POLICY_SRC := $(wildcard policy/compiler/*.c policy/package/*.c policy/importer/*.c) kmod/image.c \
	kmod/sizes.c
ALL_SRC := $(LIB_SRC) $(CLI_SRC) $(EVIDENCE_SRC) $(REPORT_SRC) $(DAEMON_SRC) $(POLICY_SRC)
UNIT := $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/*_test.c))
GUEST := $(patsubst tests/vm/guest/%.c,build/guest/%,$(wildcard tests/vm/guest/*.c)) build/guest/genl

FLAVOUR := $(if $(SAN),san,release)
OUT := $(if $(SAN),build/san,build)
LIB_A := $(OUT)/lib/libdebar.a
LIB_SO := $(OUT)/lib/libdebar.so.$(VERSION)

objects = $(patsubst %.c,$(1)/obj/%.o,$(2))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

.PHONY: FORCE all user kmod guest unit lint check check-debug check-others mutate demo bench deps install uninstall clean help

all: user kmod ## userspace and the module (the default)

user: $(OUT)/bin/debar $(OUT)/bin/debard $(LIB_A) $(LIB_SO) $(OUT)/lib/libdebar.pc ## debar, debard and libdebar

# Userspace

build/obj/%.o: %.c | build/.tools
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(CFLAGS_release) -c -o $@ $<

build/san/obj/%.o: %.c | build/.tools
	$(call say,CC,$< [san])
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(CFLAGS_san) -c -o $@ $<

$(LIB_A): $(call objects,$(OUT),$(LIB_SRC))
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(LIB_SO): $(call objects,$(OUT),$(LIB_SRC)) userspace/lib/libdebar.map
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -shared -Wl,-soname,libdebar.so.$(SOVERSION) \
		-Wl,--version-script=userspace/lib/libdebar.map \
		$(if $(SAN),,-Wl$(comma)-z$(comma)defs) \
		$(LDFLAGS_$(FLAVOUR)) -o $@ $(filter %.o,$^) $(LIB_LIBS)
	$(Q)ln -sf $(@F) $(@D)/libdebar.so.$(SOVERSION)
	$(Q)ln -sf libdebar.so.$(SOVERSION) $(@D)/libdebar.so

comma := ,

# Made anew each time, for PREFIX may be another.
$(OUT)/lib/libdebar.pc: userspace/lib/libdebar.pc.in FORCE
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' $< >$@

$(OUT)/bin/debar: $(call objects,$(OUT),$(CLI_SRC) $(EVIDENCE_SRC) $(REPORT_SRC) $(POLICY_SRC)) $(LIB_A)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -pie $(LDFLAGS_$(FLAVOUR)) -o $@ $^ $(PKG_LIBS)

# Of the CLI, only what makes untrusted bytes safe.
$(OUT)/bin/debard: $(call objects,$(OUT),$(DAEMON_SRC) $(EVIDENCE_SRC) userspace/cli/escape.c \
		policy/compiler/utf8.c) $(LIB_A)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -pie $(LDFLAGS_$(FLAVOUR)) -o $@ $^ $(DAEMON_LIBS)

# Where the installed program looks for its data: remade when PREFIX is another.
build/.datadir: FORCE
	$(Q)mkdir -p build
	$(Q)echo '$(DATADIR)/debar' | cmp -s - $@ || echo '$(DATADIR)/debar' >$@

build/obj/userspace/report/directive.o build/san/obj/userspace/report/directive.o: build/.datadir

# Says which package is missing before the compiler stumbles over a header.
build/.tools: Makefile
	@mkdir -p build
	@pkg-config --print-errors --exists $(PKGS) || \
		{ echo "Packages are missing: run 'make deps' as root." >&2; exit 1; }
	@touch $@

# The module

KERNELS = $(if $(KERNEL),$(KERNEL),$(shell awk '!/^\#/ && NF { print $$1 }' \
	tests/vm/KERNELS))

kmod: ## debar.ko, for each kernel of tests/vm/KERNELS or KDIR=; DEBAR_TRUST= certificates of who may sign
ifdef KDIR
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(DEBAR_TRUST),DEBAR_TRUST=$(abspath $(DEBAR_TRUST))) modules
else
	$(Q)set -e; for kernel in $(KERNELS); do \
		tests/vm/build --kernel $$kernel $(if $(DEBAR_TRUST),--trust $(DEBAR_TRUST)); done
endif

# Tests

guest: $(GUEST) ## programs that tests run inside the VM

build/guest/%-dynamic: tests/vm/guest/%-dynamic.c | build/.tools
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) -std=gnu11 $(WARN) -O2 -g -MD -MP -o $@ $<

build/guest/genl: $(wildcard tests/vm/guest/genl/*.[ch]) tests/vm/guest/sha256.h kmod/uapi/debar.h | build/.tools
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) -std=gnu11 $(WARN) -O2 -g -static -o $@ $(filter %.c,$^)

build/guest/%: tests/vm/guest/%.c | build/.tools
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) -std=gnu11 $(WARN) -O2 -g -MD -MP -static -o $@ $<

# Makes evidence stores for tests/cli/report and tests/bench/evidence.
build/plant: $(call objects,build,tests/cli/plant.c $(EVIDENCE_SRC) userspace/cli/when.c \
		userspace/cli/escape.c policy/compiler/utf8.c) $(LIB_A)
	$(call say,LD,$@)
	$(Q)$(CC) -pie $(LDFLAGS_release) -o $@ $^ $(DAEMON_LIBS)

# Everything but main(), from which each unit test takes what it needs.
build/san/parts.a: $(filter-out %/main.o,$(call objects,build/san,$(ALL_SRC)))
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

build/unit/%: build/san/obj/tests/unit/%.o build/san/parts.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_san) -o $@ $^ $(PKG_LIBS) -lcmocka

unit: $(UNIT) ## unit tests of userspace, under ASan and UBSan
	$(Q)failed=; for test in $(UNIT); do \
		DEBAR_SRC='$(CURDIR)' $$test || failed="$$failed $${test##*/}"; \
	done; \
	if [ -n "$$failed" ]; then echo "unit: failed:$$failed" >&2; exit 1; fi

lint: ## style and static analysis
	$(Q)tests/lint

check: ## everything that must pass before a commit
	$(Q)tests/check

mutate: ## break the module in named ways and see that the suite notices (about half an hour)
	$(Q)tests/deps build check
	$(Q)$(MAKE) --no-print-directory user guest
	$(Q)tests/mutate

check-debug: ## the VM's tests on a kernel with KASAN, lockdep, kmemleak (which is built first, in an hour or less)
	$(Q)tests/check-debug

check-others: ## the kernel's selftests, stress-ng and a kernel build: the same without and with the module
	$(Q)tests/deps build
	$(Q)$(MAKE) --no-print-directory user guest kmod KERNEL=$(or $(KERNEL),6.12)
	$(Q)tests/others/run --kernel $(or $(KERNEL),6.12)

demo: ## see a banned product being refused, in a VM (installs what is missing)
	$(Q)tests/deps build demo
	$(Q)tests/vm/kernels $(or $(KERNEL),6.1)
	$(Q)$(MAKE) --no-print-directory user guest kmod KERNEL=$(or $(KERNEL),6.1)
	$(Q)tests/demo/run

bench: ## what it costs, in executed instructions, in a VM (about ten minutes a kernel)
	$(Q)tests/deps build
	$(Q)$(MAKE) --no-print-directory user guest kmod
	$(Q)tests/bench/run

deps: ## install the Debian packages that building needs (root)
	$(Q)tests/deps build

include tests/deep.mk

# Installing

DIRECTIVES := $(wildcard policy/directives/*.yaml)
COMPLETIONDIR = $(DATADIR)/bash-completion/completions
SHIPPING := $(wildcard userspace/shipping/*.conf)
UNITDIR ?= $(LIBDIR)/systemd/system

install: user ## DESTDIR= PREFIX=/usr/local: programs, library, unit, manual pages
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
		$(DESTDIR)$(INCLUDEDIR)/uapi $(DESTDIR)$(DATADIR)/man/man4 \
		$(DESTDIR)$(DATADIR)/man/man7 $(DESTDIR)$(DATADIR)/man/man8 \
		$(DESTDIR)$(COMPLETIONDIR) $(DESTDIR)$(DATADIR)/debar/audit \
		$(DESTDIR)$(DATADIR)/debar/shipping $(DESTDIR)$(UNITDIR) \
		$(DESTDIR)$(SYSCONFDIR)/debar
	install -m 755 $(OUT)/bin/debar $(DESTDIR)$(SBINDIR)/debar
	install -m 755 $(OUT)/bin/debard $(DESTDIR)$(SBINDIR)/debard
	sed 's|@SBINDIR@|$(SBINDIR)|' userspace/daemon/debard.service \
		>$(DESTDIR)$(UNITDIR)/debard.service
	test -e $(DESTDIR)$(SYSCONFDIR)/debar/debard.conf || install -m 644 \
		userspace/daemon/debard.conf $(DESTDIR)$(SYSCONFDIR)/debar/debard.conf
	install -m 644 $(LIB_A) $(LIB_SO) $(DESTDIR)$(LIBDIR)
	ln -sf libdebar.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libdebar.so.$(SOVERSION)
	ln -sf libdebar.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libdebar.so
	install -m 644 $(OUT)/lib/libdebar.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 userspace/lib/libdebar.h $(DESTDIR)$(INCLUDEDIR)
	install -m 644 kmod/uapi/debar.h $(DESTDIR)$(INCLUDEDIR)/uapi
	install -d $(DESTDIR)$(DATADIR)/debar/directives
	install -m 644 $(DIRECTIVES) $(DESTDIR)$(DATADIR)/debar/directives
	install -m 644 userspace/man/debar.4 $(DESTDIR)$(DATADIR)/man/man4
	install -m 644 userspace/man/debar-audit.7 $(DESTDIR)$(DATADIR)/man/man7
	install -m 644 userspace/man/debar.8 userspace/man/debard.8 \
		$(DESTDIR)$(DATADIR)/man/man8
	sed 's|/usr/sbin|$(SBINDIR)|; s|/etc/debar|$(SYSCONFDIR)/debar|' \
		userspace/audit/43-debar.rules >$(DESTDIR)$(DATADIR)/debar/audit/43-debar.rules
	install -m 644 $(SHIPPING) $(DESTDIR)$(DATADIR)/debar/shipping
	install -m 644 userspace/completion/debar.bash $(DESTDIR)$(COMPLETIONDIR)/debar

uninstall: ## what install put there, but for the configuration
	rm -f $(DESTDIR)$(SBINDIR)/debar $(DESTDIR)$(SBINDIR)/debard \
		$(DESTDIR)$(UNITDIR)/debard.service $(DESTDIR)$(LIBDIR)/libdebar.a \
		$(DESTDIR)$(LIBDIR)/libdebar.so* \
		$(DESTDIR)$(LIBDIR)/pkgconfig/libdebar.pc \
		$(DESTDIR)$(INCLUDEDIR)/libdebar.h $(DESTDIR)$(INCLUDEDIR)/uapi/debar.h \
		$(DESTDIR)$(DATADIR)/man/man4/debar.4 \
		$(DESTDIR)$(DATADIR)/man/man7/debar-audit.7 \
		$(DESTDIR)$(DATADIR)/man/man8/debar.8 \
		$(DESTDIR)$(DATADIR)/man/man8/debard.8 $(DESTDIR)$(COMPLETIONDIR)/debar \
		$(DESTDIR)$(DATADIR)/debar/audit/43-debar.rules \
		$(addprefix $(DESTDIR)$(DATADIR)/debar/shipping/,$(notdir $(SHIPPING))) \
		$(addprefix $(DESTDIR)$(DATADIR)/debar/directives/,$(notdir $(DIRECTIVES)))
	-rmdir $(DESTDIR)$(INCLUDEDIR)/uapi $(DESTDIR)$(INCLUDEDIR) \
		$(DESTDIR)$(DATADIR)/debar/audit $(DESTDIR)$(DATADIR)/debar/shipping \
		$(DESTDIR)$(DATADIR)/debar/directives $(DESTDIR)$(DATADIR)/debar

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile tests/deep.mk
	@awk '/^# Variables:/ { on = 1 } /^$$/ { on = 0 } on { sub(/^# ?/, ""); print }' Makefile tests/deep.mk

-include $(shell find build/obj build/san build/cov build/fuzz build/plain build/guest -name "*.d" 2>/dev/null)
