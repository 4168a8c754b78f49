#!/usr/bin/env bash
# install_packages.sh <package>...: run as root by setup.sh.
#
# redis-server is wanted for its program only; guichet starts its own, and so do the tests with the mail servers. So no
# service is started while the packages go in (policy-rc.d, unless the machine has a policy of its own), and a service
# that was not there before is left disabled.
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
# Nothing goes away for it: who runs another mail server than Exim decides that himself.
apt-get "${options[@]}" install --no-install-recommends --no-remove "$@"

# update-rc.d speaks for systemd and for the init scripts alike.
for one in redis-server:redis-server dovecot-imapd:dovecot exim4-daemon-light:exim4 nginx-light:nginx prometheus:prometheus; do
    [[ " $* " != *" ${one%:*} "* ]] || update-rc.d "${one#*:}" disable >/dev/null 2>&1 || true
done
