# shellcheck shell=bash
# Installs what the checkout needs and the machine lacks. Nothing missing: one dpkg-query, some 20 ms.

# wanted_packages <group>...: names from tools/packages.txt, one a line.
wanted_packages() {
    local group='' line name condition
    while IFS= read -r line; do
        line=${line%%#*}
        read -r name condition <<<"$line"
        case $name in
            '') ;;
            \[*\]) group=${name//[\[\]]/} ;;
            *)
                [[ " $* " == *" $group "* ]] || continue
                [[ $condition == unless:* ]] && command -v "${condition#unless:}" >/dev/null && continue
                printf '%s\n' "$name"
                ;;
        esac
    done <"$GUICHET_ROOT/tools/packages.txt"
}

# missing_packages <package>...
missing_packages() {
    local -A present=()
    local name status
    while read -r name status; do
        [[ $status == ?i* ]] && present[$name]=1
    done < <(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' "$@" 2>/dev/null)
    for name; do
        [[ -n ${present[$name]:-} ]] || printf '%s\n' "$name"
    done
}

# setup_packages <group>...
setup_packages() {
    command -v dpkg-query >/dev/null || die "this is not Debian: install what tools/packages.txt names by hand, then use cmake --preset release"
    local wanted missing
    mapfile -t wanted < <(wanted_packages "$@")
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    ((${#missing[@]} == 0)) && return 0
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "packages are missing and this is neither root nor has it sudo; as root run: apt-get install ${missing[*]}"
        as_root=(sudo)
        interactive || as_root=(sudo -n)
        "${as_root[@]}" true || die "sudo refuses; as root run: apt-get install ${missing[*]}"
    fi
    "${as_root[@]}" bash "$GUICHET_ROOT/tools/lib/install_packages.sh" "${missing[@]}" >&2 ||
        die "apt could not install the packages (its message is above)"
    hash -r
}

# setup_node <folder/>: the npm packages of every lock file below that folder of the checkout (./: all of it); again only when
# a lock file has changed.
setup_node() {
    local lock folder sum
    while IFS= read -r lock; do
        folder=$GUICHET_ROOT/$(dirname "$lock")
        sum=$(sha256sum <"$GUICHET_ROOT/$lock")
        [[ -f $folder/node_modules/.guichet-lock && $(<"$folder/node_modules/.guichet-lock") == "$sum" ]] && continue
        say "npm packages of $(dirname "$lock")"
        # No install scripts: nothing here needs one, and a script is what a bad package would use.
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
            die "npm ci failed in $(dirname "$lock")"
        # Binaries of a platform are optional packages, and npm calls it a success when one cannot be fetched.
        [[ $lock != tools/npm/* || -n $(compgen -G "$folder/node_modules/@bufbuild/buf-linux-*/bin/buf") ]] ||
            die "npm could not fetch buf for this machine; npm ci --loglevel=http in $(dirname "$lock") says why"
        [[ $lock != services/gateway/console/* || -n $(compgen -G "$folder/node_modules/@rollup/rollup-linux-*") ]] ||
            die "npm could not fetch rollup for this machine; npm ci --loglevel=http in $(dirname "$lock") says why"
        printf '%s\n' "$sum" >"$folder/node_modules/.guichet-lock"
    done < <(git -C "$GUICHET_ROOT" ls-files --cached --others --exclude-standard -- "$1*package-lock.json" | sort -u)
}
