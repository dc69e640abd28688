
namespace Precinto.Formats.Pickle;

/// <summary>
/// What pickles of models import and what is known of it. What honest pickles call with data is known by exact name. What they only hold, or
/// make without arguments, is known by exact name as well, or by standing, named like its kind, in a module that holds nothing else: no prefix
/// is trusted, because the same packages hold functions that evaluate text, run commands and read files.
/// </summary>
internal static partial class KnownImports
{
    private static readonly HashSet<string> Called = Names([.. CalledOfPython, .. CalledOfNumpy, .. CalledOfLearning, .. CalledOfOthers]);

    private static readonly HashSet<string> Held = Names([.. HeldOfPython, .. HeldOfNumpy, .. HeldOfLearning, .. HeldOfOthers, .. HeldOfSettings]);

    private static readonly HashSet<string> Conditional = Names(
        ("builtins", "getattr setattr type classmethod staticmethod property map filter"),
        ("abc", "ABCMeta"),
        ("enum", "EnumMeta EnumType"),
        ("operator", "itemgetter attrgetter methodcaller getitem"),
        ("_operator", "itemgetter attrgetter methodcaller getitem"),
        ("functools", "partial reduce"),
        ("_functools", "partial reduce"),
        ("itertools", "accumulate starmap groupby takewhile dropwhile filterfalse"),
        ("dateutil.tz.tz", "tzfile"),
        ("_codecs", "encode"),
        ("codecs", "encode"),
        ("copyreg", "_reconstructor __newobj__ __newobj_ex__ add_extension"),
        ("numpy.core", "_ufunc_reconstruct"),
        ("numpy._core", "_ufunc_reconstruct"),
        ("torch.storage", "_load_from_bytes"),
        ("dill._dill", "_load_type _create_array _getattr _get_attr _eval_repr _import_module"),
        ("cloudpickle.cloudpickle", "_builtin_type subimport"));

    private static readonly HashSet<string> Loaders = Names(
        ("pickle", "loads load Unpickler _loads _load _Unpickler"),
        ("_pickle", "loads load Unpickler"),
        ("dill", "loads load"),
        ("dill._dill", "loads load"),
        ("cloudpickle", "loads load"),
        ("cloudpickle.cloudpickle", "loads load"),
        ("joblib.externals.cloudpickle", "loads load"),
        ("joblib.externals.cloudpickle.cloudpickle", "loads load"),
        ("joblib", "load"),
        ("joblib.numpy_pickle", "load _unpickle"),
        ("sklearn.externals.joblib", "load"),
        ("ray.cloudpickle", "loads load"),
        ("numpy", "load loads"),
        ("numpy.lib.npyio", "load"),
        ("numpy.lib.format", "read_array"),
        ("numpy.lib._npyio_impl", "load"),
        ("pandas", "read_pickle"),
        ("pandas.io.pickle", "read_pickle"),
        ("pandas.compat.pickle_compat", "load loads"));

    private static readonly HashSet<string> Code = Names(
        ("dill", "_dill"),
        ("dill._dill", "_create_function _create_code _create_cell _create_type _create_namedtuple _setattr"),
        ("cloudpickle.cloudpickle", "_make_function _make_skeleton_class _make_skeleton_enum _class_setstate _function_setstate "
            + "_make_empty_cell _make_cell _fill_function _make_skel_func dynamic_subimport _empty_cell_value _make_typevar"),
        ("cloudpickle.cloudpickle_fast", "_class_setstate _function_setstate"));

    public static (ImportStanding Standing, string? Reason) Judge(string module, string name)
    {
        var path = module + ":" + name;
        if (Called.Contains(path))
            return (ImportStanding.Harmless, null);
        if (Held.Contains(path))
            return (ImportStanding.Held, null);
        if (Conditional.Contains(path))
            return (ImportStanding.Conditional, null);
        if (Loaders.Contains(path))
            return (ImportStanding.Loader, null);
        if (Code.Contains(path))
            return (ImportStanding.Code, null);
        if (IsMember(module, name))
            return (ImportStanding.Held, null);
        if (DangerousImports.Reason(module, name) is { } reason)
            return (ImportStanding.Dangerous, reason);
        // How dill refers to the globals of a function that it embeds.
        if (name == "__dict__")
            return (ImportStanding.Code, null);
        // No module is called like a class; who looks it up all the same finds a method.
        if (module.LastIndexOf('.') is > 0 and var dot && DangerousImports.ReachesOut(name) && IsKnownClass(module[..dot] + ":" + module[(dot + 1)..]))
            return (ImportStanding.Dangerous, DangerousImports.ReachingReason);
        if (DangerousImports.WalkReason(module, name) is { } walk)
            return (ImportStanding.Dangerous, walk);

        return (KnownModules.Judge(module, name), null);
    }

    /// <summary>
    /// Whether an attribute of a known class, or of an instance of it, is one that honest pickles hold: a constant of an enumeration, a method
    /// of a value of Python's, a method of an estimator, or one that its own library keeps for itself.
    /// </summary>
    public static bool IsKnownMember(string module, string attribute)
    {
        if (attribute.Length == 0 || DangerousImports.IsInner(attribute) || DangerousImports.ReachesOut(attribute) || attribute.Contains('.', StringComparison.Ordinal))
            return false;
        // What turns bytes into text makes names of modules.
        if (attribute is "decode" or "encode")
            return false;
        // DataFrame.transform calls whatever method it is told, and Path.copy copies files.
        if (IsOfEstimators(attribute) && module.Length > 0 && !module.StartsWith("sklearn.", StringComparison.Ordinal))
            return false;
        if (module is "builtins" or "collections" || IsMemberThere(module, attribute) || Members.Contains(attribute) || IsConstant(attribute))
            return true;

        return attribute is ['_', not '_', ..] && Array.Exists(OwnMethods, module.StartsWith);
    }

    // Tokenizers, patterns and bandwidths, which others hold by one method.
    private static bool IsMemberThere(string module, string attribute) => attribute switch
    {
        "tokenize" => module.StartsWith("nltk.tokenize.", StringComparison.Ordinal),
        "lemmatize" => module == "nltk.stem.wordnet",
        "findall" => module == "re",
        "silverman_factor" or "scotts_factor" => module is "scipy.stats._kde" or "scipy.stats.kde",
        "loglike" => module.StartsWith("statsmodels.", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsKnownClass(string path) => Called.Contains(path) || Held.Contains(path);

    /// <summary>Methods that are harmless to hold of an estimator, and something else of other things.</summary>
    public static bool IsOfEstimators(string method) => method is "transform" or "fit" or "fit_transform" or "fit_predict" or "copy";

    // Of a class, and not of something in it.
    private static bool IsMember(string module, string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < name.Length - 1
            && (name[(dot + 1)..] is "__new__" || IsKnownMember(module, name[(dot + 1)..]) || IsFunctionOfTensors(module, name, dot))
            && Judge(module, name[..dot]).Standing.IsKnown();
    }

    // What torch.NAME is really called; none of them but from_file reaches further than tensors.
    private static bool IsFunctionOfTensors(string module, string name, int dot) =>
        module == "torch._C" && name.StartsWith("_VariableFunctionsClass.", StringComparison.Ordinal) && char.IsAsciiLetterLower(name[dot + 1])
        && name.AsSpan(dot + 1).IndexOfAnyExcept(LettersOfFunctions) < 0 && !DangerousImports.ReachesOut(name[(dot + 1)..]);

    private static bool IsConstant(string name) => char.IsAsciiLetterUpper(name[0]) && name.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_');

    private static HashSet<string> Names(params (string Modules, string Names)[] rows) =>
        rows.SelectMany(row => row.Modules.Split(' ').SelectMany(module => row.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => module + ":" + name)))
            .ToHashSet(StringComparer.Ordinal);

    private static readonly HashSet<string> Members = (
        "predict predict_proba predict_log_proba decision_function transform inverse_transform fit fit_transform fit_predict score score_samples kneighbors forward "
        + "rand randn random normal uniform choice integers permutation shuffle get keys values items index count copy astype toarray todense tolist item "
        + "mean sum std var min max median cumsum cumprod diff abs round clip fillna dropna ffill bfill isna notna reshape ravel flatten transpose squeeze "
        + "lower upper strip lstrip rstrip split join title capitalize casefold sigmoid tanh relu softmax gelu exp log sqrt stem").Split(' ').ToHashSet(StringComparer.Ordinal);

    private static readonly System.Buffers.SearchValues<char> LettersOfFunctions = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly string[] OwnMethods = ["scipy.", "sklearn.", "torch.nn.", "torch.optim."];
}
