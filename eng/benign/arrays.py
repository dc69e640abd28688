"""numpy, scipy, pandas and Python's own types: each of their kinds, by each protocol and each of their own formats."""
import array
import bz2
import collections
import datetime
import decimal
import enum
import fractions
import functools
import gzip
import http
import ipaddress
import itertools
import lzma
import operator
import pathlib
import pickle
import random
import re
import types
import uuid
import zlib
import zoneinfo

NUMBERS = "?bBhHiIlLqQefdgFDG"
RECORDS = [("a", "f8"), ("b", "i4", (2,)), ("c", "S3"), ("d", "O")]


def write_python(forge):
    nested = []
    nested.append(nested)
    values = {
        "plain": {"a": [1, 2.5, True, None, b"x", "é", 2 ** 80, -1], "b": (1, {2, 3}, frozenset([4]))}, "ordered": collections.OrderedDict(a=1), "counter": collections.Counter("aab"),
        "deque": collections.deque([1, 2], 5), "chain": collections.ChainMap({"a": 1}), "user": [collections.UserDict(a=1), collections.UserList([1]), collections.UserString("a")],
        "when": [datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), datetime.timedelta(1), datetime.date(2026, 1, 1), datetime.time(1, 2, fold=1), datetime.timezone(datetime.timedelta(hours=2), "X")],
        "zone": [zoneinfo.ZoneInfo("Europe/Madrid"), datetime.datetime(2026, 1, 1, tzinfo=zoneinfo.ZoneInfo("UTC"))], "decimal": [decimal.Decimal("1.5"), decimal.Decimal("NaN")],
        "fraction": fractions.Fraction(1, 3), "uuid": uuid.UUID(int=7), "path": [pathlib.PurePosixPath("a/b"), pathlib.Path("/a/b"), pathlib.PureWindowsPath("c:/b")],
        "getter": [operator.itemgetter(1, "a"), operator.attrgetter("real")], "partial": functools.partial(int, base=2), "complex": 1 + 2j, "range": range(3), "slice": slice(1, None, 2),
        "floats": [float("inf"), float("-inf"), float("nan"), -0.0], "whole": [2 ** 2000, -2 ** 2000, 2 ** 31, -2 ** 63, 255, 65535, 65536], "bytes": [b"", b"x" * 300, bytearray(b"abc")],
        "singles": [None, True, ..., NotImplemented], "types": [int, dict, list, str, float, type(None)], "functions": [len, max, min, sum, sorted, operator.add], "namespace": types.SimpleNamespace(a=1),
        "address": [ipaddress.ip_address("1.2.3.4"), ipaddress.ip_network("10.0.0.0/8")], "random": [random.Random(3), random.getstate()], "status": [http.HTTPStatus.OK, re.IGNORECASE],
        "pattern": [re.compile("a+"), re.compile(r"^(?P<a>\d)$", re.X), re.compile(b"x")], "iterators": [iter([1, 2]), iter({"a": 1}.items()), itertools.count(3), enumerate(["a"]), reversed([1, 2])],
        "same": [[1, 2]] * 1000, "many": {number: str(number) for number in range(3000)}, "circle": nested, "empty": [[], {}, (), set(), "", frozenset()],
        # Texts that look like an attack are texts all the same.
        "hostile": {"os.system": "eval(input())", "__reduce__": "c__builtin__\neval\n(S'1'\ntR.", "cmd": ["rm -rf /", "import os; os.system('id')", "<script>"]},
    }
    for kind in (int, float, list, dict, set, str, tuple, collections.Counter, collections.OrderedDict):
        values[f"default-{kind.__name__}"] = collections.defaultdict(kind, a=kind())
    values["default-deeper"] = collections.defaultdict(functools.partial(collections.defaultdict, int))
    for kind in "bBhHiIlLqQfdu":
        values[f"array-{kind}-{ord(kind)}"] = array.array(kind, "ab" if kind == "u" else [1, 2])
    for name, value in values.items():
        forge.pickles(name, value)
        # What is written in Python itself numbers its memo otherwise.
        forge.pickles(f"{name}-slow", value, (2, 4), pickle._dumps)
    for method, compress in {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zlib": zlib.compress}.items():
        forge.bytes(f"compressed.pkl.{method}", compress(pickle.dumps(values["plain"])))
    forge.bytes("optimized.pkl", __import__("pickletools").optimize(pickle.dumps(values["many"])))


def write_numpy(forge):
    import numpy
    draw = numpy.random.RandomState(7)
    values = {f"kind-{ord(kind)}": numpy.ones(3, kind) for kind in NUMBERS} | {f"scalar-{ord(kind)}": numpy.dtype(kind).type(1) for kind in NUMBERS}
    for kind in (">i2", ">i8", ">f4", ">f8", ">c16", "<U3", ">U3", "S5", "V4", "M8[ns]", "M8[D]", "m8[s]", "m8[h]", ">M8[us]", "M8[2W]", "M8"):
        values["kind-" + kind.translate({60: "little", 62: "big", 91: "-", 93: ""})] = numpy.zeros(2, kind)
    values |= {
        "rows": draw.rand(3, 4), "fortran": numpy.asfortranarray(draw.rand(3, 4)), "empty": numpy.zeros((0, 4)), "single": numpy.array(1.5), "view": draw.rand(8, 8)[::2, 1:], "read": numpy.broadcast_to(draw.rand(3), (2, 3)),
        "deep": numpy.zeros((1,) * 20), "large": draw.rand(300, 300), "record": numpy.zeros(3, RECORDS[:3]), "record-objects": numpy.zeros(3, RECORDS), "aligned": numpy.zeros(2, numpy.dtype(RECORDS[:2], align=True)),
        "offsets": numpy.zeros(2, numpy.dtype({"names": ["a", "b"], "formats": ["i4", "f8"], "offsets": [0, 8], "itemsize": 32})), "titles": numpy.zeros(2, numpy.dtype([(("title", "a"), "f4")])),
        "recarray": numpy.rec.array([(1, 2.)], dtype=[("a", "i4"), ("b", "f8")]), "matrix": numpy.matrix([[1, 2]]), "masked": numpy.ma.masked_array([1., 2], [0, 1]), "masked-record": numpy.ma.zeros(2, RECORDS[:2]),
        "characters": numpy.char.array(["a", "bc"]), "object": numpy.array([{"a": 1}, "x", None, numpy.ones(2)], object), "object-single": numpy.array({"a": 1}), "ragged": numpy.array([[1], [1, 2]], object),
        "types": [numpy.dtype(kind) for kind in ("f4", ">f4", "U3", "O", "M8[ns]", RECORDS, ("f4", (2, 3)))], "functions": [numpy.log1p, numpy.mean, numpy.float32, numpy.ndarray, numpy.add], "poly": numpy.poly1d([1, 2]),
        "generators": [numpy.random.RandomState(1), numpy.random.default_rng(1), numpy.random.Generator(numpy.random.Philox(1)), numpy.random.SFC64(1), numpy.random.MT19937(1), numpy.random.get_state()],
        "polynomial": [numpy.polynomial.Polynomial([1, 2]), numpy.polynomial.Chebyshev([1, 2])], "weights": {f"layer{number}": draw.rand(3, 3).astype("f4") for number in range(50)},
    }
    arrays = {}
    for name, value in values.items():
        forge.pickles(name, value)
        if isinstance(value, (numpy.ndarray, numpy.generic)) and not isinstance(value, numpy.ma.MaskedArray):
            arrays[name] = value
            for version in ((1, 0), (2, 0), (3, 0)):
                # An array of objects is a pickle with a header before it: it is told of, and not clean without the flag that its loader asks for.
                if not numpy.asanyarray(value).dtype.hasobject:
                    with open(forge.path(f"{name}-{version[0]}.npy"), "wb") as file:
                        numpy.lib.format.write_array(file, numpy.asanyarray(value), version)
    plain = {name: value for name, value in arrays.items() if not numpy.asanyarray(value).dtype.hasobject}
    numpy.savez(forge.path("all.npz"), **plain)
    numpy.savez_compressed(forge.path("compressed.npz"), **plain)
    numpy.savez(forge.path("none.npz"))
    numpy.savez(forge.path("names.npz"), **{"a/b/c": numpy.ones(2), "arr 1": numpy.ones(1), "é": numpy.ones(1), "d.npy": numpy.ones(2)})


def write_scipy(forge):
    import numpy
    from scipy import interpolate, optimize, signal, sparse, spatial, stats
    steps, points = numpy.linspace(0, 1, 20), numpy.random.RandomState(1).rand(20, 3)
    values = {}
    for form in ("csr", "csc", "coo", "bsr", "lil", "dok", "dia"):
        values |= {f"{form}-{kind}": sparse.eye(4, format=form, dtype=kind) for kind in ("f8", "f4", "i4", "c16", "bool")}
        values |= {f"{form}-drawn": sparse.random(6, 6, .4, form, random_state=1), f"{form}-array": getattr(sparse, form + "_array")(sparse.eye(4))}
        if form in ("csr", "csc", "coo", "bsr", "dia"):
            for compressed in (False, True):
                sparse.save_npz(forge.path(f"{form}-{compressed}.npz"), values[f"{form}-drawn"], compressed)
    values |= {
        "cubic": interpolate.CubicSpline(steps, steps ** 2), "pieces": interpolate.PchipInterpolator(steps, steps), "spline": interpolate.make_interp_spline(steps, steps), "grid": interpolate.RegularGridInterpolator((steps, steps), numpy.ones((20, 20))),
        "linear": interpolate.interp1d(steps, steps ** 2), "tree": spatial.cKDTree(points), "tree-python": spatial.KDTree(points), "rotation": spatial.transform.Rotation.from_euler("z", 1),
        "density": stats.gaussian_kde(points.T), "result": optimize.minimize(numpy.sum, [1., 2.], method="L-BFGS-B", bounds=[(0, 1)] * 2), "filter": signal.butter(3, .2, output="sos"), "system": signal.lti([1], [1, 2]),
        "test": [stats.ttest_ind(points[:, 0], points[:, 1]), stats.linregress(steps, steps), stats.pearsonr(steps, points[:, 0])],
    }
    for name in ("norm", "uniform", "expon", "gamma", "beta", "lognorm", "poisson", "binom", "randint", "t", "chi2", "truncnorm"):
        kind = getattr(stats, name)
        values[f"frozen-{name}"] = kind(*[.5] * kind.numargs)
    for name, value in values.items():
        forge.pickles(name, value)


def write_pandas(forge):
    import numpy
    import pandas
    frame = pandas.DataFrame({
        "number": [1.5, None] * 3, "text": list("abcabc"), "whole": range(6), "when": pandas.date_range("2026-01-01", periods=6, tz="Europe/Madrid"), "kind": pandas.Categorical(list("xyzxyz"), ordered=True),
        "maybe": pandas.array([1, None] * 3, dtype="Int64"), "truth": pandas.array([True, None] * 3, dtype="boolean"), "string": pandas.array(["a", None] * 3, dtype="string"), "float": pandas.array([1., None] * 3, dtype="Float64"),
        "sparse": pandas.arrays.SparseArray([0, 0, 1, 0, 0, 0]), "period": pandas.period_range("2026-01", periods=6, freq="M"), "interval": pandas.interval_range(0, 6), "delta": pandas.to_timedelta(range(6), "h"),
        "object": [{"a": 1}, [1], None, (1,), "x", 2.5], "half": numpy.ones(6, "f2"), "small": numpy.ones(6, "u1"), "complex": numpy.ones(6, "c8"), "naive": pandas.date_range("2026-01-01", periods=6),
    })
    values = {"frame": frame, "none": pandas.DataFrame(), "turned": frame[["number", "whole"]].T, "indexed": frame.set_index(["text", "whole"]), "blocks": pandas.concat([frame[["whole"]], frame[["number"]]], axis=1),
              "columns": pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)]))}
    for column in frame:
        values |= {f"series-{column}": frame[column], f"array-{column}": frame[column].array, f"type-{column}": frame[column].dtype}
        if column not in ("half", "object"):
            values[f"index-{column}"] = pandas.Index(frame[column])
    for kind in ("Int8", "Int16", "Int32", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "category", "period[D]", "interval[float64]", "Sparse[int]", "Sparse[bool]", "timedelta64[ns]"):
        values["empty-" + re.sub(r"\W", "", kind) + ("-whole" if kind[0].isupper() else "")] = pandas.Series([], dtype=kind)
    values |= {
        "ranged": pandas.RangeIndex(3, name="r"), "product": pandas.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["x", None]), "breaks": pandas.IntervalIndex.from_breaks([0, 1, 2], closed="left"),
        "months": pandas.date_range("2026", periods=3, freq="MS", tz="US/Eastern"), "quarters": pandas.period_range("2026", periods=3, freq="Q-MAR"), "every": pandas.date_range("2026", periods=4, freq="15min"),
        "ones": [pandas.Period("2026-01"), pandas.Interval(0, 1), pandas.Timedelta(1, "h"), pandas.Timestamp("2026-01-01", tz="UTC"), pandas.NaT, pandas.NA],
    }
    for name in ("Day", "Hour", "BDay", "MonthEnd", "MonthBegin", "QuarterBegin", "YearEnd", "Week", "BMonthEnd", "BusinessHour", "SemiMonthEnd", "Easter"):
        values[f"offset-{name}"] = getattr(pandas.offsets, name)()
    for name, value in values.items():
        forge.pickles(name, value)
    for ending in ("pkl", "pkl.gz", "pkl.bz2", "pkl.xz", "pkl.zip", "pkl.tar"):
        frame.to_pickle(forge.path(f"written.{ending}"))
    for orient in ("columns", "split", "records", "table"):
        frame[["number", "whole"]].to_json(forge.path(f"{orient}.json"), orient=orient)
