#!/usr/bin/env python3
"""Reports the size of the C++ sources against the budget, and fails beyond the hard stops.

Budget: header 150 lines, source 500, function 60. Hard stops: header 300, source 800, any file of
cmd/ 80. A function beyond 100 lines is reported as one to split. Function lengths are read off the
layout that .clang-format gives: from a line that opens a body to the brace in the same column."""
import collections
import re

import tree

BUDGET = {".h": 150, ".cc": 500}
HARD_STOP = {".h": 300, ".cc": 800}
COMMAND_STOP = 80
FUNCTION_BUDGET, FUNCTION_SPLIT = 60, 100
NOT_A_FUNCTION = re.compile(r"\s*(namespace|class|struct|enum|union|extern|using|typedef)\b")


def functions(text):
    """Yields (line number, length, first line) of the function bodies at columns 0 and 2."""
    for indent in ("", "  "):
        start = None
        for number, line in enumerate(text, 1):
            if line == indent + "}" and start:
                yield start[0], number - start[0] + 1, start[1].strip()
                start = None
            elif re.match(indent + r"\S", line) and not line.lstrip().startswith(("//", "#", "public:", "private:")):
                opens = "(" in line and not line.endswith((";", "}")) and not NOT_A_FUNCTION.match(line)
                start = (number, line) if opens else None


def main():
    findings, notes = [], []
    totals = collections.defaultdict(lambda: [0, 0, 0, ""])
    sources = tree.files("lib/*.h", "lib/*.cc", "cmd/*.h", "cmd/*.cc", "tests/*.h", "tests/*.cc", "bench/*.cc")
    for path in sources:
        text = tree.lines(path)
        size = len(text)
        total = totals["/".join(path.parts[:3 if path.parts[0] == "tests" else 2][:len(path.parts) - 1])]
        total[0] += 1
        total[1] += size
        if size > total[2]:
            total[2:] = [size, path.name]
        stop = COMMAND_STOP if path.parts[0] == "cmd" else HARD_STOP[path.suffix]
        if size > stop:
            findings.append(f"{path}:{stop}: {size} lines, the hard stop is {stop}: split it by topic")
        elif size > BUDGET[path.suffix]:
            notes.append(f"{path}: {size} lines, budget {BUDGET[path.suffix]}")
        if path.parts[0] == "tests":
            continue
        for number, length, first in functions(text):
            if length > FUNCTION_BUDGET:
                advice = "split it" if length > FUNCTION_SPLIT else f"budget {FUNCTION_BUDGET}"
                notes.append(f"{path}:{number}: {length} lines in one function, {advice}: {first[:60]}")
    print(f"{'folder':24} files  lines  largest")
    for folder, (count, size, largest, name) in sorted(totals.items()):
        print(f"{folder:24} {count:5} {size:6}  {largest:4} {name}")
    print(f"{'all':24} {len(sources):5} {sum(total[1] for total in totals.values()):6}")
    for note in notes:
        print("over budget:", note)
    tree.conclude("sizes", len(sources), findings)


if __name__ == "__main__":
    main()
