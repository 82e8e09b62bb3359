#!/usr/bin/env python3
"""Holds docs/cmd/*.md to what the executables say with --help: one page a command, generated.
KONTRAKT_ACCEPT=1 writes them. Usage: docs.py --bin FOLDER"""
import argparse
import difflib
import os
import pathlib
import subprocess
import sys

import tree

PAGES = tree.ROOT / "docs" / "cmd"


def page(program):
    shown = subprocess.run([str(program), "--help"], check=True, capture_output=True, text=True,
                           env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}, timeout=20).stdout
    return f"""# {program.name}

<!-- Generated from --help: KONTRAKT_ACCEPT=1 tests/lint/docs.py --bin build/dev/bin -->

```
{shown.strip()}
```
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    binaries = parser.parse_args().bin.resolve()
    names = sorted(path.name for path in (tree.ROOT / "cmd").iterdir() if (path / "command.h").exists())
    programs = [binaries / (name if name == "kontrakt" else "kontrakt-" + name) for name in names]
    wanted = {program.name + ".md": page(program) for program in programs}
    if os.environ.get("KONTRAKT_ACCEPT") == "1":
        PAGES.mkdir(parents=True, exist_ok=True)
        for name, text in wanted.items():
            (PAGES / name).write_text(text)
    findings = []
    for name, text in wanted.items():
        written = (PAGES / name).read_text() if (PAGES / name).exists() else ""
        if written != text:
            findings += difflib.unified_diff(written.splitlines(), text.splitlines(), f"docs/cmd/{name}", "--help",
                                             lineterm="")
    findings += [f"docs/cmd/{path.name}:1: is the page of no command" for path in sorted(PAGES.glob("*.md"))
                 if path.name not in wanted]
    if not wanted:
        findings.append("cmd:1: no command was found")
    tree.conclude("docs", len(wanted), findings)


if __name__ == "__main__":
    sys.exit(main())
