"""scikit-learn: every estimator that can be fitted, how they are put together and set, and all ways in which joblib writes them."""
import functools
import importlib.util
import operator

import joblib
import numpy
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn import (base, calibration, cluster, compose, covariance, datasets, decomposition, discriminant_analysis, ensemble, feature_extraction, feature_selection,
                     gaussian_process, impute, linear_model, metrics, mixture, model_selection, multiclass, multioutput, neighbors, neural_network, pipeline, preprocessing,
                     semi_supervised, svm, tree, utils)
from sklearn.gaussian_process import kernels

RANDOM = numpy.random.RandomState(7)
X = RANDOM.rand(60, 4)
TWO = (X[:, 0] + X[:, 1] > 1).astype(int)
THREE = numpy.digitize(X[:, 0], [.33, .66])
NUMBER = X[:, 0] * 3 + X[:, 1]
HOLES = numpy.where(X > .8, numpy.nan, X)
TEXT = ["a model of words", "words of a model", "no words"] * 20
COMPRESSIONS = ("zlib", "gzip", "bz2", "xz", "lzma") + (("lz4",) if importlib.util.find_spec("lz4") else ())


def write_estimators(forge):
    for name, model in fitted():
        forge.pickles(name, model)
        forge.pickles(f"{name}-unfitted", base.clone(model), (4,))


def write_joblib(forge):
    for number, (name, model) in enumerate(fitted()):
        joblib.dump(model, forge.path(f"{name}.joblib"))
        method = COMPRESSIONS[number % len(COMPRESSIONS)]
        joblib.dump(model, forge.path(f"{name}-{method}.joblib"), compress=(method, 3))
    arrays = {"model": linear_model.Ridge().fit(X, NUMBER), "array": X, "objects": numpy.array([1, "a", None], object), "columns": numpy.asfortranarray(X), "none": numpy.zeros((0, 3)),
              "matrix": numpy.matrix(X), "masked": numpy.ma.masked_array([1, 2], [0, 1]), "same": [X, X], "view": X[::2, 1:]}
    for protocol in range(6):
        for method in (None, *COMPRESSIONS):
            joblib.dump(arrays, forge.path(f"arrays-{protocol}-{method}.joblib"), compress=(method, 3) if method else 0, protocol=protocol)
    for level in range(10):
        joblib.dump(arrays, forge.path(f"level-{level}.joblib"), compress=level)


def write_settings(forge):
    for group in (composed, searched, measured, kernelled, lossy, vectorized, transformed, kept):
        for name, make in group():
            forge.pickles(f"{group.__name__}-{name}", make(), (0, 2, 4))


def fitted():
    logistic, ridge = linear_model.LogisticRegression(), linear_model.Ridge()
    needs = {
        "ColumnTransformer": {"transformers": [("a", "passthrough", [0]), ("b", "drop", [1])]}, "FeatureUnion": {"transformer_list": [("a", decomposition.PCA(2))]},
        "Pipeline": {"steps": [("a", "passthrough"), ("b", logistic)]}, "SparseCoder": {"dictionary": numpy.eye(4)}, "SequentialFeatureSelector": {"estimator": logistic, "n_features_to_select": 2},
        "GridSearchCV": {"estimator": logistic, "param_grid": {"C": [1, 2]}}, "RandomizedSearchCV": {"estimator": logistic, "param_distributions": {"C": [1, 2, 3]}, "n_iter": 2},
        "HalvingGridSearchCV": {"estimator": logistic, "param_grid": {"C": [1, 2]}, "min_resources": 20},
        "HalvingRandomSearchCV": {"estimator": logistic, "param_distributions": {"C": [1, 2]}, "min_resources": 20},
    }
    small = {"n_estimators": 3, "max_iter": 20, "n_init": 1, "n_components": 2, "n_quantiles": 10, "random_state": 0, "cv": 2, "n_iter": 250}
    data = [(X, TWO), (X, NUMBER), (X,), (X[:, 0], NUMBER), (numpy.round(X * 3).astype(int), TWO), (numpy.abs(X[:, :2]), X[:, 2:]), (X, numpy.c_[TWO, 1 - TWO]), (TEXT,),
            (["a", "b"],), ([{"a": 1, "b": "x"}],), ([["a", "b"], ["c"]],), (X @ X.T, TWO)]
    for name, kind in utils.all_estimators():
        model = created(kind, needs.get(name, {}), ridge if "Regress" in name else logistic)
        # The plain generator of numpy every other time: models keep it whole.
        settings = {key: value for key, value in small.items() if key in model.get_params(False)}
        if "random_state" in settings and len(name) % 2:
            settings["random_state"] = numpy.random.RandomState(3)
        model.set_params(**settings)
        for arguments in data:
            try:
                yield name, base.clone(model).fit(*arguments)
                break
            except (ValueError, TypeError, AttributeError, IndexError, KeyError, numpy.linalg.LinAlgError):
                continue


def created(kind, settings, inner):
    for arguments in ((), (inner,), ([("a", inner)],)):
        try:
            return kind(*arguments, **settings)
        except TypeError:
            continue
    raise ValueError(kind)


def composed():
    import pandas
    logistic, scaler, column = linear_model.LogisticRegression, preprocessing.StandardScaler, compose.ColumnTransformer
    frame = pandas.DataFrame(X, columns=list("abcd")).assign(kind=pandas.Categorical(["x", "y", "z"] * 20), text=["one word", "two words"] * 30)
    numbers = frame[list("abcd")]
    yield "selectors", lambda: pipeline.make_pipeline(column([
        ("numbers", pipeline.make_pipeline(impute.SimpleImputer(), scaler()), compose.make_column_selector(dtype_include=numpy.number)),
        ("kinds", preprocessing.OneHotEncoder(handle_unknown="ignore", dtype=numpy.int8), ["kind"]),
        ("texts", preprocessing.OrdinalEncoder(), compose.make_column_selector(dtype_include=[object]))], remainder="drop"), logistic()).fit(frame, TWO)
    yield "pattern", lambda: compose.make_column_transformer((scaler(), compose.make_column_selector("^[ab]$")), ("passthrough", slice(2, 4))).fit(numbers)
    yield "mask", lambda: column([("a", scaler(), numpy.array([True, False, True, False])), ("b", scaler(), slice(1, 2)), ("c", scaler(), [-1])]).fit(X)
    yield "words", lambda: column([("t", feature_extraction.text.TfidfVectorizer(), "text")], remainder=scaler()).fit(frame.drop(columns="kind"))
    yield "output", lambda: pipeline.make_pipeline(scaler(), decomposition.PCA(2)).set_output(transform="pandas").fit(numbers, TWO)
    yield "names", lambda: logistic().fit(numbers, pandas.Series(TWO).map({0: "no", 1: "yes"}))
    yield "union", lambda: pipeline.make_union(decomposition.PCA(1), feature_selection.SelectKBest(feature_selection.f_classif, k=1)).fit(X, TWO)
    for method in ("sigmoid", "isotonic"):
        yield f"calibrated-{method}", lambda: calibration.CalibratedClassifierCV(svm.LinearSVC(), method=method, cv=3).fit(X, TWO)
    yield "calibrated-prefit", lambda: calibration.CalibratedClassifierCV(logistic().fit(X, TWO), cv="prefit").fit(X, TWO)
    yield "stacked", lambda: ensemble.StackingClassifier(
        [("a", ensemble.RandomForestClassifier(3)), ("b", pipeline.make_pipeline(scaler(), svm.SVC()))], logistic(), passthrough=True).fit(X, THREE)
    yield "voting", lambda: ensemble.VotingClassifier([("a", logistic()), ("b", tree.DecisionTreeClassifier())], voting="soft", weights=[1, 2]).fit(X, THREE)
    yield "outputs", lambda: multioutput.MultiOutputClassifier(ensemble.RandomForestClassifier(2)).fit(X, numpy.c_[TWO, THREE])
    yield "chain", lambda: multioutput.ClassifierChain(logistic(), order=[1, 0]).fit(X, numpy.c_[TWO, 1 - TWO])
    yield "pairs", lambda: multiclass.OneVsOneClassifier(svm.LinearSVC()).fit(X, THREE)
    yield "codes", lambda: multiclass.OutputCodeClassifier(logistic(), random_state=numpy.random.RandomState(2)).fit(X, THREE)
    yield "target", lambda: compose.TransformedTargetRegressor(linear_model.Ridge(), func=numpy.log1p, inverse_func=numpy.expm1).fit(X, NUMBER)
    yield "bagged", lambda: ensemble.BaggingClassifier(svm.SVC(), 3, max_features=2, random_state=numpy.random.RandomState(0)).fit(X, TWO)
    yield "self", lambda: semi_supervised.SelfTrainingClassifier(logistic()).fit(X, TWO)
    for form in ("csr", "csc", "coo", "bsr", "lil", "dok", "dia"):
        yield f"sparse-{form}", lambda: neighbors.KNeighborsClassifier(algorithm="brute").fit(__import__("scipy.sparse").sparse.random(60, 4, .5, form, random_state=1), TWO)


def searched():
    from scipy import stats
    logistic = linear_model.LogisticRegression
    for name, arguments in {"uniform": (0, 1), "loguniform": (1e-3, 1), "expon": (), "norm": (), "gamma": (1,), "beta": (1, 2), "truncnorm": (-1, 1), "randint": (1, 5), "poisson": (2,)}.items():
        drawn = getattr(stats, name)(*arguments)
        yield name, lambda: model_selection.RandomizedSearchCV(logistic(), {"C": drawn})
    yield "uniform-fitted", lambda: model_selection.RandomizedSearchCV(logistic(), {"C": stats.uniform(.1, 1)}, n_iter=2, random_state=0).fit(X, TWO)
    for name in sorted(dir(model_selection)):
        kind = getattr(model_selection, name)
        if isinstance(kind, type) and name.endswith(("Fold", "Split", "Out")) and not name.startswith("Base"):
            arguments = (2,) if name.startswith("LeaveP") else (TWO,) if name == "PredefinedSplit" else ()
            yield name, lambda: model_selection.GridSearchCV(logistic(), {"C": [1]}, cv=kind(*arguments))
    yield "folds", lambda: model_selection.GridSearchCV(logistic(), [{"C": numpy.logspace(-2, 1, 3)}], cv=[(numpy.arange(30), numpy.arange(30, 60))]).fit(X, TWO)
    yield "scored", lambda: model_selection.GridSearchCV(logistic(), {"C": [1.]}, scoring={"f": metrics.make_scorer(metrics.fbeta_score, beta=2), "a": "accuracy"}, refit="f").fit(X, TWO)
    yield "cross", lambda: model_selection.cross_validate(logistic(), X, TWO, return_estimator=True)


def measured():
    from scipy.spatial import distance
    for name in metrics.get_scorer_names():
        yield f"scorer-{name}", lambda: metrics.get_scorer(name)
    for name in ("euclidean", "cosine", "cityblock", "braycurtis", "canberra", "chebyshev", "correlation", "sqeuclidean"):
        yield f"distance-{name}", lambda: neighbors.KNeighborsClassifier(metric=getattr(distance, name), algorithm="brute").fit(X, TWO)
    for name in ("euclidean", "manhattan", "minkowski", "chebyshev", "hamming", "canberra", "braycurtis"):
        yield f"metric-{name}", lambda: metrics.DistanceMetric.get_metric(name)
        yield f"ball-{name}", lambda: neighbors.BallTree(X, metric=name)
    for name in ("euclidean", "manhattan", "chebyshev"):
        yield f"kd-{name}", lambda: neighbors.KDTree(X, metric=name)
    for select in (feature_selection.f_classif, feature_selection.chi2, feature_selection.mutual_info_classif):
        yield f"select-{select.__name__}", lambda: feature_selection.SelectKBest(select, k=2).fit(X, TWO)
    yield "importance", lambda: feature_selection.RFE(linear_model.LogisticRegression(), importance_getter="auto").fit(X, TWO)


def kernelled():
    known = {"rbf": kernels.RBF(), "matern": kernels.Matern(nu=1.5), "quadratic": kernels.RationalQuadratic(), "sine": kernels.ExpSineSquared(), "dot": kernels.DotProduct(), "white": kernels.WhiteKernel(),
             "constant": kernels.ConstantKernel(), "pair": kernels.PairwiseKernel(), "power": kernels.Exponentiation(kernels.RBF(), 2), "compound": kernels.CompoundKernel([kernels.RBF(), kernels.RBF(2.)])}
    for name, kernel in known.items():
        model = gaussian_process.GaussianProcessRegressor(kernels.ConstantKernel(1) * kernel + kernels.WhiteKernel(.1), alpha=.1, optimizer=None)
        yield name, lambda: model if name == "compound" else model.fit(X[:20, :1], NUMBER[:20])
    for kernel in (metrics.pairwise.rbf_kernel, metrics.pairwise.linear_kernel, metrics.pairwise.polynomial_kernel):
        yield f"svm-{kernel.__name__}", lambda: svm.SVC(kernel=kernel).fit(X, TWO)
    yield "precomputed", lambda: svm.SVC(kernel="precomputed").fit(X @ X.T, TWO)


def lossy():
    for loss in ("log_loss", "exponential"):
        yield f"boosted-{loss}", lambda: ensemble.GradientBoostingClassifier(loss=loss, n_estimators=2, init=linear_model.LogisticRegression()).fit(X, TWO)
    for loss in ("squared_error", "absolute_error", "huber", "quantile"):
        yield f"boosting-{loss}", lambda: ensemble.GradientBoostingRegressor(loss=loss, n_estimators=2).fit(X, NUMBER)
    for loss in ("squared_error", "absolute_error", "poisson", "quantile"):
        yield f"histogram-{loss}", lambda: ensemble.HistGradientBoostingRegressor(loss=loss, max_iter=2, quantile=.5 if loss == "quantile" else None).fit(X, NUMBER)
    yield "histogram-kinds", lambda: ensemble.HistGradientBoostingClassifier(max_iter=2, early_stopping=True, categorical_features=[0]).fit(numpy.c_[THREE, X[:, 1:]], THREE)
    for loss in ("hinge", "log_loss", "modified_huber", "squared_hinge", "perceptron", "squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"):
        yield f"descent-{loss}", lambda: linear_model.SGDClassifier(loss=loss, early_stopping=True, average=True).fit(X, THREE)
    for criterion in ("gini", "entropy", "log_loss"):
        yield f"tree-{criterion}", lambda: tree.DecisionTreeClassifier(criterion=criterion, class_weight={0: 1, 1: 2}, splitter="random").fit(X, TWO)
    for criterion in ("squared_error", "friedman_mse", "absolute_error", "poisson"):
        yield f"regression-{criterion}", lambda: tree.DecisionTreeRegressor(criterion=criterion).fit(X, NUMBER)
    for name, classes in {"many": numpy.c_[TWO, THREE], "texts": numpy.array(["no", "yes"])[TWO], "objects": numpy.array(["no", "yes"], object)[TWO], "truth": TWO == 1}.items():
        yield f"tree-{name}", lambda: tree.DecisionTreeClassifier().fit(X, classes)
    yield "tree-alone", lambda: tree.DecisionTreeClassifier().fit(X, TWO).tree_
    for solver in ("lbfgs", "sgd", "adam"):
        yield f"network-{solver}", lambda: neural_network.MLPClassifier((3,), solver=solver, max_iter=5).fit(X, TWO)
    yield "covariance", lambda: discriminant_analysis.LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=covariance.OAS()).fit(X, TWO)
    yield "mixture", lambda: mixture.BayesianGaussianMixture(n_components=2, random_state=numpy.random.RandomState(3)).fit(X)


def vectorized():
    text = feature_extraction.text
    yield "counts", lambda: text.CountVectorizer(ngram_range=(1, 2), binary=True, dtype=numpy.uint8).fit(TEXT)
    yield "letters", lambda: text.TfidfVectorizer(dtype=numpy.float32, stop_words="english", analyzer="char_wb", ngram_range=(1, 3)).fit(TEXT)
    yield "vocabulary", lambda: text.TfidfVectorizer(stop_words=list(text.ENGLISH_STOP_WORDS), vocabulary={"a": 0, "model": 1}).fit(TEXT)
    yield "methods", lambda: text.CountVectorizer(preprocessor=str.lower, tokenizer=str.split, token_pattern=None).fit(TEXT)
    yield "analyzer", lambda: text.CountVectorizer(analyzer=str.split).fit(TEXT)
    yield "hashed", lambda: text.HashingVectorizer(n_features=64).fit(TEXT)
    yield "records", lambda: feature_extraction.DictVectorizer().fit([{"a": 1, "b": "x"}])
    # Words that look like an attack are words all the same.
    yield "hostile", lambda: text.CountVectorizer(token_pattern=r"\S+", lowercase=False).fit(["os.system eval exec builtins __import__ cposix", "subprocess.Popen('id') __reduce__ rm"])


def transformed():
    from scipy import special
    for name in ("log", "log1p", "exp", "sqrt", "abs", "sin", "log10", "sign", "nan_to_num", "clip", "isnan", "where", "mean", "argmax", "round"):
        yield f"numpy-{name}", lambda: preprocessing.FunctionTransformer(getattr(numpy, name))
    for name in ("boxcox", "inv_boxcox", "logit", "expit", "gamma", "erf", "softmax"):
        yield f"special-{name}", lambda: preprocessing.FunctionTransformer(getattr(special, name))
    yield "inverse", lambda: preprocessing.FunctionTransformer(numpy.log1p, numpy.expm1, check_inverse=False).fit(X)
    yield "columns", lambda: preprocessing.FunctionTransformer(operator.itemgetter(slice(1, 3)))
    yield "partial", lambda: preprocessing.FunctionTransformer(functools.partial(numpy.clip, a_min=0, a_max=1))
    yield "imputed", lambda: impute.SimpleImputer(missing_values=numpy.nan, add_indicator=True).fit(HOLES)
    yield "neighbours", lambda: impute.KNNImputer().fit(HOLES)
    yield "iterated", lambda: impute.IterativeImputer(linear_model.BayesianRidge(), random_state=numpy.random.RandomState(1)).fit(HOLES)
    yield "encoded", lambda: preprocessing.OneHotEncoder(drop="first", min_frequency=2, sparse_output=False).fit(numpy.array([["a"], ["b"]] * 5, object))
    for pool in (numpy.mean, numpy.median, numpy.max):
        yield f"pooled-{pool.__name__}", lambda: cluster.FeatureAgglomeration(2, pooling_func=pool).fit(X)


def kept():
    import pandas
    logistic = linear_model.LogisticRegression().fit(X, TWO)
    yield "bunch", lambda: utils.Bunch(a=1, model=logistic)
    yield "iris", datasets.load_iris
    yield "diabetes", lambda: datasets.load_diabetes(as_frame=True)
    yield "dictionary", lambda: {"model": logistic, "scaler": preprocessing.StandardScaler().fit(X), "columns": pandas.Index(list("abcd")), "when": pandas.Timestamp("2026-01-01"),
                                 "metrics": {"accuracy": numpy.float64(.9)}, "version": "1.2.1"}
    yield "list", lambda: [logistic, preprocessing.LabelEncoder().fit(["a", "b"])]
    yield "tuple", lambda: (logistic, feature_extraction.text.TfidfVectorizer().fit(TEXT))
