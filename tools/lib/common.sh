# shellcheck shell=bash
# Sourced by tools/run, tools/test and .ci/run: where the checkout is, how to talk to the person in front of it.

GUICHET_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
export GUICHET_ROOT
# Debian's own python, node and compilers before any other version that a shell profile may have put first.
export PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:$PATH

say() { printf '%s\n' "· $*" >&2; }
die() {
    printf '%s\n' "error: $*" >&2
    exit 1
}
interactive() { [[ -t 1 && -z ${CI:-} ]]; }
