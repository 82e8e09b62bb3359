"""What the checks in this folder share: the list of files, and how a finding is said."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def files(*patterns):
    """Paths, relative to the root, of what git knows or would add and that exists."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard", "--", *patterns],
                            cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return [pathlib.PurePosixPath(name) for name in sorted(set(listed.split("\0")))
            if name and (ROOT / name).is_file()]


def lines(path):
    return (ROOT / path).read_bytes().decode("utf-8", "replace").splitlines()


def conclude(check, looked_at, findings):
    """Prints the findings, `FILE:LINE: what`, and ends the program with its status."""
    for finding in findings:
        print(finding)
    print(f"{check}: {looked_at} files, {len(findings)} findings")
    sys.exit(1 if findings else 0)
