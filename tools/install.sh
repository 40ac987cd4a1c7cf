#!/usr/bin/env bash
# Installs the Debian packages that dynarock is built or tested with, upgrades those that are linked, and fetches the source
# of one; does nothing if all is there.
set -euo pipefail
# shellcheck source=tools/stages.sh
source "$(dirname "${BASH_SOURCE[0]}")/stages.sh"

usage() {
  cat <<'END'
Usage: tools/install.sh build|test|check [--list]

  build   what the release binary is built with; RocksDB's source goes to build/sources
  test    that, and what `tools/test` runs: the clients, PostgreSQL, the bench's programs, containers
  check   that, and clang, clang-tidy and gcovr, for `tools/check`, `tools/fuzz/run` and `tools/coverage`
  --list  print the packages and install none

What is linked is upgraded to the newest version that apt's lists on this machine have (apt-get update renews them);
if that fails, or without root or sudo, the installed version is linked, and a line says so. Nothing is downloaded if all
is there and newest.

Needs root or sudo if packages are missing. Services that come with a package (PostgreSQL, nginx) are not started.
END
}

# The Boost whose Beast compiles in C++20: Debian 12's default one does not.
boost_package() {
  local release
  # shellcheck disable=SC1091
  release=$(. /etc/os-release && printf '%s %s' "${ID:-}" "${VERSION_ID:-}")
  case $release in
    'debian 12') printf 'libboost1.81-dev' ;;
    *) printf 'libboost-dev' ;;
  esac
}

build_packages() {
  # The build itself; by make g++ links on all processors.
  printf '%s\n' g++ make cmake ninja-build
  linked_packages
}

linked_packages() {
  # Our libraries, then those that the static RocksDB is linked with.
  printf '%s\n' \
    librocksdb-dev "$(boost_package)" rapidjson-dev libssl-dev libcli11-dev zlib1g-dev libdeflate-dev libminizip-dev libpq-dev \
    libzstd-dev liblz4-dev libsnappy-dev libbz2-dev
}

test_packages() {
  printf '%s\n' libgtest-dev libgmock-dev ccache mold git python3 clang-format postgresql wrk nginx-light xz-utils
  printf '%s\n' python3-boto3 awscli ca-certificates openssl groff-base chromium iproute2
  image_packages
  # A Node.js from elsewhere brings its npm, and Debian's npm does not go with it.
  if ! command -v npm >/dev/null; then printf '%s\n' nodejs npm; fi
}

# What docker/prove builds and runs images with. Bridges for compose files: iptables, plugins. busybox and netcat are in the
# images, and tools/packaging/third_party.py reads their licenses.
image_packages() {
  printf '%s\n' buildah podman podman-compose runc fuse-overlayfs mmdebstrap curl iptables containernetworking-plugins busybox-static netcat-openbsd \
    golang-github-containernetworking-plugin-dnsname
}

# The sanitizers and libFuzzer are a package of their own, which clang only recommends.
check_packages() { printf '%s\n' clang clang-tidy libclang-rt-14-dev gcovr; }

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Of the packages that are linked, those of which apt knows a newer version; the C and C++ libraries are among them.
outdated_packages() {
  local compiler
  compiler=$(dpkg-query -W -f '${Package}\n' 'libstdc++-*-dev' 2>/dev/null || true)
  # shellcheck disable=SC2046,SC2086
  LC_ALL=C apt-cache policy $(linked_packages) libc6-dev $compiler 2>/dev/null | awk '
    /^[^ ]/ { package = $1; sub(/:$/, "", package) }
    $1 == "Installed:" { installed = $2 }
    $1 == "Candidate:" && installed != "(none)" && $2 != installed { print package }'
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Debian's own switch against starting the services of new packages; left alone if it is set already.
forbid_services() {
  local policy=/usr/sbin/policy-rc.d
  [[ ! -e $policy ]] || return 0
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod +x "$policy"
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

install_packages() {
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "These packages are missing; run this as root or install sudo: $*"
    sudo -v || fail "These packages are missing, and sudo refused to install them: $*"
  fi
  forbid_services
  run_stage "reading the package lists" apt-update.log as_root apt-get update
  run_stage "installing $# packages" apt-install.log \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# Without a network, the build continues with what is installed.
upgrade_packages() {
  local packages=("$@")
  if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
    say "There are newer versions of ${packages[*]}; upgrade them as root and build again."
    return
  fi
  if ! (run_stage "upgrading ${#packages[@]} packages" apt-upgrade.log \
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --only-upgrade "${packages[@]}"); then
    say "Continuing with the installed versions of ${packages[*]}."
  fi
}

# The machine's package sources, asked for source packages, in the folder $1. They need not be set up for that.
write_source_lists() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ ! -e $file ]] || sed 's/^Types:.*/Types: deb-src/' "$file" >"$1/$(basename "$file")"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ ! -e $file ]] || sed -n 's/^deb[[:space:]]/deb-src /p' "$file" >"$1/$(basename "$file" .list).list"
  done
}

# RocksDB's source in the version of its Debian package into the folder $1, unpacked; APT checks its signature.
# Needs no root, because APT's lists are kept in the folder.
download_rocksdb() {
  local folder=$1 apt
  mkdir -p "$folder"/{sources,lists,cache,tree}
  cd "$folder" || return
  write_source_lists sources
  apt=(-o "Dir::Etc::sourceparts=$folder/sources" -o Dir::Etc::sourcelist=/dev/null -o "Dir::State::lists=$folder/lists"
    -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User= -o Acquire::Languages=none)
  # shellcheck disable=SC2016
  apt-get update "${apt[@]}" &&
    apt-get source --download-only "${apt[@]}" "rocksdb=$(dpkg-query -W -f '${source:Version}' librocksdb-dev)" &&
    tar -xzf rocksdb_*.orig.tar.gz -C tree --strip-components=1
}

# Debian's library is a build with assertions, for tests; a release is built from the source (tools/cmake/rocksdb.cmake).
fetch_rocksdb() {
  local sources=$repo/build/sources missed=$repo/build/sources/rocksdb-not-found
  [[ ! -e $sources/rocksdb && ! -e $missed ]] || return 0
  rm -rf "$sources/download"
  if (run_stage "fetching RocksDB's source" rocksdb-source.log download_rocksdb "$sources/download"); then
    mv "$sources/download/tree" "$sources/rocksdb"
  else
    : >"$missed"
    say "Continuing with Debian's own build of RocksDB, which is slower; remove $missed to try again."
  fi
  rm -rf "$sources/download"
}

main() {
  local wanted missing=() outdated=() package
  case ${1:-} in
    build) wanted=$(build_packages) ;;
    test) wanted=$(build_packages && test_packages) ;;
    check) wanted=$(build_packages && test_packages && check_packages) ;;
    -h | --help) usage; return ;;
    *) usage >&2; exit 2 ;;
  esac
  if [[ ${2:-} == --list ]]; then
    say "$wanted"
    return
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "This is not a Debian-like system: install by hand what tools/install.sh $1 --list names, then add --no-install."
  fi
  for package in $wanted; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
  mapfile -t outdated < <(outdated_packages)
  ((${#outdated[@]} == 0)) || upgrade_packages "${outdated[@]}"
  fetch_rocksdb
}

main "$@"
