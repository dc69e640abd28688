
namespace Precinto.Formats.Pickle;

/// <summary>
/// Modules of nothing but estimators, distributions, layers and their parts. What stands there and is named like its kind is harmless to hold
/// and to make without arguments; calls with arguments are not known.
/// </summary>
internal static class KnownModules
{
    // With what lies below them.
    private static readonly HashSet<string> OfClasses = (
        "sklearn.calibration sklearn.cluster sklearn.compose sklearn.covariance sklearn.cross_decomposition sklearn.decomposition sklearn.discriminant_analysis sklearn.dummy "
        + "sklearn.ensemble sklearn.feature_extraction sklearn.feature_selection sklearn.frozen sklearn.gaussian_process sklearn.grid_search sklearn.impute sklearn.isotonic "
        + "sklearn.kernel_approximation sklearn.kernel_ridge sklearn.lda sklearn.linear_model sklearn.manifold sklearn.mixture sklearn.model_selection sklearn.cross_validation "
        + "sklearn.multiclass sklearn.multioutput sklearn.naive_bayes sklearn.neighbors sklearn.neural_network sklearn.pipeline sklearn.preprocessing sklearn.qda "
        + "sklearn.random_projection sklearn.semi_supervised sklearn.svm sklearn.tree sklearn._loss sklearn.metrics._dist_metrics sklearn.metrics._scorer sklearn.metrics.scorer sklearn.metrics._plot "
        + "torch.nn.modules torch.nn.utils torch.nn.quantized torch.nn.intrinsic torch.nn.qat torch.ao.nn torch.optim torch.distributions "
        + "torch.ao.quantization.observer torch.ao.quantization.fake_quantize torch.ao.quantization.stubs torch.quantization.stubs "
        + "pandas.core.indexers scipy.cluster scipy.interpolate scipy.optimize scipy.spatial scipy.stats scipy.signal._ltisys scipy.integrate._ivp scipy.sparse.linalg scipy._lib._disjoint_set "
        + "numpy.polynomial torchvision.models torchvision.ops torchvision.transforms torchaudio.models torchaudio.transforms imblearn.pipeline imblearn.over_sampling imblearn.under_sampling imblearn.combine imblearn.ensemble hmmlearn.hmm hmmlearn.base "
        + "statsmodels.regression statsmodels.genmod statsmodels.discrete statsmodels.robust statsmodels.tsa.holtwinters statsmodels.tsa.vector_ar statsmodels.tsa.ar_model statsmodels.tsa.deterministic "
        + "statsmodels.tsa.exponential_smoothing.ets statsmodels.tsa.seasonal statsmodels.tsa.forecasting statsmodels.duration statsmodels.gam statsmodels.miscmodels statsmodels.multivariate "
        + "statsmodels.nonparametric statsmodels.distributions.empirical_distribution statsmodels.stats.outliers_influence").Split(' ').ToHashSet(StringComparer.Ordinal);

    private static readonly HashSet<string> OfFunctions = (
        "sklearn.metrics._classification sklearn.metrics._regression sklearn.metrics._ranking sklearn.metrics._scorer sklearn.metrics.pairwise "
        + "sklearn.metrics.classification sklearn.metrics.regression sklearn.metrics.ranking sklearn.metrics.scorer "
        + "sklearn.metrics.cluster._supervised sklearn.metrics.cluster._unsupervised sklearn.metrics.cluster._bicluster sklearn.metrics.cluster.supervised sklearn.metrics.cluster.unsupervised "
        + "sklearn.feature_selection._univariate_selection sklearn.feature_selection._mutual_info sklearn.feature_selection.univariate_selection sklearn.preprocessing._data "
        + "sklearn.preprocessing._label scipy.spatial.distance scipy.special._ufuncs scipy.special._basic scipy.special._logsumexp torch.nn.functional torch.functional torch.nn.init torch._C._nn torchvision.ops.boxes "
        + "scipy.special._special_ufuncs sklearn.feature_selection.mutual_info_ statsmodels.tsa.exponential_smoothing._ets_smooth")
        .Split(' ').ToHashSet(StringComparer.Ordinal);

    private static readonly HashSet<string> OfSparseMatrices = (
        "scipy.sparse scipy.sparse._csr scipy.sparse._csc scipy.sparse._coo scipy.sparse._lil scipy.sparse._dok scipy.sparse._dia scipy.sparse._bsr scipy.sparse._arrays "
        + "scipy.sparse.csr scipy.sparse.csc scipy.sparse.coo scipy.sparse.lil scipy.sparse.dia scipy.sparse.dok scipy.sparse.bsr").Split(' ').ToHashSet(StringComparer.Ordinal);

    // Named like a class or a function there, but imported from elsewhere, calling what it is given, or acting when it is restored or goes.
    private static readonly HashSet<string> NotFromThere = (
        "ABCMeta Any Callable Generic NamedTuple Protocol TypeVar Union Optional Parallel Path Memory StringIO Thread Template Popen MonotonicConstraint ModuleType FunctionType MethodType "
        + "TempMemmap ThreadPool Pool FileIO BytesIO LowLevelCallable MapWrapper ThreadPoolExecutor ProcessPoolExecutor Process Manager Queue SimpleQueue "
        + "partial reduce signature wraps update_wrapper singledispatch delayed import_module namedtuple attrgetter methodcaller itemgetter getattr chain starmap cache lru_cache "
        + "open load save exec eval compile _cached_call "
        + "Node GraphModule Image TreeSpec ExceptionWrapper BackwardHook ExpandedWeight Appender Substitution GroupByApply ResamplerWindowApply ParameterSampler _PartialWrapper _Brute_Wrapper MemoizeJac _WrapArgsKwargs _URNG Booster DMatrix").Split(' ').ToHashSet(StringComparer.Ordinal);

    public static ImportStanding Judge(string module, string name)
    {
        if (OfSparseMatrices.Contains(module))
            return name is ['c' or 'l' or 'd' or 'b', .., 'x' or 'y'] && (name.EndsWith("_matrix", StringComparison.Ordinal) || name.EndsWith("_array", StringComparison.Ordinal)) ? ImportStanding.Held : ImportStanding.Unknown;
        if (NotFromThere.Contains(name) || !IsIdentifier(name))
            return ImportStanding.Unknown;
        if (IsData(module, name))
            return ImportStanding.Harmless;

        // What Cython makes for pickling its classes: it calls __new__ of the class and sets its fields.
        if (name.StartsWith(Unpickles, StringComparison.Ordinal))
            return IsNamedLikeAClass(name[Unpickles.Length..]) && IsOfClasses(module) ? ImportStanding.Harmless : ImportStanding.Unknown;
        if (IsNamedLikeAClass(name) || name.EndsWith("_gen", StringComparison.Ordinal) || name.EndsWith("_frozen", StringComparison.Ordinal))
            return IsOfClasses(module) ? ImportStanding.Held : ImportStanding.Unknown;

        return OfFunctions.Contains(module) && !name.StartsWith("__", StringComparison.Ordinal) ? ImportStanding.Held : ImportStanding.Unknown;
    }

    // Tuples with names, errors, and what keeps nothing but the numbers that it is made of.
    private static bool IsData(string module, string name) => module switch
    {
        "builtins" => IsNamedLikeAClass(name)
            && (name.EndsWith("Error", StringComparison.Ordinal) || name.EndsWith("Warning", StringComparison.Ordinal) || name.EndsWith("Iteration", StringComparison.Ordinal)),
        "torch.return_types" => true,
        "pandas._libs.tslibs.offsets" or "sklearn.linear_model._sgd_fast" or "sklearn.linear_model.sgd_fast" => IsNamedLikeAClass(name),
        "sklearn._loss._loss" => name.StartsWith("Cy", StringComparison.Ordinal),
        "scipy.stats._morestats" or "scipy.stats.morestats" => IsNamedLikeAClass(name) && (name.EndsWith("Result", StringComparison.Ordinal) || name is "Mean" or "Variance" or "Std_dev"),
        _ => module.StartsWith("scipy.stats.", StringComparison.Ordinal) && IsNamedLikeAClass(name)
            && (name is "ConfidenceInterval" || name.EndsWith("Result", StringComparison.Ordinal) || name.EndsWith("ResultBase", StringComparison.Ordinal)),
    };

    private static bool IsOfClasses(string module)
    {
        for (var path = module; path.Length > 0;)
        {
            if (OfClasses.Contains(path))
                return IsPlainBelow(module, path);
            var dot = path.LastIndexOf('.');
            path = dot < 0 ? "" : path[..dot];
        }

        return false;
    }

    // Tests and vendored parts hold other things.
    private static bool IsPlainBelow(string module, string known) =>
        !module[known.Length..].Split('.').Any(part => part is "tests" or "externals" or "conftest" or "setup" or "datapipes" or "feature_extraction" or "decoder" or "_highspy"
            // Solvers and caches that call their function when they are asked for an item.
            or "_shgo" or "_shgo_lib" or "_differentialevolution" or "_basinhopping" or "_dual_annealing");

    private static bool IsIdentifier(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    /// <summary>Whether a name is written as Python's libraries write those of classes.</summary>
    public static bool IsNamedLikeAClass(string name)
    {
        var start = name.StartsWith('_') ? 1 : 0;
        return name.Length >= start + 2 && char.IsAsciiLetterUpper(name[start]);
    }

    public const string Unpickles = "__pyx_unpickle_";
}
