#!/usr/bin/python3
"""Writes model files that nobody forged, with whatever libraries this Python has: benign-models.py FOLDER [LIBRARY...]

An inspector that cries wolf is switched off; every one of these files must be clean. Names of files begin with the library that wrote them.
"""
import gzip
import importlib
import os
import pickle
import sys
import warnings

warnings.simplefilter("ignore")
PROTOCOLS = (0, 2, 4, 5)


def estimators():
    import numpy
    from sklearn import (cluster, compose, decomposition, dummy, ensemble, feature_extraction, gaussian_process, impute, isotonic, kernel_ridge, linear_model,
                         manifold, mixture, multiclass, naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree)
    random = numpy.random.RandomState(7)
    x = random.rand(60, 4)
    y = (x[:, 0] + x[:, 1] > 1).astype(int)
    r = x[:, 0] * 3 + x[:, 1]
    text = ["a model of words", "words of a model", "no words"] * 20
    classifiers = [
        linear_model.LogisticRegression(), linear_model.SGDClassifier(random_state=0), linear_model.Perceptron(), svm.SVC(probability=True), svm.LinearSVC(),
        tree.DecisionTreeClassifier(), ensemble.RandomForestClassifier(5), ensemble.ExtraTreesClassifier(5), ensemble.GradientBoostingClassifier(n_estimators=5),
        ensemble.HistGradientBoostingClassifier(max_iter=5), ensemble.AdaBoostClassifier(n_estimators=5), ensemble.BaggingClassifier(n_estimators=3),
        naive_bayes.GaussianNB(), naive_bayes.MultinomialNB(), neighbors.KNeighborsClassifier(), neural_network.MLPClassifier((5,), max_iter=20),
        dummy.DummyClassifier(), multiclass.OneVsRestClassifier(linear_model.LogisticRegression()),
        ensemble.VotingClassifier([("a", linear_model.LogisticRegression()), ("b", tree.DecisionTreeClassifier())]),
        pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
        pipeline.make_pipeline(compose.ColumnTransformer([("s", preprocessing.MinMaxScaler(), [0, 1]), ("q", preprocessing.KBinsDiscretizer(3), [2, 3])]), tree.DecisionTreeClassifier()),
        pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.PolynomialFeatures(2), ensemble.RandomForestClassifier(3)),
        gaussian_process.GaussianProcessClassifier(),
    ]
    regressors = [
        linear_model.LinearRegression(), linear_model.Ridge(), linear_model.Lasso(), linear_model.ElasticNetCV(), svm.SVR(), tree.DecisionTreeRegressor(),
        ensemble.RandomForestRegressor(5), ensemble.GradientBoostingRegressor(n_estimators=5), ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", tree.DecisionTreeRegressor())]),
        neighbors.KNeighborsRegressor(), neural_network.MLPRegressor((5,), max_iter=20), kernel_ridge.KernelRidge(), gaussian_process.GaussianProcessRegressor(),
    ]
    for model in classifiers:
        yield model.fit(x, y)
    for model in regressors:
        yield model.fit(x, r)
    for model in [cluster.KMeans(3, n_init=1), cluster.DBSCAN(), cluster.AgglomerativeClustering(), cluster.Birch(), mixture.GaussianMixture(2), decomposition.PCA(2),
                  decomposition.TruncatedSVD(2), decomposition.NMF(2, max_iter=50), decomposition.FastICA(2), manifold.Isomap(), preprocessing.OneHotEncoder(),
                  preprocessing.QuantileTransformer(n_quantiles=10), preprocessing.PowerTransformer(), ensemble.IsolationForest(n_estimators=5), neighbors.NearestNeighbors(), neighbors.KernelDensity()]:
        yield model.fit(x)
    yield isotonic.IsotonicRegression().fit(x[:, 0], r)
    yield preprocessing.LabelEncoder().fit(["a", "b"])
    for model in [feature_extraction.text.TfidfVectorizer(), feature_extraction.text.CountVectorizer(ngram_range=(1, 2)), feature_extraction.text.HashingVectorizer(n_features=64)]:
        yield model.fit(text)
    yield feature_extraction.DictVectorizer().fit([{"a": 1, "b": "x"}])


def write_sklearn(folder):
    for number, model in enumerate(estimators()):
        name = f"{number:02d}-{type(model).__name__}"
        for protocol in PROTOCOLS:
            with open(os.path.join(folder, f"sklearn-{name}-{protocol}.pkl"), "wb") as file:
                pickle.dump(model, file, protocol)


def write_joblib(folder):
    import joblib
    for number, model in enumerate(estimators()):
        joblib.dump(model, os.path.join(folder, f"joblib-{number:02d}-{type(model).__name__}.joblib"))
        if number % 5 == 0:
            for method in ("zlib", "gzip", "bz2", "xz", "lzma"):
                joblib.dump(model, os.path.join(folder, f"joblib-{number:02d}-{type(model).__name__}-{method}.joblib"), compress=(method, 3))


def write_numpy(folder):
    import numpy
    random = numpy.random.RandomState(7)
    arrays = {
        "float": random.rand(3, 4), "int": numpy.arange(10), "bool": numpy.array([True, False]), "complex": random.rand(3) + 1j, "text": numpy.array(["a", "bc"]),
        "bytes": numpy.array([b"a", b"bc"]), "time": numpy.array(["2026-01-01"], "M8[D]"), "empty": numpy.zeros((0, 4)), "scalar": numpy.array(1.5),
        "fortran": numpy.asfortranarray(random.rand(3, 4)), "record": numpy.zeros(3, [("a", "f8"), ("b", "i4", (2,))]), "half": random.rand(4).astype("f2"),
        "big": numpy.arange(4, dtype=">i4"), "masked": numpy.ma.masked_array([1, 2], [0, 1]), "object": numpy.array([{"a": 1}, "x", None], dtype=object),
    }
    for name, array in arrays.items():
        if name not in ("masked", "object"):
            numpy.save(os.path.join(folder, f"numpy-{name}.npy"), array)
        for protocol in PROTOCOLS:
            with open(os.path.join(folder, f"numpy-{name}-{protocol}.pkl"), "wb") as file:
                pickle.dump(array, file, protocol)
    plain = {name: array for name, array in arrays.items() if name not in ("masked", "object")}
    numpy.savez(os.path.join(folder, "numpy-all.npz"), **plain)
    numpy.savez_compressed(os.path.join(folder, "numpy-compressed.npz"), **plain)
    with gzip.open(os.path.join(folder, "numpy-float.pkl.gz"), "wb") as file:
        pickle.dump(arrays["float"], file)


def write_scipy(folder):
    from scipy import interpolate, sparse, spatial
    import numpy
    x = numpy.linspace(0, 1, 20)
    values = {"csr": sparse.random(5, 5, 0.5, "csr", random_state=1), "csc": sparse.eye(3, format="csc"), "coo": sparse.coo_matrix(numpy.eye(3)),
              "tree": spatial.cKDTree(numpy.random.RandomState(1).rand(20, 3)), "spline": interpolate.CubicSpline(x, x ** 2)}
    for name, value in values.items():
        # Some classes of scipy have no state in the oldest protocols.
        for protocol in PROTOCOLS[1:]:
            with open(os.path.join(folder, f"scipy-{name}-{protocol}.pkl"), "wb") as file:
                pickle.dump(value, file, protocol)


def write_pandas(folder):
    import pandas
    frame = pandas.DataFrame({"number": [1.5, 2.5, None], "text": ["a", "b", None], "whole": [1, 2, 3], "when": pandas.date_range("2026-01-01", periods=3, tz="UTC"),
                              "kind": pandas.Categorical(["x", "y", "x"]), "maybe": pandas.array([1, None, 3], dtype="Int64")})
    values = {"frame": frame, "series": frame["number"], "indexed": frame.set_index(["whole", "text"]), "period": frame["when"].dt.tz_localize(None).dt.to_period("D"),
              "interval": pandas.cut(frame["whole"], 2), "delta": frame["when"] - frame["when"].iloc[0], "stamp": pandas.Timestamp("2026-01-01"),
              "sparse": pandas.Series([0, 0, 1.5], dtype="Sparse[float]"), "unsigned": pandas.Series([1, None], dtype="UInt8"), "strings": pandas.Series(["a", None], dtype="string"),
              "one": [pandas.Period("2026-01"), pandas.Interval(0, 1), pandas.offsets.QuarterBegin(), pandas.Timedelta(1, "h"), pandas.NaT, pandas.NA],
              "columns": pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)])), "every": pandas.date_range("2026", periods=4, freq="15min")}
    for name, value in values.items():
        for protocol in PROTOCOLS:
            with open(os.path.join(folder, f"pandas-{name}-{protocol}.pkl"), "wb") as file:
                pickle.dump(value, file, protocol)


def write_python(folder):
    import collections
    import datetime
    import decimal
    import fractions
    import functools
    import operator
    import pathlib
    import uuid
    values = {
        "plain": {"a": [1, 2.5, True, None, b"x", "é", 2 ** 80, -1], "b": (1, {2, 3}, frozenset([4]))}, "ordered": collections.OrderedDict(a=1), "counter": collections.Counter("aab"),
        "default": collections.defaultdict(list, a=[1]), "deque": collections.deque([1, 2], 5), "when": [datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), datetime.timedelta(1)],
        "decimal": decimal.Decimal("1.5"), "fraction": fractions.Fraction(1, 3), "uuid": uuid.UUID(int=7), "path": pathlib.PurePosixPath("a/b"),
        "getter": operator.itemgetter(1), "partial": functools.partial(int, base=2), "complex": 1 + 2j, "range": range(3), "slice": slice(1, 2),
    }
    for name, value in values.items():
        for protocol in PROTOCOLS:
            with open(os.path.join(folder, f"python-{name}-{protocol}.pkl"), "wb") as file:
                pickle.dump(value, file, protocol)


def write_h5py(folder):
    import h5py
    import numpy
    with h5py.File(os.path.join(folder, "h5py-data.h5"), "w") as file:
        group = file.create_group("layer/dense")
        group.create_dataset("kernel", data=numpy.ones((4, 3), "f4"), compression="gzip", chunks=True)
        group.create_dataset("bias", data=numpy.zeros(3, "f4"))
        file.attrs["names"] = numpy.array([b"dense"])
        file.attrs["title"] = "weights"


def write_xgboost(folder):
    import numpy
    import xgboost
    x = numpy.random.RandomState(1).rand(100, 4)
    y = (x[:, 0] > 0.5).astype(int)
    for booster in ("gbtree", "gblinear", "dart"):
        model = xgboost.train({"booster": booster, "objective": "binary:logistic"}, xgboost.DMatrix(x, y), 3)
        for ending in ("json", "ubj"):
            model.save_model(os.path.join(folder, f"xgboost-{booster}.{ending}"))
    wrapped = xgboost.XGBClassifier(n_estimators=3).fit(x, y)
    for protocol in PROTOCOLS:
        with open(os.path.join(folder, f"xgboost-classifier-{protocol}.pkl"), "wb") as file:
            pickle.dump(wrapped, file, protocol)


def write_torch(folder):
    import torch
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.Adam(model.parameters())
    values = {"state": model.state_dict(), "module": model, "checkpoint": {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3},
              "tensors": [torch.ones(2, 3), torch.zeros(4, dtype=torch.int64), torch.ones(2, dtype=torch.bfloat16)]}
    for name, value in values.items():
        torch.save(value, os.path.join(folder, f"torch-{name}.pt"))
        torch.save(value, os.path.join(folder, f"torch-{name}-older.pth"), _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(model), os.path.join(folder, "torch-script.pt"))


WRITERS = {"sklearn": write_sklearn, "joblib": write_joblib, "numpy": write_numpy, "scipy": write_scipy, "pandas": write_pandas, "python": write_python,
           "h5py": write_h5py, "xgboost": write_xgboost, "torch": write_torch}


def main(arguments):
    if not arguments or arguments[0].startswith("-") or any(name not in WRITERS for name in arguments[1:]):
        print(f"benign-models.py FOLDER [{'|'.join(WRITERS)}]...", file=sys.stderr)
        return 2
    os.makedirs(arguments[0], exist_ok=True)
    for library in arguments[1:] or WRITERS:
        try:
            importlib.import_module("sys" if library == "python" else library)
        except ImportError:
            print(f"{library} is absent", file=sys.stderr)
            continue
        WRITERS[library](arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
