#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tools/bootstrap.sh PURPOSE...   installs what is missing for: build test peers lint fuzz page
#
# When everything is there it asks nothing, prints nothing and takes a few milliseconds.  Otherwise it says in
# one line what it is about to do, and does it with apt (through sudo where needed).  The peers that the tests
# measure us against (chronyd, ntpd, gpsd) are unpacked under .cache/peers, never installed: two time daemons
# conflict in Debian, and a test must not replace the one that runs this machine's clock.
set -eu

cd "$(dirname "$0")/.."

BUILD="gcc libc6-dev meson ninja-build pkg-config libpcap-dev zlib1g-dev libzstd-dev liblz4-dev nettle-dev libcairo2-dev libpcre2-dev librrd-dev libseccomp-dev libinih-dev libc-ares-dev libmicrohttpd-dev libgnutls28-dev libcurl4-gnutls-dev libjansson-dev libsnmp-dev scdoc"
TEST="libcmocka-dev python3 tshark tcpdump zstd lz4 binutils git openssl zsh fish rrdtool"
LINT="clang clang-format clang-tidy"
FUZZ="clang libclang-rt-14-dev llvm"
# For the web page and its tests; nodejs of NodeSource brings npm along, Debian's does not.
PAGE="chromium fonts-dejavu-core"
command -v node >/dev/null || PAGE="$PAGE nodejs"
command -v npm >/dev/null || PAGE="$PAGE npm"
# What the unpacked peers link against, and what sets up their networks.
PEERS="iproute2 libgps28 libbluetooth3 libusb-1.0-0 libdbus-1-3 libcap2 libedit2 libgnutls30 libnettle8 libseccomp2 libbsd0 libssl3 libsnmp40 tzdata netbase"
UNPACKED="chrony ntpsec ntpsec-ntpdate ntpsec-ntpdig python3-ntp openntpd gpsd gpsd-clients python3-gps snmpd snmp prometheus
python3-prometheus-client"
PEERS_DIR=.cache/peers

die()
{
	echo "bootstrap: $*" >&2
	exit 1
}

# Prints those of the arguments that dpkg does not know as installed.
missing()
{
	have=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
	for p in "$@"; do
		case "$have" in
		*" $p:installed "*) ;;
		*) printf '%s ' "$p" ;;
		esac
	done
}

apt_get()
{
	# The answers to debconf's questions (may non-root users capture?) are their defaults (no).
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

# apt's lists may be missing or older than its mirror: fetch them only when the first try fails.
apt_install()
{
	if apt-get -q -s install --no-install-recommends "$@" >/dev/null 2>&1 &&
	   apt_get install --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
		return
	fi
	apt_get update </dev/null >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed"; }
	apt_get install --no-install-recommends "$@" </dev/null >"$log" 2>&1 ||
		{ cat "$log" >&2; die "apt-get could not install: $*"; }
}

unpack_peers()
{
	todo=
	for p in $UNPACKED; do
		[ -e "$PEERS_DIR/.$p" ] || todo="$todo $p"
	done
	[ -n "$todo" ] || return 0
	echo "bootstrap: unpacking$todo under $PEERS_DIR (not installed): the tests compare with them"
	mkdir -p "$PEERS_DIR/.deb"
	for p in $todo; do
		(cd "$PEERS_DIR/.deb" && apt-get -q download "$p") >"$log" 2>&1 || {
			apt_get update >"$log" 2>&1 || true
			(cd "$PEERS_DIR/.deb" && apt-get -q download "$p") >"$log" 2>&1
		} || { cat "$log" >&2; die "apt-get could not download $p"; }
		into=$PEERS_DIR
		[ "$p" != openntpd ] || into=$PEERS_DIR/openntpd # brings an ntpd of its own
		dpkg -x "$PEERS_DIR/.deb/${p}_"*.deb "$into"
		: >"$PEERS_DIR/.$p"
	done
	rm -rf "$PEERS_DIR/.deb"
}

[ $# -gt 0 ] || die "say for what: build test peers lint fuzz page"

wanted=
peers=
for purpose; do
	case "$purpose" in
	build) wanted="$wanted $BUILD" ;;
	test) wanted="$wanted $TEST" ;;
	lint) wanted="$wanted $LINT" ;;
	fuzz) wanted="$wanted $FUZZ" ;;
	page) wanted="$wanted $PAGE" ;;
	peers) wanted="$wanted $PEERS" peers=yes ;;
	*) die "unknown purpose '$purpose'" ;;
	esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "bootstrap: no apt here; this needs, by Debian's names:$wanted" >&2
	exit 0
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo

# shellcheck disable=SC2086 # lists of words
absent=$(missing $wanted)
if [ -n "$absent" ]; then
	[ -z "$sudo" ] || command -v sudo >/dev/null ||
		die "neither root nor sudo; please run: apt-get install $absent"
	echo "bootstrap: installing with apt, to $(echo "$*" | sed 's/ / and /g'): $absent"
	# shellcheck disable=SC2086
	apt_install $absent
fi
[ -z "$peers" ] || unpack_peers
