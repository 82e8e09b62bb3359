#!/usr/bin/env python3
"""Holds docs/cmd/*.md to what the executables say with `--help -o json`: one page a command, generated.
KONTRAKT_ACCEPT=1 writes them. Usage: docs.py --bin FOLDER"""
import argparse
import difflib
import json
import os
import pathlib
import subprocess

import tree

PAGES = tree.ROOT / "docs" / "cmd"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def flag_row(flag):
    shown = "`" + (f"-{flag['short']}, " if "short" in flag else "") + f"--{flag['name']}"
    shown += (f"={flag['value']}" if "value" in flag else "") + "`"
    meaning = flag["help"]
    if flag.get("list"):
        meaning += "; may be repeated"
    default = f"`{cell(flag['default'])}`" if "default" in flag else ""
    variable = ", ".join(f"`{name}`" for name in flag.get("environment", []))
    return [cell(shown), cell(meaning), default, variable]


def page(said):
    parts = [f"# {said['program']}\n", "<!-- Generated: KONTRAKT_ACCEPT=1 tests/lint/docs.py --bin build/dev/bin -->\n",
             said["summary"] + "\n"]
    parts += [paragraph + "\n" for paragraph in said.get("description", "").split("\n") if paragraph]
    parts.append(f"```\n{said['usage']}\n```\n")
    if said.get("examples"):
        parts.append("## Examples\n")
        parts += [f"{example['meaning'][:1].upper()}{example['meaning'][1:]}:\n\n```\n{example['line']}\n```\n" for example in said["examples"]]
    if said.get("arguments"):
        parts.append("## Arguments\n")
        parts.append(table(["argument", "meaning"], [[f"`{cell(argument['name'])}`", cell(argument["help"])]
                                                     for argument in said["arguments"]]))
    groups = {}
    for flag in said["flags"]:
        if not flag.get("hidden"):
            groups.setdefault(flag.get("group", ""), []).append(flag)
    for group, flags in groups.items():
        parts.append(f"## {group or 'Flags'}\n")
        parts.append(table(["flag", "meaning", "default", "variable"], [flag_row(flag) for flag in flags]))
    parts.append("## Exit status\n")
    parts.append(table(["status", "meaning"], [[str(entry["status"]), cell(entry["meaning"])]
                                               for entry in said["exitStatuses"]]))
    return "\n".join(parts)


def ask(program):
    done = subprocess.run([str(program), "--help", "-o", "json"], capture_output=True, env=ENVIRONMENT, timeout=20)
    if done.returncode != 0:
        raise ValueError(f"status {done.returncode}: {done.stderr.decode().strip()}")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    binaries = parser.parse_args().bin.resolve()
    accept = os.environ.get("KONTRAKT_ACCEPT") == "1"
    names = sorted(path.name for path in (tree.ROOT / "cmd").iterdir() if (path / "command.h").exists())
    findings = [] if names else ["cmd:1: no command was found"]
    pages = set()
    for name in names:
        program = binaries / (name if name == "kontrakt" else "kontrakt-" + name)
        path = PAGES / (program.name + ".md")
        pages.add(path)
        try:
            text = page(ask(program))
        except (OSError, ValueError, KeyError) as error:
            findings.append(f"cmd/{name}:1: --help -o json: {error!r}")
            continue
        if accept:
            PAGES.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        written = path.read_text() if path.exists() else ""
        findings += difflib.unified_diff(written.splitlines(), text.splitlines(), str(path.relative_to(tree.ROOT)),
                                         "--help -o json", lineterm="")
    findings += [f"docs/cmd/{path.name}:1: is the page of no command"
                 for path in sorted(PAGES.glob("*.md")) if path not in pages]
    tree.conclude("docs", len(names), findings)


if __name__ == "__main__":
    main()
