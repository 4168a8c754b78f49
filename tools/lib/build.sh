# shellcheck shell=bash
# Configures and builds one preset.

# build_jobs: one for each core, but no more than memory allows (an Asio or protobuf file takes up to 1.5 GB).
build_jobs() {
    local cores kilobytes limit by_memory
    cores=$(nproc)
    kilobytes=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
    if [[ -r /sys/fs/cgroup/memory.max ]]; then
        limit=$(</sys/fs/cgroup/memory.max)
        [[ $limit == max ]] || ((limit / 1024 >= kilobytes)) || kilobytes=$((limit / 1024))
    fi
    by_memory=$((kilobytes / 1500000))
    ((by_memory >= 1)) || by_memory=1
    echo $((by_memory < cores ? by_memory : cores))
}

# configured <folder>: it can be built from as it is. Not so when the checkout was moved, or when the compiler or ninja
# that it was made with is no longer there.
configured() {
    local cache=$1/CMakeCache.txt tool
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$GUICHET_ROOT" "$cache" || return 1
    for tool in CMAKE_MAKE_PROGRAM CMAKE_CXX_COMPILER; do
        [[ -x $(sed -n "s/^$tool:[A-Z]*=//p" "$cache") ]] || return 1
    done
}

# configure <preset>: only when there is nothing to build from; ninja itself runs cmake again when a CMake file changes.
configure() {
    local folder=$GUICHET_ROOT/build/$1 fresh=()
    if [[ -f $folder/build.ninja && -f $folder/CMakeCache.txt ]]; then
        configured "$folder" && return 0
        fresh=(--fresh)
    fi
    say "configuring $1"
    local log
    log=$(cd "$GUICHET_ROOT" && cmake --preset "$1" "${fresh[@]}" 2>&1) || {
        printf '%s\n' "$log" >&2
        die "cmake failed for preset $1"
    }
}

# build <preset> <target>...: progress on stderr. Ninja's own on a terminal; else a line every 15 s and all that
# compilers say.
build() {
    local preset=$1
    shift
    configure "$preset"
    local ninja=(ninja -C "$GUICHET_ROOT/build/$preset" -j "$(build_jobs)" "$@")
    if interactive && [[ -t 2 ]]; then
        NINJA_STATUS="[%f/%t %es] " "${ninja[@]}" >&2 || die "the build of $preset failed"
        return 0
    fi
    local line last=$SECONDS
    NINJA_STATUS='[%f/%t] ' "${ninja[@]}" 2>&1 | while IFS= read -r line; do
        case $line in
            "ninja: Entering directory"* | "ninja: no work to do."* | "-- "*) ;;
            \[*/*\]*)
                ((SECONDS - last < 15)) || {
                    last=$SECONDS
                    say "$preset $line"
                }
                ;;
            *) printf '%s\n' "$line" >&2 ;;
        esac
    done
    ((PIPESTATUS[0] == 0)) || die "the build of $preset failed"
}
