#!/usr/bin/env python3
"""Runs the golden cases: tests/golden/<command>/<case>/.

A case is a folder with
  args            one argument a line for kontrakt-<command> (for kontrakt itself in kontrakt/), or
  cmd             a bash script, with the executables on PATH
  env             NAME=VALUE lines; nothing of the caller's environment is passed on
  stdin           standard input, empty without
  files/          copied into the scratch folder that is the working directory
  setup           a script for `fake-server --script FILE`, started for this case. It prints a line
                  `NAME ADDRESS` for each server and then `ready`; {NAME} stands for ADDRESS in args,
                  cmd, env, stdin and files, and in the outputs ADDRESS is turned back into {NAME}
  replace         further lines `REGEX => TEXT` for outputs that differ from run to run
and what is expected: stdout, stderr (without: nothing), status (without: 0), and expected-files/,
each of which must be in the working directory afterwards with just these bytes.

What differs from run to run is normalised by NORMALISED below. KONTRAKT_ACCEPT=1 rewrites what is
expected. Usage: run.py --bin FOLDER [COMMAND[/CASE]...]
"""
import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GOLDEN = pathlib.Path(__file__).resolve().parent
TIMEOUT_SECONDS = 60
NORMALISED = [
    # Instants, as in the report; the end of a time range is kept apart from lengths of time.
    (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "{INSTANT}"),
    # Measured lengths of time. Whole seconds and minutes are what somebody asked for: they stay.
    (r"\b\d+\.\d+ ?(ms|s)\b|\b\d+ ?ms\b", "{TIME}"),
    (r"\b0s\b|(?<=attempts in )\d+s\b", "{TIME}"),
    (r'("[A-Za-z]*(?:[sS]econds|[dD]uration)"): ?\d+(\.\d+)?', r"\1: {TIME}"),
    # Ports that the kernel chose, where no setup gave them a name.
    (r"\b(127\.0\.0\.1|localhost|\[::1\]):(3[2-9]|[45]\d|6[0-5])\d{3}\b", r"\1:{PORT}"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "{UUID}"),
]


class Failure(Exception):
    pass


def fill(data, names):
    for name, address in names.items():
        data = data.replace(b"{%s}" % name.encode(), address.encode())
    return data


def normalise(data, names, extra):
    text = data.decode("utf-8", "backslashreplace")
    for name, address in sorted(names.items(), key=lambda item: -len(item[1])):
        text = text.replace(address, "{%s}" % name)
    for pattern, replacement in extra + NORMALISED:
        text = re.sub(pattern, replacement, text)
    return text


def read(path):
    return path.read_bytes() if path.exists() else b""


def lines(path):
    return [line for line in read(path).decode().splitlines() if line and not line.startswith("#")]


def start_server(case, binaries):
    server = subprocess.Popen([str(binaries / "fake-server"), "--script", str(case / "setup")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=case)
    names = {}
    for line in server.stdout:
        if line.strip() == "ready":
            return server, names
        name, _, address = line.strip().partition(" ")
        names[name] = address
    server.wait()
    raise Failure(f"the fake server ended with status {server.returncode} before it was ready")


def command_line(case, binaries, names):
    if (case / "cmd").exists():
        return ["bash", "-eu", "-c", fill(read(case / "cmd"), names).decode()]
    if not (case / "args").exists():
        raise Failure("has neither args nor cmd")
    command = case.parent.name
    program = binaries / (command if command == "kontrakt" else "kontrakt-" + command)
    return [str(program), *fill(read(case / "args"), names).decode().splitlines()]


def execute(case, binaries, scratch):
    """Returns {relative expected path: text} of what the case gave, and of what it should have given."""
    work = scratch / "work"
    names, server = {}, None
    try:
        if (case / "setup").exists():
            server, names = start_server(case, binaries)
        work.mkdir()
        if (case / "files").is_dir():
            shutil.copytree(case / "files", work, symlinks=True, dirs_exist_ok=True)
            for path in work.rglob("*"):
                if names and path.is_file() and not path.is_symlink():
                    path.write_bytes(fill(path.read_bytes(), names))
        names["DIR"] = str(work)
        (scratch / "home").mkdir()
        environment = {"PATH": f"{binaries}:/usr/bin:/bin", "HOME": str(scratch / "home"), "LANG": "C.UTF-8",
                       "TZ": "UTC", "TERM": "dumb", "TMPDIR": str(scratch)}
        environment.update(fill(line.encode(), names).decode().split("=", 1) for line in lines(case / "env"))
        done = subprocess.run(command_line(case, binaries, names), cwd=work, env=environment, capture_output=True,
                              input=fill(read(case / "stdin"), names), timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as expired:
        raise Failure(f"still running after {TIMEOUT_SECONDS} s; so far: {expired.stderr}") from expired
    except OSError as error:
        raise Failure(str(error)) from error
    finally:
        if server:
            server.stdin.close()
            server.terminate()
            server.wait()
    extra = [tuple(line.split(" => ", 1)) for line in lines(case / "replace")]
    got = {"stdout": normalise(done.stdout, names, extra), "stderr": normalise(done.stderr, names, extra),
           "status": f"{done.returncode}\n"}
    wanted = {"stdout": read(case / "stdout").decode(), "stderr": read(case / "stderr").decode(),
              "status": (read(case / "status") or b"0\n").decode()}
    folder = case / "expected-files"
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file():
            name = str(path.relative_to(case))
            result = work / path.relative_to(folder)
            wanted[name] = path.read_bytes().decode("utf-8", "backslashreplace")
            got[name] = normalise(result.read_bytes(), names, extra) if result.exists() else "(no such file)\n"
    return got, wanted


def run_case(case, binaries, accept):
    with tempfile.TemporaryDirectory(prefix="golden-") as scratch:
        got, wanted = execute(case, binaries, pathlib.Path(scratch).resolve())
    if accept:
        for name, text in got.items():
            if text == {"status": "0\n"}.get(name, "") and not name.startswith("expected-files/"):
                (case / name).unlink(missing_ok=True)
            else:
                (case / name).write_bytes(text.encode("utf-8"))
        return
    if not any((case / name).exists() for name in ("stdout", "stderr", "status", "expected-files")):
        raise Failure("expects nothing; run it with KONTRAKT_ACCEPT=1 and read what that wrote")
    difference = ""
    for name, text in wanted.items():
        difference += "".join(difflib.unified_diff(text.splitlines(True), got[name].splitlines(True),
                                                   f"expected {name}", f"actual {name}", n=2))
    if difference:
        raise Failure(difference)


def main():
    parser = argparse.ArgumentParser(description="Runs the golden cases.")
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="the folder with the executables")
    parser.add_argument("cases", nargs="*", help="COMMAND or COMMAND/CASE; default: all")
    options = parser.parse_args()
    binaries = options.bin.resolve()
    accept = os.environ.get("KONTRAKT_ACCEPT") == "1"
    cases = [case for case in sorted(GOLDEN.glob("*/*")) if case.is_dir()]
    if options.cases:
        cases = [case for case in cases if {case.parent.name, f"{case.parent.name}/{case.name}"} & set(options.cases)]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        running = {pool.submit(run_case, case, binaries, accept): case for case in cases}
        for future, case in running.items():
            try:
                future.result()
                passed += 1
            except Failure as failure:
                failed += 1
                print(f"FAILED {case.parent.name}/{case.name}: {failure}")
    if not cases:
        print("no golden case was found")
        failed = 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
