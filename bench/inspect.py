#!/usr/bin/python3
"""Inspects the same files with Precinto and with whatever other scanners are on the PATH, and prints them side by side.

bench/inspect.py PRECINTO [--malicious FOLDER] [--benign FOLDER] [--large]

PRECINTO is the native binary (eng/publish-native.sh -o DIR makes it). Files of --malicious should be flagged, files of --benign should not; without --benign
eng/benign-models.py makes some. --large adds generated files: 400 MB of one array as a pickle, by joblib and in PyTorch's archive, and millions of opcodes, the small
ones of numbers and those of dictionaries and texts. A scanner that is not there is left out, and so is a file whose library is not there.
Bare times say something of this machine alone, so every time is given beside that of sha256sum on the same bytes, from the same run.
"""
import argparse
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# How each is called on one file, and which exit codes say "flagged" and "clean"; anything else is an error.
SCANNERS = {
    "precinto": (["inspect"], {1}, {0}),
    "picklescan": (["-p"], {1}, {0}),
    "modelscan": (["-p"], {1}, {0}),
    "fickling": (["--check-safety"], {1}, {0}),
    "modelaudit": (["scan"], {1}, {0}),
}


def run(command):
    """Runs a command: its exit code, seconds, and the largest memory of this one child in MB."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, time.perf_counter() - began, usage.ru_maxrss / 1024


def judge(name, program, files):
    options, flagged, clean = SCANNERS[name]
    counts = {"flagged": 0, "clean": 0, "error": 0}
    for path in files:
        code, _, _ = run([program, *options, path])
        counts["flagged" if code in flagged else "clean" if code in clean else "error"] += 1
    return counts


def files_of(folder):
    return sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)


def write_array(path):
    """A pickle of one object of bytes, 400 MB: BINBYTES8."""
    size = 400 * 1000 * 1000
    with open(path, "wb") as file:
        file.write(b"\x80\x04\x8e" + size.to_bytes(8, "little"))
        piece = os.urandom(1 << 20)
        left = size
        while left > 0:
            file.write(piece[:left])
            left -= len(piece)
        file.write(b".")


def write_opcodes(path):
    """Eleven million opcodes: lists of small numbers, appended in batches."""
    batch = b"(" + b"K\x01" * 1000 + b"e"
    with open(path, "wb") as file:
        file.write(b"\x80\x04]" + batch * 10979 + b".")


def write_records(path):
    """Fourteen million opcodes of what programs pickle: dictionaries with texts, tuples and floats, all in the memo."""
    records = [{"id": i, "name": f"n{i % 1000}", "w": [float(j) for j in range(4)], "t": (i, i + 1, None, True)} for i in range(550000)]
    with open(path, "wb") as file:
        pickle.dump(records, file, 4)


def write_with(program):
    """A writer in a Python of its own: a library that is not there ends that one only, and this folder hides none of the modules that it imports."""
    return lambda path: subprocess.run([sys.executable, "-I", "-c", program, path], check=True, stderr=subprocess.DEVNULL)


LARGE = [
    ("400 MB of bytes, pickle", "large.pkl", write_array),
    ("400 MB of one array, joblib", "large.joblib", write_with("import sys, joblib, numpy; joblib.dump({'w': numpy.random.rand(50_000_000)}, sys.argv[1])")),
    ("400 MB of one tensor, PyTorch", "large.pt", write_with("import sys, torch; torch.save({'w': torch.rand(100_000_000)}, sys.argv[1])")),
    ("11 million opcodes, numbers", "numbers.pkl", write_opcodes),
    ("14 million opcodes, records", "records.pkl", write_records),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("precinto")
    parser.add_argument("--malicious")
    parser.add_argument("--benign")
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    programs = {"precinto": os.path.abspath(arguments.precinto)}
    for name in SCANNERS:
        if name != "precinto" and shutil.which(name):
            programs[name] = shutil.which(name)
    absent = [name for name in SCANNERS if name not in programs]
    if absent:
        print(f"not on the PATH and left out: {', '.join(absent)}")

    with tempfile.TemporaryDirectory() as work:
        benign = arguments.benign
        if not benign:
            benign = os.path.join(work, "benign")
            subprocess.run(["/usr/bin/python3", os.path.join(HERE, "..", "eng", "benign-models.py"), benign], check=True, stderr=subprocess.DEVNULL)

        print(f"\n{'':12}{'flagged':>9}{'clean':>9}{'error':>9}")
        for title, folder in (("malicious", arguments.malicious), ("benign", benign)):
            if folder:
                files = files_of(folder)
                print(f"{title}, {len(files)} files")
                for name, program in programs.items():
                    counts = judge(name, program, files)
                    print(f"  {name:10}{counts['flagged']:9}{counts['clean']:9}{counts['error']:9}")

        small = os.path.join(work, "small.pkl")
        with open(small, "wb") as file:
            file.write(b"\x80\x04]\x94(K\x01K\x02e.")
        print(f"\none tiny file, median of 15: milliseconds, times sha256sum's, MB")
        report({"sha256sum": ["sha256sum", small], **{name: [program, *SCANNERS[name][0], small] for name, program in programs.items()}}, 15)
        if arguments.large:
            for title, name, write in LARGE:
                path = os.path.join(work, name)
                try:
                    write(path)
                except subprocess.CalledProcessError:
                    print(f"\n{title}: left out, the library that writes it is not there")
                    continue
                run(["sha256sum", path])
                print(f"\n{title}, median of 3: milliseconds, times sha256sum's, MB")
                report({"sha256sum": ["sha256sum", path], **{name: [program, *SCANNERS[name][0], path] for name, program in programs.items()}}, 3)
                os.remove(path)
    return 0


def report(commands, rounds):
    taken = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0)
    # In turns, so that what else the machine does falls on all alike.
    for _ in range(rounds):
        for name, command in commands.items():
            _, seconds, megabytes = run(command)
            taken[name].append(seconds)
            memory[name] = max(memory[name], megabytes)
    base = statistics.median(taken["sha256sum"])
    for name in commands:
        median = statistics.median(taken[name])
        print(f"  {name:10}{median * 1000:12.1f}{median / base:9.1f}{memory[name]:9.0f}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
