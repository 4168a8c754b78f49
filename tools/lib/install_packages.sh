#!/usr/bin/env bash
# install_packages.sh <package>...: run as root by setup.sh.
#
# redis-server is wanted for its program only; guichet starts its own. So no service is started while the packages
# go in (policy-rc.d, unless the machine has a policy of its own), and a Redis service that was not there before
# is left disabled.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

options=(-y -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
[[ -t 1 ]] || options+=(-o Dpkg::Use-Pty=0)
# A list of some other vendor may be unreachable; what is really missing shows in the installation.
apt-get "${options[@]}" update || echo "apt: not every package list could be fetched; going on with what there is"
apt-get "${options[@]}" install --no-install-recommends "$@"

# update-rc.d speaks for systemd and for the init scripts alike.
[[ " $* " != *" redis-server "* ]] || update-rc.d redis-server disable >/dev/null 2>&1 || true
