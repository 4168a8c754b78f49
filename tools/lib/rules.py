"""The rules that tools/lint/rules checks. A rule takes {path: text} of the whole checkout and returns its problems.

Where a rule makes a piece worse, that piece is named in the rule's exceptions, with the reason beside it.
"""

import re

TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".gitattributes", ".gitignore", "CMakeLists.txt", "CMakePresets.json",
    "LICENSE", "README.md", "common", "deploy", "proto", "services", "tests", "tools"}

# Includes run from a higher number to the same or a lower one.
LAYERS = {
    "common/core": 1,
    "common/config": 2, "common/obs": 2, "common/privacy": 2, "common/proof": 2, "common/redis": 2, "common/runtime": 2,
    "common/access": 3, "common/blob": 3, "common/channels": 3, "common/http": 3, "common/rpc": 3, "common/service": 3, "common/store": 3,
    "common/streams": 3,
}
SERVICE_LAYER = 4
WIRING = "services/guichet"  # alone includes services, and no service includes it

CXX = (".cpp", ".hpp")
MOST_LINES = 400
MOST_LINES_OF_TEST = 500  # a list of cases reads well for longer
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*")


def _hits(tree, pattern, wanted, keep_comments=False):
    problems = []
    for path, text in tree.items():
        if not wanted(path):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = pattern.search(line if keep_comments else COMMENT.sub("", line))
            if found:
                problems.append(f"{path}:{number}: {found[0].strip()}")
    return problems


def _cxx(path, *folders):
    return path.endswith(CXX) and path.startswith(folders)


def injected_time_and_chance(tree):
    """time, chance and environment come in by Clock, Random and config"""
    source = re.compile(r"\b(?:system_clock::now|steady_clock::now|high_resolution_clock|random_device|mt19937"
                        r"|(?:secure_)?getenv|sleep_for|sleep_until|usleep|nanosleep|srand|gettimeofday|clock_gettime)\b")
    allowed = ("common/core/", "common/config/", "common/runtime/")
    return _hits(tree, source, lambda p: _cxx(p, "common/", "services/") and not p.startswith(allowed))


def tests_wait_for_conditions(tree):
    """tests wait for conditions, with tests/support, and never sleep"""
    sleep = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b")
    return _hits(tree, sleep, lambda p: _cxx(p, "tests/") and not p.startswith("tests/support/"))


def module_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("common", "services") and len(parts) > 2 else None


def includes_one_way(tree):
    """includes run one way: services, upper common, lower common, core; no service includes another"""
    problems = []
    edges = {}
    for path, text in tree.items():
        module = module_of(path)
        if not path.endswith(CXX) or module is None:
            continue
        if module.startswith("common/") and module not in LAYERS:
            problems.append(f"{path}: {module} has no layer; give it one in tools/lib/rules.py")
            continue
        for included in INCLUDE.findall(text):
            other = module_of(included)
            if included.startswith(("tests/", "tools/", "../")):
                problems.append(f"{path}: includes {included}")
            if other is None or other == module:
                continue
            if _layer(other) > _layer(module):
                problems.append(f"{path}: {module} may not include {included}")
            elif other.startswith("services/") and (module != WIRING):
                problems.append(f"{path}: a service includes another, {included}")
            edges.setdefault(module, set()).add(other)
    return problems + [f"modules include each other: {' -> '.join(c)}" for c in _cycles(edges)]


def _layer(module):
    return LAYERS.get(module, SERVICE_LAYER if module.startswith("services/") else 3)


def _cycles(edges):
    """Each cycle of modules once, beginning at its first name."""
    found = set()

    def walk(node, path):
        if node in path:
            cycle = path[path.index(node):]
            first = cycle.index(min(cycle))
            found.add((*cycle[first:], *cycle[:first], cycle[first]))
        elif len(path) <= len(edges):
            for other in edges.get(node, ()):
                walk(other, [*path, node])

    for start in edges:
        walk(start, [])
    return sorted(found)


def small_files(tree):
    """no source file is longer than 400 lines, no test longer than 500"""
    endings = (*CXX, ".py", ".sh", ".js", ".mjs", ".ts", ".vue", ".cmake", ".lua")
    return [f"{path}: {count} lines" for path, text in tree.items()
            if path.endswith(endings) and (count := text.count("\n")) >
            (MOST_LINES_OF_TEST if path.startswith("tests/") else MOST_LINES)]


def keys_in_store_only(tree):
    """key and function names of Redis are in common/store only"""
    # common/redis knows the hash tag, to find a partition's node.
    names = re.compile(r'"[^"\n]*(?:\{p\d|\{sys\}|\bg\d+_)|\{\{p')
    return _hits(tree, names, lambda p: _cxx(p, "common/", "services/") and not p.startswith(("common/store/", "common/redis/")))


def nothing_left_behind(tree):
    """no work is left behind in the text"""
    # As written by who means it: a customer may well write "todo", and 501 is "Not Implemented".
    words = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b|\b[Nn]ot (?:yet )?" r"implemented\b")
    problems = []
    for path, text in tree.items():
        if path.endswith((".json", ".svg", ".txt")) or path.startswith("tests/e2e/data/"):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            found = words.search(line)
            if found:
                problems.append(f"{path}:{number}: {found[0]}")
    return problems


def top_level(tree):
    """the top level holds what it always held"""
    return sorted({f"{path.split('/')[0]}: not among the top level's entries" for path in tree
                   if path.split("/")[0] not in TOP_LEVEL})


def readme_for_every_folder(tree):
    """every folder with sources has a README.md, of its own or of its module"""
    sources = (*CXX, ".proto", ".py", ".sh", ".lua", ".js", ".mjs", ".ts", ".vue")
    folders = {path.rpartition("/")[0] for path in tree if path.endswith(sources) or path.endswith("CMakeLists.txt")}
    problems = []
    for folder in sorted(folders - {""}):
        if not any(f"{place}/README.md" in tree for place in _places_of_readme(folder)):
            problems.append(f"{folder}: no README.md here or in its module")
    return problems


def _places_of_readme(folder):
    """The folder, then those above; common/ and services/ themselves do not speak for their modules."""
    parts = folder.split("/")
    least = 2 if parts[0] in ("common", "services") and len(parts) > 1 else 1
    return ["/".join(parts[:n]) for n in range(len(parts), least - 1, -1)]


def lock_files_without_registry(tree):
    """npm lock files hold no registry address"""
    address = re.compile(r'"resolved"|https?://[^"]*\.tgz')
    return _hits(tree, address, lambda p: p.endswith(("package-lock.json", "npm-shrinkwrap.json")), keep_comments=True)


def include_guards_and_paths(tree):
    """headers begin with #pragma once; includes are written from the root"""
    problems = [f"{path}: no #pragma once" for path, text in tree.items()
                if path.endswith(".hpp") and "#pragma once" not in text]
    return problems + _hits(tree, re.compile(r'#\s*include\s+"(?:\.\.?/|[^"/]+")'), lambda p: p.endswith(CXX))


def no_paths_of_a_machine(tree):
    """nothing names a folder of somebody's machine"""
    place = re.compile(r"(?<![\w./$}])/(?:ro" r"ot|wo" r"rk|home/[a-z]\w*)/\w")
    return _hits(tree, place, lambda p: True, keep_comments=True)



THREATS = "services/gateway/threats.md"


def threats_have_tests(tree):
    """each line of the threat model names tests, and each of them exists"""
    known = {path for path in tree if path.startswith("tests/")}
    for path in list(known):
        if path.endswith(".cpp"):
            known |= {".".join(found) for found in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", tree[path], re.MULTILINE)}
    problems = []
    for number, line in enumerate(tree.get(THREATS, "").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 3 or cells[0] == "somebody" or set(cells[0]) == {"-"}:
            continue
        named = re.findall(r"`([^`]+)`", cells[2])
        problems += [] if named else [f"{THREATS}:{number}: no test is named"]
        problems += [f"{THREATS}:{number}: there is no test {name}" for name in named if name not in known]
    return problems


ALL = [
    injected_time_and_chance, tests_wait_for_conditions, includes_one_way, small_files, keys_in_store_only,
    nothing_left_behind, top_level, readme_for_every_folder, lock_files_without_registry, include_guards_and_paths,
    no_paths_of_a_machine, threats_have_tests]
