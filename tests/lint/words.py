#!/usr/bin/env python3
"""Fails on what must not stand in the repository: notes of unfinished work, names of files that gather
everything, calls that the house does without, paths of one machine, hosts of package registries."""
import hashlib
import re

import tree

# In every text file.
EVERYWHERE = [
    (r"\b(TO[D]O|FIX[M]E)\b", "unfinished work belongs into the tracker, not into the tree"),
    (r"(?<![\w.\-}])/(wor[k]|tmp/k[t])/", "is a path of one machine"),
]
# In C++: what, where, except in which files, why.
CONSTRUCTS = [
    (r"\b(system|popen)\(", r"(lib|cmd)/", (), "shells out; processes are started by base/subprocess alone"),
    (r"\bgetenv\(", r"(lib|cmd)/", ("lib/base/environment.cc",), "reads the environment; that is base/environment's"),
    (r"\bcatch \(\.\.\.\)", r"(lib|cmd)/", ("lib/cli/main.cc",), "catches all; the one last chance is cli::Main"),
    (r"\.detach\(\)|\bstd::async\b", r"(lib|cmd|tests)/", (), "starts a thread that nobody joins"),
    (r"\b(sleep_for|sleep_until|usleep|nanosleep)\(", r"(lib|cmd|tests/unit)/", (),
     "sleeps; waits are on a stop token or a condition"),
    (r"\busing namespace std\b", r"(lib|cmd|tests)/", (), "names the whole of std"),
    (r"#ifdef UNIT_TEST|\bFRIEND_TEST\b", r"(lib|cmd)/", (), "is a seam for tests in the product"),
]
DUMPING_GROUND = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "data"}
# Hosts of package registries and archives, by the first 16 digits of their SHA-256 so that this file
# does not name them either. Whoever packages Kontrakt uses the machine's own clients and mirrors.
HOSTS = set("""
a4aa2ac280bb8d1a d6d7019ca9fcbf07 8b5bb5eb9d758455 789e46d79514e280 3d01f3609be82d98 8743857e3ea00fd1
3ca29e55be4befa4 00a7dc5a0cc38858 9da5f32d96412512 048e76c14ef34200 317d2d52829b7812 43c04ed1dabe979b
bb4897481ebc8b10 e680c440a2e92079 1ba4e37997a2e986 2e97613f5a81eaa4 c2b35955576ffa71 a0f007d863a0ed19
e514b0d3b0562f54 71741fe2460a6150 f65219c547f9c032 2c77714df232b07f
""".split())
HOST = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")
GENERATED = re.compile(r"(go\.sum|LICENSE)$")


def names_registry(text):
    for host in HOST.findall(text.lower()):
        labels = host.split(".")
        for first in range(len(labels) - 1):
            name = ".".join(labels[first:])
            if hashlib.sha256(name.encode()).hexdigest()[:16] in HOSTS:
                return name
    return None


def main():
    findings = []
    paths = tree.files()
    for path in paths:
        is_source = path.suffix in (".h", ".cc")
        words = set(re.split(r"[_\-.]", path.stem)) if is_source else {path.stem}
        if words & DUMPING_GROUND and (is_source or path.suffix in (".py", ".sh", ".cmake")):
            findings.append(f"{path}:1: is named after no topic: {', '.join(words & DUMPING_GROUND)}")
        raw = (tree.ROOT / path).read_bytes()
        if b"\0" in raw or GENERATED.search(str(path)):
            continue
        for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
            for pattern, why in EVERYWHERE:
                if found := re.search(pattern, line):
                    findings.append(f"{path}:{number}: '{found[0]}' {why}")
            if host := names_registry(line):
                findings.append(f"{path}:{number}: names the host of a package registry: {host}")
            if is_source and not line.lstrip().startswith("//"):
                for pattern, where, except_in, why in CONSTRUCTS:
                    if (found := re.search(pattern, line)) and re.match(where, str(path)) and str(path) not in except_in:
                        findings.append(f"{path}:{number}: '{found[0]}' {why}")
    tree.conclude("words", len(paths), findings)


if __name__ == "__main__":
    main()
