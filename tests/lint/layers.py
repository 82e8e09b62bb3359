#!/usr/bin/env python3
"""Reads every #include and every CMakeLists.txt, and fails on what docs/ARCHITECTURE.md forbids: an
arrow between libraries that is not in the order, a third-party header outside its library, a source
without its test, a source that no CMakeLists.txt lists. Needs nothing built."""
import collections
import pathlib
import re

import tree

BELOW = {
    "base": set(),
    "doc": {"base"},
    "net": {"base"},
    "kube": {"base", "doc", "net"},
    "oci": {"base", "doc", "net"},
    "manifest": {"base", "doc", "net", "kube", "oci"},
    "verdict": {"base", "doc", "net", "kube", "oci"},
    "lifecycle": {"base", "doc", "net", "kube", "oci", "manifest", "verdict"},
    "cli": {"base", "doc", "net", "kube", "oci", "manifest", "verdict"},
}
FAKES_SEE = {"base", "doc", "net"}

# Third-party headers: the folders or files that may include them. Anything not said here is refused.
THIRD_PARTY = [
    (r"curl/", ["lib/net/"]),
    (r"yaml-cpp/", ["lib/doc/"]),
    (r"openssl/", ["lib/base/", "tests/fakes/"]),
    (r"nghttp2/", ["tests/fakes/tls/"]),
    (r"cxxopts\.hpp", ["lib/cli/"]),
    (r"nlohmann/", ["lib/doc/json.h", "lib/doc/json_fwd.h"]),
    (r"simdjson\.h", ["lib/doc/json_scan.cc"]),
    (r"tl/expected\.hpp", ["lib/base/result.h"]),
    (r"re2/", ["lib/"]),
    (r"fmt/", ["lib/", "cmd/", "tests/", "bench/"]),
    (r"(gtest|gmock)/", ["tests/unit/", "tests/fakes/"]),
    (r"benchmark/", ["bench/"]),
]
ONE_FILE_A_LIBRARY = ("re2/", "cxxopts.hpp")
# Headers of the C library and the kernel that carry a suffix; those without one are C++'s own.
SYSTEM = re.compile(r"(sys|netinet|arpa|linux|asm|net)/.*\.h|(unistd|fcntl|poll|signal|spawn|termios|netdb|pthread|"
                    r"dirent|dlfcn|glob|fnmatch|grp|pwd|errno|stdlib|string|stdio|time|limits)\.h")
FORBIDDEN_STANDARD = {"regex": "std::regex is neither fast nor bounded: RE2"}

# Sources whose behaviour is shown elsewhere, each with the place that shows it.
NO_UNIT_TEST = {
    "lib/cli/version.cc": "generated; the golden of --version",
    "lib/lifecycle/account_rights.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/apply_one.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/apply_report.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/credentials_given.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/namespace_setup.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/outside.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/pin.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/plan.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/send_waves.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/tests_hold.cc": "part of one flow; apply_test.cc",
    "lib/lifecycle/report_text.cc": "part of one flow; run_test.cc",
    "lib/lifecycle/run_report.cc": "part of one flow; run_test.cc",
    "lib/lifecycle/board.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/log_stream.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/readiness.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/run_watch.cc": "part of one flow; wait_test.cc, assert_test.cc",
    "lib/lifecycle/storage_classes.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/wait_board.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/wait_report.cc": "part of one flow; wait_test.cc",
    "lib/lifecycle/delete_report.cc": "part of one flow; delete_test.cc",
    "lib/lifecycle/namespace_removal.cc": "part of one flow; delete_test.cc",
    "lib/lifecycle/outside_sweep.cc": "part of one flow; delete_test.cc",
    "lib/lifecycle/object_wait.cc": "tests/cluster/cases/wait_by_hand.sh",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
findings = []


def say(path, line, what):
    findings.append(f"{path}:{line}: {what}")


def library_of(path):
    parts = pathlib.PurePosixPath(path).parts
    return parts[1] if parts[0] == "lib" and len(parts) > 2 else None


def may_see(path):
    """The libraries that a file may include, None for all of them."""
    parts = path.parts
    if parts[0] == "lib":
        return BELOW.get(parts[1], set()) | {parts[1]}
    if parts[:2] == ("tests", "unit"):
        return BELOW[parts[2]] | {parts[2]} | FAKES_SEE if parts[2] in BELOW else FAKES_SEE
    if parts[:2] == ("tests", "fakes"):
        return FAKES_SEE
    return None


def check_project_include(path, number, name):
    if not (tree.ROOT / name).exists():
        if name != "lib/cli/version.h":
            say(path, number, f'"{name}" is not a path from the root of the repository')
        return
    library = library_of(name)
    seen = may_see(path)
    if library and seen is not None and library not in seen:
        say(path, number, f"may not see lib/{library}: {name}")
    if path.parts[0] == "lib" and not library:
        say(path, number, f"a library may not include {name}")
    if path.parts[0] == "cmd" and name.startswith("cmd/") and not name.startswith((f"cmd/{path.parts[1]}/", "cmd/chain/")):
        say(path, number, f"a command may not include another: {name}")


def check_system_include(path, number, name, users):
    if "." not in name and "/" not in name:
        if name in FORBIDDEN_STANDARD:
            say(path, number, FORBIDDEN_STANDARD[name])
        return
    for pattern, places in THIRD_PARTY:
        if re.match(pattern, name):
            if not any(str(path) == place or place.endswith("/") and str(path).startswith(place) for place in places):
                say(path, number, f"<{name}> belongs to {', '.join(places)}")
            for alone in ONE_FILE_A_LIBRARY:
                if name.startswith(alone) and path.parts[0] == "lib":
                    users[path.parts[1], alone].add(str(path))
            return
    if not SYSTEM.fullmatch(name):
        say(path, number, f"<{name}> is neither the system's nor listed in tests/lint/layers.py")


def check_includes(sources):
    users = collections.defaultdict(set)
    for path in sources:
        text = tree.lines(path)
        if path.suffix == ".h" and "#pragma once" not in text[:40]:
            say(path, 1, "has no #pragma once")
        for number, line in enumerate(text, 1):
            match = INCLUDE.match(line)
            if match and match[1] == '"':
                check_project_include(path, number, match[2])
            elif match:
                check_system_include(path, number, match[2], users)
    for (library, name), paths in sorted(users.items()):
        if len(paths) > 1:
            say(f"lib/{library}", 0, f"<{name}> is for one file of a library, not {', '.join(sorted(paths))}")


def check_tests(sources):
    known = {str(path) for path in sources}
    for path in sources:
        parts = path.parts
        if parts[0] == "lib" and path.suffix == ".cc" and str(path) not in NO_UNIT_TEST:
            test = f"tests/unit/{parts[1]}/{path.stem}_test.cc"
            if test not in known:
                say(path, 1, f"has no {test}")
        if parts[:2] == ("tests", "unit") and path.stem.endswith("_test"):
            place = "tests/fakes" if parts[2] == "fakes" else f"lib/{parts[2]}"
            stem = path.stem.removesuffix("_test")
            if not {f"{place}/{stem}.cc", f"{place}/{stem}.h"} & known:
                say(path, 1, f"tests nothing of that name in {place}/")


def check_listed(sources):
    for path in sources:
        if path.suffix != ".cc" or path.name == "main.cc" and path.parts[0] == "cmd":
            continue
        folder = next((parent for parent in path.parents if (tree.ROOT / parent / "CMakeLists.txt").exists()), None)
        listing = (tree.ROOT / folder / "CMakeLists.txt").read_text()
        if not re.search(rf"(^|[\s(/]){re.escape(path.name)}($|[\s)])", listing):
            say(path, 1, f"is not listed in {folder}/CMakeLists.txt")


def main():
    sources = tree.files("lib/*.h", "lib/*.cc", "cmd/*.h", "cmd/*.cc", "tests/unit/*.h", "tests/unit/*.cc",
                         "tests/fakes/*.h", "tests/fakes/*.cc", "bench/*.h", "bench/*.cc")
    for path in sources:
        if path.parts[0] == "lib" and path.parts[1] not in BELOW:
            say(path, 1, "belongs to a library that is not in the order")
    check_includes(sources)
    check_tests(sources)
    check_listed(sources)
    tree.conclude("layers", len(sources), findings)


if __name__ == "__main__":
    main()
