using System.Collections.Frozen;

namespace Precinto.Formats.Pickle;

/// <summary>
/// What pickles of models import and what is known of it. Functions are known by exact name only. Classes are known by exact name, or by
/// standing, named like a class, in a module that holds nothing but estimators and their parts: no prefix is trusted, because
/// the same packages hold functions that evaluate text, run commands and read files.
/// </summary>
internal static class KnownImports
{
    private const string UniversalFunctions =
        "log log1p log2 log10 exp expm1 exp2 sqrt cbrt square abs absolute fabs sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh "
        + "add subtract multiply divide true_divide floor_divide power negative reciprocal sign floor ceil rint maximum minimum fmax fmin";

    private static readonly FrozenSet<string> Harmless = Names(
        ("builtins", "object int float complex bool str bytes bytearray list dict set frozenset tuple slice range NotImplemented Ellipsis memoryview "
            + "Exception BaseException ValueError TypeError KeyError IndexError AttributeError RuntimeError ArithmeticError ZeroDivisionError "
            + "OverflowError LookupError NotImplementedError StopIteration AssertionError NotImplementedType ellipsis"),
        ("types", "SimpleNamespace NoneType EllipsisType NotImplementedType"),
        ("collections", "OrderedDict defaultdict Counter deque ChainMap UserDict UserList UserString"),
        ("datetime", "date time datetime timedelta timezone tzinfo"),
        ("decimal", "Decimal Context"),
        ("fractions", "Fraction"),
        ("uuid", "UUID SafeUUID"),
        ("ipaddress", "IPv4Address IPv6Address IPv4Network IPv6Network"),
        ("random", "Random"),
        ("zoneinfo", "ZoneInfo._unpickle"),
        ("pytz", "_UTC _p utc"),
        ("array", "_array_reconstructor"),
        ("re", "_compile"),
        ("enum", "Enum IntEnum Flag IntFlag"),
        ("argparse", "Namespace"),
        ("copy", "_EmptyClass"),
        ("pathlib", "PurePosixPath PureWindowsPath PosixPath WindowsPath Path"),
        ("io", "BytesIO StringIO"),
        ("_io", "BytesIO StringIO"),
        ("math", "log log1p log2 log10 exp expm1 sqrt sin cos tan floor ceil tanh"),
        ("numpy", UniversalFunctions),
        ("numpy", "ndarray dtype record matrix recarray generic number integer floating inexact bool_ bool bool8 int_ intc intp int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
            + "uint uintc uintp longlong ulonglong longdouble clongdouble half single double float16 float32 float64 float_ float128 complex64 complex128 "
            + "complex_ str_ bytes_ string_ unicode_ void object_ datetime64 timedelta64 nan inf newaxis "
            + "mean median sum std var min max amin amax argmin argmax prod nanmean nanmedian nansum nanstd nanvar nanmin nanmax clip ravel reshape "
            + "logical_and logical_or logical_not isnan isfinite isinf degrees radians deg2rad rad2deg greater less equal identity"),
        ("numpy.core.multiarray", "_reconstruct scalar"),
        ("numpy._core.multiarray", "_reconstruct scalar"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy.core._multiarray_umath", UniversalFunctions),
        ("numpy._core._multiarray_umath", UniversalFunctions),
        ("numpy.core.records", "recarray record"),
        ("numpy.matrixlib.defmatrix", "matrix"),
        ("numpy.ma.core", "MaskedArray _mareconstruct MaskedConstant"),
        ("numpy.dtypes", "BoolDType Int8DType Int16DType Int32DType Int64DType UInt8DType UInt16DType UInt32DType UInt64DType Float16DType Float32DType "
            + "Float64DType Complex64DType Complex128DType ObjectDType StrDType BytesDType VoidDType DateTime64DType TimeDelta64DType StringDType"),
        ("numpy.random._pickle", "__bit_generator_ctor __randomstate_ctor __generator_ctor"),
        ("numpy.random", "__RandomState_ctor"),
        ("numpy.random.mtrand", "RandomState __RandomState_ctor"),
        ("numpy.random._mt19937", "MT19937 __pyx_unpickle_MT19937"),
        ("numpy.random._pcg64", "PCG64 PCG64DXSM"),
        ("numpy.random._philox", "Philox"),
        ("numpy.random._sfc64", "SFC64"),
        ("numpy.random._generator", "Generator"),
        ("numpy.random.bit_generator", "SeedSequence __pyx_unpickle_SeedSequence"),
        ("numpy.polynomial.polynomial", "Polynomial"),
        ("scipy.interpolate._fitpack2", "UnivariateSpline InterpolatedUnivariateSpline LSQUnivariateSpline"),
        ("scipy.interpolate._interpolate", "interp1d PPoly BPoly"),
        ("scipy.interpolate._bsplines", "BSpline"),
        ("scipy.interpolate._cubic", "CubicSpline PchipInterpolator Akima1DInterpolator"),
        ("scipy.spatial._ckdtree", "cKDTree"),
        ("scipy.spatial._kdtree", "KDTree"),
        ("scipy.special._ufuncs", "expit logit gamma gammaln erf erfc boxcox xlogy"),
        ("pandas.core.frame", "DataFrame"),
        ("pandas.core.series", "Series"),
        ("pandas.core.internals.managers", "BlockManager SingleBlockManager"),
        ("pandas.core.internals.blocks", "new_block Block"),
        ("pandas._libs.internals", "_unpickle_block BlockManager"),
        ("pandas.core.indexes.base", "Index _new_Index"),
        ("pandas.core.indexes.numeric", "Int64Index UInt64Index Float64Index NumericIndex"),
        ("pandas.core.indexes.range", "RangeIndex"),
        ("pandas.core.indexes.multi", "MultiIndex"),
        ("pandas.core.indexes.category", "CategoricalIndex"),
        ("pandas.core.indexes.datetimes", "DatetimeIndex _new_DatetimeIndex"),
        ("pandas.core.indexes.timedeltas", "TimedeltaIndex"),
        ("pandas.core.indexes.period", "PeriodIndex _new_PeriodIndex"),
        ("pandas.core.indexes.interval", "IntervalIndex _new_IntervalIndex"),
        ("pandas.core.indexes.frozen", "FrozenList"),
        ("pandas.core.arrays.categorical", "Categorical"),
        ("pandas.core.arrays.datetimes", "DatetimeArray"),
        ("pandas.core.arrays.timedeltas", "TimedeltaArray"),
        ("pandas.core.arrays.period", "PeriodArray"),
        ("pandas.core.arrays.interval", "IntervalArray"),
        ("pandas.core.arrays.numpy_", "PandasArray NumpyExtensionArray"),
        ("pandas.core.arrays.sparse.array", "SparseArray"),
        ("pandas.core.arrays.sparse.dtype", "SparseDtype"),
        ("pandas.core.arrays.integer", "IntegerArray Int64Dtype Int32Dtype Int16Dtype Int8Dtype UInt64Dtype UInt32Dtype UInt16Dtype UInt8Dtype"),
        ("pandas.core.arrays.floating", "FloatingArray Float64Dtype Float32Dtype"),
        ("pandas.core.arrays.boolean", "BooleanArray BooleanDtype"),
        ("pandas.core.arrays.string_", "StringArray StringDtype"),
        ("pandas.core.dtypes.dtypes", "CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype PandasDtype NumpyEADtype SparseDtype"),
        ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked NDArrayBacked"),
        ("pandas._libs.tslibs.timestamps", "_unpickle_timestamp Timestamp"),
        ("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle Timedelta"),
        ("pandas._libs.tslibs.nattype", "_nat_unpickle __nat_unpickle NaTType"),
        ("pandas._libs.tslibs.offsets", "Day Hour Minute Second Milli Micro Nano MonthEnd MonthBegin BusinessDay BusinessHour Week YearEnd YearBegin QuarterEnd QuarterBegin DateOffset"),
        ("pandas._libs.tslibs.period", "_unpickle_period Period"),
        ("pandas._libs.tslibs.period", "__pyx_unpickle_PeriodDtypeBase PeriodDtypeBase"),
        ("pandas._libs.tslibs.dtypes", "__pyx_unpickle_PeriodDtypeBase PeriodDtypeBase"),
        ("pandas._libs.interval", "Interval"),
        ("pandas._libs.sparse", "IntIndex BlockIndex"),
        ("pandas._libs.missing", "NA NAType"),
        ("torch", "Size device dtype Tensor float16 float32 float64 float half double bfloat16 int8 int16 int32 int64 uint8 int short long bool complex64 complex128 "
            + "float8_e4m3fn float8_e5m2 qint8 quint8 qint32 FloatTensor DoubleTensor HalfTensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor "
            + "BFloat16Tensor FloatStorage DoubleStorage HalfStorage LongStorage IntStorage ShortStorage CharStorage ByteStorage BoolStorage BFloat16Storage "
            + "ComplexFloatStorage ComplexDoubleStorage UntypedStorage per_tensor_affine per_channel_affine strided sparse_coo contiguous_format channels_last Generator"),
        ("torch._utils", "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor "
            + "_rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy"),
        ("torch._tensor", "_rebuild_from_type_v2 Tensor"),
        ("torch.nn.parameter", "Parameter Buffer UninitializedParameter"),
        ("torch.storage", "TypedStorage UntypedStorage _TypedStorage _UntypedStorage"),
        ("torch.serialization", "_get_layout"),
        ("torch.jit._pickle", "build_intlist build_tensorlist build_doublelist build_boollist build_tensor_from_id restore_type_tag"),
        ("joblib.numpy_pickle", "NumpyArrayWrapper"),
        ("xgboost.core", "Booster"),
        ("xgboost.sklearn", "XGBClassifier XGBRegressor XGBRanker XGBModel XGBRFClassifier XGBRFRegressor"),
        ("lightgbm.basic", "Booster"),
        ("lightgbm.sklearn", "LGBMClassifier LGBMRegressor LGBMRanker LGBMModel _LGBMLabelEncoder"),
        ("catboost.core", "CatBoostClassifier CatBoostRegressor CatBoostRanker CatBoost _CatBoost"),
        ("sklearn.utils", "Bunch"),
        ("sklearn.utils._bunch", "Bunch"),
        ("sklearn.utils._fast_dict", "IntFloatDict"),
        ("sklearn.utils.murmurhash", "murmurhash3_32"),
        ("sklearn.utils.deprecation", "DeprecationDict"),
        ("sklearn.tree._tree", "Tree"),
        ("sklearn.base", "BaseEstimator"),
        ("sklearn.neighbors._kd_tree", "newObj KDTree KDTree32 KDTree64"),
        ("sklearn.neighbors._ball_tree", "newObj BallTree BallTree32 BallTree64"),
        ("sklearn.neighbors.kd_tree", "newObj KDTree"),
        ("sklearn.neighbors.ball_tree", "newObj BallTree"),
        ("sklearn.neighbors._dist_metrics", "newObj"),
        ("sklearn.metrics._dist_metrics", "newObj"),
        ("sklearn.metrics._classification", "accuracy_score f1_score precision_score recall_score balanced_accuracy_score log_loss brier_score_loss matthews_corrcoef"),
        ("sklearn.metrics._regression", "r2_score mean_squared_error mean_absolute_error median_absolute_error max_error explained_variance_score "
            + "mean_absolute_percentage_error mean_squared_log_error"),
        ("sklearn.metrics._ranking", "roc_auc_score average_precision_score"),
        ("sklearn.feature_selection._univariate_selection", "f_classif f_regression chi2"),
        ("sklearn.feature_selection._mutual_info", "mutual_info_classif mutual_info_regression"),
        ("sklearn.feature_selection.univariate_selection", "f_classif f_regression chi2"),
        ("sklearn.metrics._scorer", "_passthrough_scorer"),
        ("sklearn.cluster._kmeans", "_kmeans_single_lloyd _kmeans_single_elkan"),
        ("sklearn.feature_extraction.text", "strip_accents_unicode strip_accents_ascii"));

    private static readonly FrozenSet<string> Conditional = Names(
        ("builtins", "getattr type"),
        ("operator", "itemgetter attrgetter"),
        ("_operator", "itemgetter attrgetter"),
        ("functools", "partial"),
        ("_functools", "partial"),
        ("_codecs", "encode"),
        ("codecs", "encode"),
        ("copyreg", "_reconstructor __newobj__ __newobj_ex__ add_extension"),
        ("numpy.core", "_ufunc_reconstruct"),
        ("numpy._core", "_ufunc_reconstruct"),
        ("torch.storage", "_load_from_bytes"));

    private static readonly FrozenSet<string> Loaders = Names(
        ("pickle", "loads load Unpickler _loads _load _Unpickler"),
        ("_pickle", "loads load Unpickler"),
        ("dill", "loads load"),
        ("dill._dill", "loads load"),
        ("cloudpickle", "loads load"),
        ("cloudpickle.cloudpickle", "loads load"),
        ("joblib", "load"),
        ("joblib.numpy_pickle", "load _unpickle"),
        ("sklearn.externals.joblib", "load"),
        ("numpy", "load loads"),
        ("numpy.lib.npyio", "load"),
        ("numpy.lib.format", "read_array"),
        ("numpy.lib._npyio_impl", "load"),
        ("pandas", "read_pickle"),
        ("pandas.io.pickle", "read_pickle"),
        ("pandas.compat.pickle_compat", "load loads"));

    private static readonly FrozenSet<string> Code = Names(
        ("dill._dill", "_create_function _create_code _create_cell _create_type _create_namedtuple _load_type _import_module _eval_repr _get_attr"),
        ("cloudpickle.cloudpickle", "_make_function _builtin_type _make_skeleton_class _make_skeleton_enum _class_setstate _function_setstate "
            + "_make_empty_cell _make_cell _fill_function _make_skel_func subimport dynamic_subimport _empty_cell_value _make_dict_keys _make_typevar"),
        ("cloudpickle.cloudpickle_fast", "_class_setstate _function_setstate"));

    // Modules of nothing but estimators, transformers, kernels, losses and their parts, with what lies below them.
    private static readonly FrozenSet<string> ClassModules = (
        "sklearn.calibration sklearn.cluster sklearn.compose sklearn.covariance sklearn.cross_decomposition sklearn.decomposition "
        + "sklearn.discriminant_analysis sklearn.dummy sklearn.ensemble sklearn.feature_extraction sklearn.feature_selection "
        + "sklearn.gaussian_process sklearn.impute sklearn.isotonic sklearn.kernel_approximation sklearn.kernel_ridge sklearn.linear_model "
        + "sklearn.manifold sklearn.mixture sklearn.model_selection sklearn.multiclass sklearn.multioutput sklearn.naive_bayes "
        + "sklearn.neighbors sklearn.neural_network sklearn.pipeline sklearn.preprocessing sklearn.random_projection sklearn.semi_supervised "
        + "sklearn.svm sklearn.tree sklearn._loss sklearn.metrics._dist_metrics sklearn.metrics._scorer torch.nn.modules torch.optim").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    // Named like a class there, but imported from elsewhere, or calling what it is given.
    private static readonly FrozenSet<string> NotFromThere = (
        "ABCMeta NamedTuple TypeVar Parallel Path Memory PyFuncDistance PyFuncDistance32 PyFuncDistance64 StringIO Thread Template Popen "
        + "MonotonicConstraint ModuleType FunctionType MethodType TempMemmap ThreadPool Pool FileIO BytesIO").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> SparseModules = (
        "scipy.sparse scipy.sparse._csr scipy.sparse._csc scipy.sparse._coo scipy.sparse._lil scipy.sparse._dok scipy.sparse._dia "
        + "scipy.sparse._bsr scipy.sparse._arrays scipy.sparse.csr scipy.sparse.csc scipy.sparse.coo scipy.sparse.lil scipy.sparse.dia").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static (ImportStanding Standing, string? Reason) Judge(string module, string name)
    {
        var path = module + ":" + name;
        if (Harmless.Contains(path))
            return (ImportStanding.Harmless, null);
        if (Conditional.Contains(path))
            return (ImportStanding.Conditional, null);
        if (Loaders.Contains(path))
            return (ImportStanding.Loader, null);
        if (Code.Contains(path))
            return (ImportStanding.Code, null);
        if (DangerousImports.Reason(module, name) is { } reason)
            return (ImportStanding.Dangerous, reason);
        // How dill refers to the globals of a function that it embeds.
        if (name == "__dict__")
            return (ImportStanding.Code, null);
        if (DangerousImports.WalkReason(module, name) is { } walk)
            return (ImportStanding.Dangerous, walk);

        return (IsKnownClass(module, name) ? ImportStanding.Harmless : ImportStanding.Unknown, null);
    }

    private static bool IsKnownClass(string module, string name)
    {
        if (SparseModules.Contains(module))
            return name is ['c' or 'l' or 'd' or 'b', .., 'x' or 'y'] && (name.EndsWith("_matrix", StringComparison.Ordinal) || name.EndsWith("_array", StringComparison.Ordinal));
        // What Cython makes for pickling its classes: it calls __new__ of the class and sets its fields.
        if (name.StartsWith("__pyx_unpickle_", StringComparison.Ordinal))
            name = name["__pyx_unpickle_".Length..];
        if (!IsNamedLikeAClass(name) || NotFromThere.Contains(name))
            return false;

        for (var path = module; path.Length > 0;)
        {
            if (ClassModules.Contains(path))
                return IsPlainBelow(module, path);
            var dot = path.LastIndexOf('.');
            path = dot < 0 ? "" : path[..dot];
        }

        return false;
    }

    // Tests and vendored parts hold other things than estimators.
    private static bool IsPlainBelow(string module, string known) =>
        !module[known.Length..].Split('.').Any(part => part is "tests" or "externals" or "conftest" or "setup");

    private static bool IsNamedLikeAClass(string name)
    {
        var start = name.StartsWith('_') ? 1 : 0;
        if (name.Length < start + 2 || !char.IsAsciiLetterUpper(name[start]))
            return false;

        return name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
    }

    private static FrozenSet<string> Names(params (string Module, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => row.Module + ":" + name))
            .ToFrozenSet(StringComparer.Ordinal);
}
