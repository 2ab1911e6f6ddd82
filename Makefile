# SPDX-License-Identifier: GPL-3.0-or-later
#
# A thin front of meson: one word for each thing that is done here.  `make help` lists them.

BUILD ?= build
PREFIX ?= /usr/local
SAMPLE ?= samples/pool-server-day.pcap.zst
FUZZ_SECONDS ?= 60

MESON_TEST = meson test -C $(BUILD) --print-errorlogs

all: deps-build $(BUILD)/build.ninja ## build everything (build/ntpscope)
	ninja -C $(BUILD)

run: deps-build $(BUILD)/build.ninja ## report on the bundled sample, then the page of it; IFACE=eth0: of that interface
	@ninja --quiet -C $(BUILD) ntpscope
	@IFACE=$(IFACE) python3 tools/demo.py $(BUILD)/ntpscope $(SAMPLE)

test: deps-test browser $(BUILD)/.with-tests ## build and run all tests
	ninja -C $(BUILD)
	$(MESON_TEST)

# gcc's own warnings see ghosts in instrumented code; the plain builds have them as errors.  -g1 has the lines that a
# sanitizer names and nothing more, which takes a seventh of the compiler's time away.
asan: deps-test ## the same tests with AddressSanitizer and UBSan
	@test -f build-asan/build.ninja || meson setup build-asan -Dtests=enabled \
		-Db_sanitize=address,undefined -Doptimization=1 -Dwerror=false -Ddebug=false -Dc_args=-g1
	ninja -C build-asan
	NTPSCOPE_BRIEF=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		meson test -C build-asan --print-errorlogs --no-suite house --no-suite slow --no-suite daemons

fuzz: deps-fuzz ## fuzz each target for FUZZ_SECONDS (60)
	tools/fuzz.sh $(FUZZ_SECONDS)

bench: deps-test $(BUILD)/.with-tests ## measure against libpcap, tcpdump, tshark and the floor
	@ninja --quiet -C $(BUILD) all bench
	bench/run.py $(BUILD)

bench-monitor: deps-build $(BUILD)/build.ninja ## measure pages, export and memory of a monitor with a million clients
	@ninja --quiet -C $(BUILD) ntpscope tools/ntpgen
	bench/monitor.py $(BUILD)

bench-flood: deps-build $(BUILD)/build.ninja ## measure what a flood of 20 million spoofed addresses does to a monitor
	@ninja --quiet -C $(BUILD) ntpscope tools/ntpgen
	bench/flood.py $(BUILD)

bench-history: deps-build $(BUILD)/build.ninja ## measure a year of watched servers: files written, graphs drawn
	@ninja --quiet -C $(BUILD) ntpscope
	bench/history.py $(BUILD)

lint: deps-lint ## format, clang-tidy, house rules
	tools/lint.sh

page: deps-page ## bundle the web page anew (web/dist)
	cd web && npm ci --silent && npx tsc -p . && node build.mjs

page-check: deps-page ## does web/dist come from web/src?
	cd web && npm ci --silent && npx prettier --config package.json --log-level=warn --check src build.mjs ../tests/page && npx tsc -p . && node build.mjs --check

sample: all ## make the bundled sample anew (simulated)
	$(BUILD)/tools/ntpgen --profile day --seed 2026 | zstd -19 -q -f -o $(SAMPLE)

format: deps-lint ## rewrite our C files in the house's format
	git ls-files '*.[ch]' | xargs clang-format -i

install: all ## install under PREFIX (/usr/local)
	meson configure $(BUILD) -Dprefix=$(abspath $(PREFIX))
	meson install -C $(BUILD)

clean: ## remove everything that was built
	rm -rf $(BUILD) build-asan build-clang build-fuzz build-lint

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

deps-%:
	@tools/bootstrap.sh build $(deps-$*)
deps-test = test peers
deps-lint = test lint
deps-fuzz = test fuzz
deps-page = page

# The page's tests want packages of npm: where its registry cannot be reached, all others run.
browser: deps-page
	@$(MAKE) -s --no-print-directory web/node_modules/.package-lock.json || \
		echo "the packages of web/package-lock.json cannot be had: the page's tests will skip" >&2

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "npm: fetching what web/package-lock.json names into web/node_modules"
	@cd web && npm ci --loglevel=error >/dev/null
	@touch $@

$(BUILD)/build.ninja:
	meson setup $(BUILD)

# The tests need libraries that a plain build does without, so they are switched on when first asked for.
$(BUILD)/.with-tests:
	@if test -f $(BUILD)/build.ninja; then \
		meson configure $(BUILD) -Dtests=enabled; \
	else \
		meson setup $(BUILD) -Dtests=enabled; \
	fi
	@touch $@

.PHONY: all run test browser asan fuzz bench bench-flood bench-history bench-monitor lint page page-check sample format install clean help
