#!/usr/bin/python3
"""Inspects the same files with Precinto and with whatever other scanners are on the PATH, and prints them side by side.

bench/inspect.py PRECINTO [--malicious FOLDER] [--benign FOLDER] [--most N] [--rounds N] [--large]

PRECINTO is the native binary (eng/publish-native.sh -o DIR makes it). Files of --malicious should be flagged; without it, some are made here, one a technique.
Files of --benign should not; without it, eng/benign-models.py makes some. Of more than --most files in a folder, that many are taken, evenly.
--large adds generated files: 400 MB of one array as a pickle, by joblib and in PyTorch's archive, and millions of opcodes, the small ones of numbers and those of
dictionaries and texts. A scanner that is not there is left out, and so is a file whose library is not there; both are said.
Bare times say something of this machine alone, so every time is given beside that of sha256sum on the same bytes, from the same run.
"""
import sys

if __name__ == "__main__":
    # This file has the name of a module that others import.
    sys.path.pop(0)

import argparse
import gzip
import io
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import tarfile
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))

# How each is called on one file, and which exit codes say "flagged" and "clean"; anything else is a failure, and so is a traceback.
SCANNERS = {
    "precinto": (["inspect"], {1}, {0}),
    "picklescan": (["-p"], {1}, {0}),
    "modelscan": (["-p"], {1}, {0}),
    "fickling": (["--check-safety"], {1}, {0}),
    "modelaudit": (["scan"], {1}, {0}),
}
LONGEST = 300

# The kernel hands the peak of a process on to the one that it becomes, so what this program holds would count for what it starts.
# A small process in between that forks, and reports what it waited for, measures the child alone; time(1) is the smallest.
GNU_TIME = "/usr/bin/time"
BETWEEN = "import os, sys; child = os.fork() or os.execv(sys.argv[2], sys.argv[2:]); usage = os.wait4(child, 0)[2]; open(sys.argv[1], 'w').write(str(usage.ru_maxrss))"


def run(command):
    """Runs a command: whether it flagged, passed or failed is for the caller to say from its exit code and what it wrote to stderr; and how many seconds it took."""
    began = time.perf_counter()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=LONGEST, check=False)
        code, said = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        code, said = None, b""
    return code, said, time.perf_counter() - began


def memory(command):
    """The largest memory of a command in MB, of nothing else."""
    with tempfile.NamedTemporaryFile() as told:
        program = shutil.which(command[0])
        between = [GNU_TIME, "-q", "-f", "%M", "-o", told.name] if os.access(GNU_TIME, os.X_OK) else [sys.executable, "-I", "-S", "-c", BETWEEN, told.name]
        subprocess.run([*between, program, *command[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return int(told.read()) / 1024


def judge(name, program, files):
    """How many files it flagged, passed and failed on, how many seconds that took in all, and the largest memory of one file in MB."""
    options, flagged, clean = SCANNERS[name]
    counts, seconds, slowest = {"flagged": 0, "clean": 0, "failed": 0}, 0, (0, files[0])
    for path in files:
        code, said, taken = run([program, *options, path])
        counts["failed" if b"Traceback (most recent call last)" in said else "flagged" if code in flagged else "clean" if code in clean else "failed"] += 1
        seconds += taken
        slowest = max(slowest, (taken, path))
    return counts, seconds, memory([program, *options, slowest[1]])


def files_of(folder, most):
    files = sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return [files[number * len(files) // most] for number in range(most)] if len(files) > most else files


def write_malicious(folder):
    """One file a technique; each would print a word if it were loaded."""
    call = b"cposix\nsystem\n(S'echo'\ntR"
    plain = call + b"."
    archive, torch, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.pkl", plain)
    with zipfile.ZipFile(torch, "w") as file:
        file.writestr("archive/data.pkl", plain)
        file.writestr("archive/version", "3\n")
    with tarfile.open(fileobj=packed, mode="w") as file:
        member = tarfile.TarInfo("a.pkl")
        member.size = len(plain)
        file.addfile(member, io.BytesIO(plain))
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    files = {
        "reduce.pkl": plain, "inst.pkl": b"(S'echo'\niposix\nsystem\n.", "obj.pkl": b"(cposix\nsystem\nS'echo'\no.", "newobj.pkl": b"\x80\x02csubprocess\nPopen\nX\x04\0\0\0echo\x85\x81.",
        "stack.pkl": b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R.", "memo.pkl": b"\x80\x04\x8c\x06system\x94\x8c\x05posix\x94h\x01h\x00\x93\x8c\x04echo\x85R.",
        "dotted.pkl": b"\x80\x04\x8c\x07logging\x8c\x09os.system\x93\x8c\x04echo\x85R.", "build.pkl": b"\x80\x04ccollections\nOrderedDict\n)R}\x8c\x0c__setstate__cposix\nsystem\nsb\x8c\x04echob.",
        "computed.pkl": b"\x80\x04cbuiltins\ngetattr\ncimportlib\nimport_module\n\x8c\x05posix\x85R\x8c\x06system\x86R\x8c\x04echo\x85R.", "eval.pkl": b"cbuiltins\neval\n(S'print(1)'\ntR.", "code.pkl": b"ccode\nInteractiveInterpreter\n(tR.",
        "broken.pkl": call + b"0\xff", "cut.pkl": call + b"0X\xff\0\0\0a", "second.pkl": b"N." + plain, "junk.pkl": b"N.junk" + plain, "unstacked.pkl": call + b"000000.", "nested.pkl": pickle.dumps([plain])[:-1] + b"0cpickle\nloads\n(" + pickle.dumps(plain, 1)[:-1] + b"tR.",
        "pip.pkl": b"cpip._internal\nmain\n((lS'list'\natR.", "bdb.pkl": b"cbdb\nBdb\n(tR.", "timeit.pkl": b"ctimeit\nrepeat\n(S'print(1)'\ntR.", "profile.pkl": b"ccProfile\nrun\n(S'print(1)'\ntR.", "pydoc.pkl": b"cpydoc\npipepager\n(S'a'\nS'echo'\ntR.",
        "fetch.pkl": b"cpandas\nread_pickle\n(S'https://example.org/a'\ntR.", "operator.pkl": b"coperator\nattrgetter\n(S'system'\ntR(cos\n__dict__\ntR.", "compressed.pkl.gz": gzip.compress(plain), "model.joblib": gzip.compress(plain),
        "named.txt": plain, "model.bin": plain, "archive.zip": archive.getvalue(), "torch.pt": torch.getvalue(), "packed.tar": packed.getvalue(), "array.npy": b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header + plain,
    }
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


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


def write_with(program):
    """A writer in a Python of its own: a library that is not there ends that one only, its memory is not held here, and this folder hides none of its modules."""
    return lambda path: subprocess.run([sys.executable, "-I", "-c", program, path], check=True, stderr=subprocess.DEVNULL)


LARGE = [
    ("400 MB of bytes, pickle", "large.pkl", write_array),
    ("400 MB of one array, joblib", "large.joblib", write_with("import sys, joblib, numpy; joblib.dump({'w': numpy.random.rand(50_000_000)}, sys.argv[1])")),
    ("400 MB of one tensor, PyTorch", "large.pt", write_with("import sys, torch; torch.save({'w': torch.rand(100_000_000)}, sys.argv[1])")),
    ("11 million opcodes, numbers", "numbers.pkl", write_opcodes),
    # What programs pickle: dictionaries with texts, tuples and floats, all in the memo.
    ("14 million opcodes, records", "records.pkl", write_with(
        "import pickle, sys; pickle.dump([{'id': i, 'name': f'n{i % 1000}', 'w': [float(j) for j in range(4)], 't': (i, i + 1, None, True)} for i in range(550000)], open(sys.argv[1], 'wb'), 4)")),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("precinto", help="the native binary")
    parser.add_argument("--malicious", metavar="FOLDER", help="files that should be flagged; some are made without it")
    parser.add_argument("--benign", metavar="FOLDER", help="files that should not be flagged; some are made without it")
    parser.add_argument("--most", type=int, default=300, metavar="N", help="how many files of a folder are taken at most (300)")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="how often the tiny file is inspected (15)")
    parser.add_argument("--large", action="store_true", help="add large files, which takes minutes and 2 GB of disk")
    arguments = parser.parse_args()
    programs = {"precinto": os.path.abspath(arguments.precinto)} | {name: shutil.which(name) for name in SCANNERS if name != "precinto" and shutil.which(name)}
    absent = [name for name in SCANNERS if name not in programs]
    if absent:
        print(f"absent from the PATH and left out: {', '.join(absent)}")

    with tempfile.TemporaryDirectory() as work:
        malicious, benign = arguments.malicious or os.path.join(work, "malicious"), arguments.benign or os.path.join(work, "benign")
        if not arguments.malicious:
            os.mkdir(malicious)
            write_malicious(malicious)
        if not arguments.benign:
            os.mkdir(benign)
            made = subprocess.run(["/usr/bin/python3", os.path.join(HERE, "..", "eng", "benign-models.py"), benign], check=False, stderr=subprocess.PIPE, text=True)
            # The groups that are left out; of one that failed, the reason stands in the last line.
            for line in made.stderr.splitlines()[-1:] if made.returncode else made.stderr.splitlines():
                print(f"benign files: {line}")
        for folder in (malicious, benign):
            if not files_of(folder, 1):
                parser.error(f"{folder} holds no files")
        compare(programs, files_of(malicious, arguments.most), files_of(benign, arguments.most))

        small = os.path.join(work, "small.pkl")
        with open(small, "wb") as file:
            file.write(b"\x80\x04]\x94(K\x01K\x02e.")
        measure("one tiny file", programs, small, arguments.rounds)
        for title, name, write in LARGE if arguments.large else []:
            path = os.path.join(work, name)
            try:
                write(path)
            except subprocess.CalledProcessError:
                print(f"\n{title}: left out, the library that writes it is not there")
                continue
            measure(title, programs, path, 3)
            os.remove(path)
    return 0


def compare(programs, malicious, benign):
    print(f"\n{len(malicious)} malicious files, {len(benign)} benign ones; seconds for all of them, MB for the slowest of each")
    print(f"{'':12}{'detected':>16}{'failed':>8}{'false alarms':>16}{'failed':>8}{'seconds':>10}{'MB':>7}")
    for name, program in programs.items():
        found, first, high = judge(name, program, malicious)
        cried, second, higher = judge(name, program, benign)
        print(f"  {name:10}{share(found['flagged'], malicious):>16}{found['failed']:8}{share(cried['flagged'], benign):>16}{cried['failed']:8}{first + second:10.1f}{max(high, higher):7.0f}")


def share(count, files):
    return f"{count} ({100 * count / len(files):.1f} %)"


def measure(title, programs, path, rounds):
    commands = {"sha256sum": ["sha256sum", path], **{name: [program, *SCANNERS[name][0], path] for name, program in programs.items()}}
    run(commands["sha256sum"])
    taken, ended = {name: [] for name in commands}, {}
    # In turns, so that what else the machine does falls on all alike.
    for _ in range(rounds):
        for name, command in commands.items():
            ended[name], said, seconds = run(command)
            taken[name].append(seconds)
            if name != "sha256sum" and (ended[name] not in SCANNERS[name][1] | SCANNERS[name][2] or b"Traceback (most recent call last)" in said):
                ended[name] = "failed"
    base = statistics.median(taken["sha256sum"])
    print(f"\n{title}, median of {rounds}\n{'':12}{'milliseconds':>16}{'of sha256sum':>16}{'MB':>7}")
    for name, command in commands.items():
        median = statistics.median(taken[name])
        print(f"  {name:10}{median * 1000:16.1f}{median / base:15.2f}x{memory(command):7.0f}{'  failed' if ended[name] == 'failed' else ''}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
