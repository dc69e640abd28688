
namespace Precinto.Formats.Pickle;

/// <summary>
/// Modules and names that give the file power over the machine. What is not named here is not thereby harmless: it is unknown,
/// and that is never clean. The list exists so that a report can say what a file would do.
/// </summary>
internal static class DangerousImports
{
    // Whole modules with everything below them.
    private static readonly Dictionary<string, string> Modules = Table(
        ("runs commands", "os posix nt subprocess _posixsubprocess pty pexpect commands popen2 multiprocessing _multiprocessing concurrent sh pipes invoke joblib.externals.loky apport.hookutils "
            + "distutils setuptools numpy.distutils numpy.f2py torch.utils.collect_env torch.utils.bottleneck torch.utils.cpp_extension fabric paramiko"),
        ("runs code", "sys runpy code codeop pdb bdb trace profile cProfile pstats _lsprof timeit doctest pydoc idlelib lib2to3 unittest test cgitb "
            + "importlib _frozen_importlib _frozen_importlib_external imp zipimport pkgutil pkg_resources site sitecustomize ctypes _ctypes cffi "
            + "marshal inspect gc atexit signal asyncio threading _thread sched weakref._finalizer rlcompleter _pyrepl bytecode dis symtable "
            + "numpy.testing numpy.ctypeslib torch.hub torch._inductor torch._dynamo torch._export torch.jit torch.fx torch.package torch.distributed "
            + "torch.multiprocessing torch.testing torch.ops torch.classes jinja2 mako IPython nbformat pip ensurepip venv virtualenv conda "
            + "scipy.weave pandas.core.computation tensorflow.python.ops.script_ops faulthandler sqlite3 _sqlite3 readline cloudpickle.cloudpickle_fast "
            + "joblib.externals.loky.backend joblib.parallel joblib._parallel_backends py_compile compileall modulefinder xmlrpc _testcapi "
            + "torch.utils.benchmark transformers.dynamic_module_utils numexpr sympy.parsing django.core.management "
            + "_testinternalcapi _xxsubinterpreters _interpreters antigravity this turtle turtledemo tkinter _tkinter"),
        ("runs the source text that stands in the pickle", "torch.fx.graph_module torch.fx._lazy_graph_module"),
        ("reaches the network", "socket _socket ssl _ssl socketserver http httplib urllib ftplib smtplib imaplib poplib nntplib telnetlib requests "
            + "aiohttp httpx urllib3 websocket websockets webbrowser select selectors boto3 botocore fsspec s3fs gcsfs huggingface_hub wget pycurl "
            + "wsgiref asyncore asynchat smtpd nis gensim.downloader nltk.downloader"),
        ("reaches files", "shutil tempfile glob fileinput linecache mmap zipfile tarfile io _io _pyio codecs.open pathlib dbm shelve filecmp winreg _winreg msvcrt gzip bz2 _bz2 lzma _lzma scipy.io "
            + "tensorflow.io tensorflow.python.ops.io_ops tensorflow.python.lib.io tensorflow.gfile sklearn.datasets logging.config logging.handlers "
            + "pandas.io.common pandas.io.parsers pandas.io.json pandas.io.excel pandas.io.sql pandas.io.pytables pandas.io.stata pandas.io.html pandas.io.xml pandas.io.sas pandas.io.parquet "
            + "pandas.io.feather_format pandas.io.orc pandas.io.gbq pandas.io.clipboard pandas.io.clipboards numpy.lib._datasource "
            + "zipapp netrc mailcap mailbox fcntl pyclbr wave aifc sunau imghdr sndhdr xml.sax torch.onnx torch.profiler torch.utils.tensorboard torch.utils.hipify torchvision.io torchvision.datasets.utils "
            + "nltk.data networkx.readwrite statsmodels.iolib.smpickle statsmodels.datasets onnx.hub onnx.external_data_helper onnxruntime h5py imageio"),
        ("reads the machine", "platform _osx_support _aix_support sysconfig pwd grp spwd resource getpass psutil"));

    // Single names in modules that also hold harmless ones; a name below one of these is meant as well.
    private static readonly Dictionary<string, string> Names = Table(
        ("runs code", "builtins.eval builtins.exec builtins.execfile builtins.compile builtins.__import__ builtins.breakpoint builtins.apply "
            + "builtins.globals builtins.locals builtins.vars builtins.delattr builtins.exit builtins.quit builtins.help "
            + "builtins.reload builtins.__build_class__ builtins.__loader__ builtins.__spec__ "
            + "functools.singledispatch types.FunctionType types.LambdaType types.CodeType types.MethodType types.new_class types.ModuleType "
            + "typing.get_type_hints typing.ForwardRef dataclasses.make_dataclass collections.namedtuple enum._test_simple_enum "
            + "weakref.finalize six.exec_ six.reraise six.moves scipy.LowLevelCallable scipy._lib._ccallback operator.call _operator.call uuid._get_command_stdout uuid._popen "
            + "logging.FileHandler logging.basicConfig string.Formatter torch.load torch.compile torch.save "
            + "torch.serialization.load torch.serialization.save torch.serialization._load torch.serialization.os torch._utils_internal.os "
            + "torch.utils.data.dataloader._IterDataPipeSerializationWrapper torch.utils.data.dataloader._MapDataPipeSerializationWrapper "
            + "torch.utils.data.datapipes.datapipe._IterDataPipeSerializationWrapper torch.utils.data.datapipes.datapipe._MapDataPipeSerializationWrapper "
            + "torch.utils.data.datapipes.utils.decoder.basichandlers torch.utils._config_module.ConfigModule.load_config "
            + "torch.utils.model_zoo.load_url numpy.lib.npyio.NpzFile numpy.runcode "
            + "pandas.eval pandas.DataFrame.eval pandas.DataFrame.query pandas.core.frame.DataFrame.eval pandas.core.frame.DataFrame.query "
            + "yaml.load yaml.unsafe_load yaml.full_load yaml.load_all yaml.unsafe_load_all keras.models.load_model keras.saving.load_model "
            + "keras.utils.get_file keras.layers.Lambda tensorflow.keras.models.load_model tensorflow.saved_model.load tensorflow.load_op_library "
            + "tensorflow.load_library tensorflow.numpy_function tensorflow.py_function tensorflow.py_func sklearn.utils._testing.TempMemmap "
            + "transformers.dynamic_module_utils.get_class_from_dynamic_module transformers.dynamic_module_utils.get_class_in_module"),
        ("reads the machine", "posixpath.exists posixpath.realpath posixpath.expanduser posixpath.expandvars genericpath.exists genericpath.isfile genericpath.isdir genericpath.getsize ntpath.realpath ntpath.expandvars"),
        ("reaches files", "builtins.open builtins.file builtins.input builtins.raw_input "
            + "numpy.fromfile scipy.sparse.load_npz scipy.sparse.save_npz scipy.sparse._matrix_io numpy.save numpy.savez numpy.savetxt numpy.loadtxt numpy.genfromtxt "
            + "numpy.lib.npyio.save numpy.lib.npyio.loadtxt numpy.lib.npyio.genfromtxt numpy.lib.npyio.DataSource numpy.DataSource "
            + "joblib.dump joblib.Parallel pandas.read_csv pandas.read_json pandas.read_html pandas.read_sql "
            + "pandas.read_hdf pandas.read_parquet pandas.read_excel pandas.read_table pandas.read_fwf pandas.read_xml pandas.read_feather "
            + "torch.from_file torch.UntypedStorage.from_file argparse.FileType plistlib.readPlist tokenize.open gettext.find gettext.translation mimetypes.init "
            + "xml.etree.ElementTree.parse xml.etree.ElementTree.iterparse xml.dom.minidom.parse xml.dom.pulldom.parse numpy.fromregex numpy.core.records.fromfile numpy._core.records.fromfile numpy.rec.fromfile "
            + "numpy.lib.format.open_memmap pandas.to_pickle pandas.HDFStore pandas.ExcelFile pandas.ExcelWriter pandas.read_stata pandas.read_orc pandas.read_sas pandas.read_spss pandas.read_gbq pandas.read_clipboard "
            + "PIL.Image.open cv2.imread cv2.imwrite cv2.VideoCapture cv2.FileStorage onnx.load onnx.load_model onnx.save onnx.save_model networkx.read_gpickle networkx.write_gpickle gensim.utils.unpickle gensim.utils.pickle "
            + "transformers.pipeline transformers.pipelines.pipeline xgboost.core._load_lib joblib.memory.MemorizedFunc datasets.load_dataset datasets.load_from_disk mlflow.pyfunc.load_model mlflow.sklearn.load_model mlflow.pytorch.load_model mlflow.keras.load_model"));

    /// <summary>What a dotted name may not pass through: inner attributes that lead from any object to any module.</summary>
    private static readonly HashSet<string> Inner = (
        "__globals__ __builtins__ __subclasses__ __bases__ __base__ __mro__ __code__ __closure__ __func__ __self__ __getattribute__ "
        + "__getattr__ __setattr__ __delattr__ __call__ __import__ __loader__ __spec__ __dict__ __class__ __reduce__ __reduce_ex__ __init__ "
        + "__init_subclass__ __setstate__ __module__ __wrapped__ __defaults__ __kwdefaults__ gi_frame f_globals f_builtins f_locals f_back "
        + "cr_frame tb_frame func_globals").Split(' ').ToHashSet(StringComparer.Ordinal);

    // Data in modules that reach further: it is unknown, and nobody is told that it runs anything.
    private static readonly HashSet<string> Spared = (
        "unittest.mock.sentinel requests.Session requests.sessions.Session requests.structures.CaseInsensitiveDict requests.cookies.RequestsCookieJar "
        + "requests.models.Response psutil._common.svmem psutil._pslinux.svmem psutil._ntuples.svmem "
        + "torch.distributed.tensor.DTensor torch.distributed._tensor.DTensor torch.distributed._tensor.api.DTensor torch.distributed.tensor._api.DTensor "
        + "torch.distributed.tensor._dtensor_spec.DTensorSpec torch.distributed.tensor._dtensor_spec.TensorMeta torch.distributed._tensor.placement_types.DTensorSpec torch.distributed._tensor.placement_types.TensorMeta "
        + "torch.distributed.tensor.placement_types.Shard torch.distributed.tensor.placement_types.Replicate torch.distributed.tensor.placement_types.Partial torch.distributed.tensor.placement_types._StridedShard "
        + "torch.distributed._tensor.placement_types.Shard torch.distributed._tensor.placement_types.Replicate torch.distributed._tensor.placement_types.Partial torch.distributed._tensor.placement_types._Partial "
        + "torch.distributed.device_mesh.DeviceMesh torch.distributed._mesh_layout._MeshLayout torch.distributed._mesh_layout._FlatLayout torch.distributed.tensor._dtensor_spec.ShardOrderEntry torch.distributed.algorithms.join._JoinConfig "
        + "requests.adapters.HTTPAdapter http.cookiejar.DefaultCookiePolicy http.cookiejar.Cookie urllib3.util.retry.Retry").Split(' ').ToHashSet(StringComparer.Ordinal);

    // Methods of classes that are harmless themselves (paths, arrays, tables, models) which read or write files, or evaluate text.
    private static readonly HashSet<string> Reaching = (
        "open read_text read_bytes write_text write_bytes unlink rmdir mkdir touch rename replace chmod lchmod symlink_to hardlink_to link_to iterdir glob rglob walk "
        + "tofile fromfile dump from_file save savez load load_model save_model dump_model save_config load_config save_raw eval query pipe apply applymap "
        + "to_csv to_pickle to_sql to_parquet to_feather to_excel to_json to_html to_hdf to_stata to_xml to_latex to_markdown to_orc to_gbq to_clipboard "
        + "format format_map apply_ map_ extractall system popen").Split(' ').ToHashSet(StringComparer.Ordinal);

    /// <summary>Why a module or a name in it is dangerous, or null.</summary>
    public static string? Reason(string module, string name)
    {
        var whole = module + "." + name;
        if (Spared.Contains(whole) || whole.StartsWith("unittest.mock.sentinel.", StringComparison.Ordinal))
            return null;
        if (Find(module, Modules, null) is { } reason)
            return IsNamedLikeWhatRuns(name) ? reason : $"belongs to a module that {reason}";
        return Find(whole, Names, Modules)
            ?? (name.Split('.').Skip(1).Any(ReachesOut) && WalkReason(module, name) is null ? ReachingReason : null);
    }

    // By the path and all above it. A file may name a million of them in one text, so what is longer than any entry is not looked up.
    private static string? Find(string path, Dictionary<string, string> first, Dictionary<string, string>? second)
    {
        var (names, modules) = (first.GetAlternateLookup<ReadOnlySpan<char>>(), second?.GetAlternateLookup<ReadOnlySpan<char>>());
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (end > LongestEntry)
            {
                end = LongestEntry + 1;
                continue;
            }

            var start = path.AsSpan(0, end);
            if (names.TryGetValue(start, out var reason) || (modules is { } more && more.TryGetValue(start, out reason)))
                return reason;
        }

        return null;
    }

    /// <summary>Why a dotted walk is dangerous: it passes through a module that is, wherever it was imported, or through an inner attribute.</summary>
    public static string? WalkReason(string module, string name)
    {
        foreach (var part in (module + "." + name).Split('.').Skip(1))
        {
            if (Inner.Contains(part))
                return $"passes through the inner attribute {part}";
            if (IsModule(part))
                return $"passes through the module {part}";
        }

        return null;
    }

    /// <summary>Whether an attribute is named like a module that many others hold, and that reaches the system.</summary>
    public static bool IsModule(string attribute) =>
        attribute.TrimStart('_') is "os" or "posix" or "nt" or "sys" or "subprocess" or "builtins" or "importlib" or "shutil" or "socket" or "ctypes" or "pty";

    public static bool IsInner(string attribute) =>
        Inner.Contains(attribute) || (attribute.StartsWith("__", StringComparison.Ordinal) && attribute.EndsWith("__", StringComparison.Ordinal));

    /// <summary>Whether an attribute of this name reaches files or evaluates text, in classes whose instances are harmless.</summary>
    public static bool ReachesOut(string attribute)
    {
        if (Reaching.Contains(attribute))
            return true;

        var name = attribute.AsSpan().TrimStart('_');
        foreach (var start in (ReadOnlySpan<string>)["read_", "write", "save", "load", "dump", "open", "exec", "eval", "spawn", "popen", "unlink", "from_file", "import"])
        {
            if (name.StartsWith(start, StringComparison.Ordinal))
                return true;
        }

        return name.StartsWith("to_", StringComparison.Ordinal) && name is not ("to_numpy" or "to_dict" or "to_list" or "to_frame" or "to_period" or "to_timestamp" or "to_dense" or "to_sparse" or "to_flat_index");
    }

    // A constant runs nothing, and neither does what no module of Python can hold.
    private static bool IsNamedLikeWhatRuns(string name) =>
        name.Length == 0 || (name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.') && name.Any(char.IsAsciiLetterLower));

    /// <summary>Why a method that reaches out is dangerous.</summary>
    public const string ReachingReason = "reads or writes files, or evaluates text";

    private const int LongestEntry = 100;

    private static Dictionary<string, string> Table(params (string Reason, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => (name, row.Reason)))
            .DistinctBy(pair => pair.name)
            .ToDictionary(pair => pair.name, pair => pair.Reason, StringComparer.Ordinal);
}
