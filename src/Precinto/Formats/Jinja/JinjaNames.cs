namespace Precinto.Formats.Jinja;

/// <summary>Attributes by which a template walks from any value to Python's modules, as Jinja's sandbox refuses them, and names that only an attack calls.</summary>
internal static class JinjaNames
{
    public static bool IsSpecial(string name) =>
        (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal))
        || name.StartsWith(Reference, StringComparison.Ordinal)
        // Of what is not defined: the name that was looked for, and functions of Jinja.
        || name.StartsWith("_undefined_", StringComparison.Ordinal) || name.StartsWith("_fail_with_", StringComparison.Ordinal) || Array.IndexOf(Frames, name) >= 0;

    /// <summary>Whether one of the names of a dotted path, or of the fields of a format, is special; spaces are what a tag may trim away.</summary>
    public static string? FindSpecial(string path) => Array.Find(Parts(path), IsSpecial);

    /// <summary>
    /// A name among the parts of a text by which one walks from a value to Python's modules, or null. A mark such as <c>__user__</c>, or the name of a
    /// constructor, may stand in a conversation; these may not.
    /// </summary>
    public static string? FindInner(string text) =>
        text.Contains("__", StringComparison.Ordinal) ? Array.Find(Parts(text), Inner.Contains) : null;

    /// <summary>Whether a path whose first letters these are may end with a special name.</summary>
    public static bool MayBegin(string prefix)
    {
        prefix = prefix.Length == 0 || Separators.Contains(prefix[^1]) ? "" : Parts(prefix)[^1];
        return prefix is "" or "_" || prefix.StartsWith("__", StringComparison.Ordinal) || Reference.StartsWith(prefix, StringComparison.Ordinal)
            || Array.Exists(Frames, name => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Whether a path whose last letters these are may begin with a special name.</summary>
    public static bool MayEnd(string suffix)
    {
        suffix = suffix.Length == 0 || Separators.Contains(suffix[0]) ? "" : Parts(suffix)[0];
        return suffix is "" or "_" || suffix.EndsWith("__", StringComparison.Ordinal) || Array.Exists(Frames, name => name.EndsWith(suffix, StringComparison.Ordinal));
    }

    /// <summary>Modules of Python that no renderer of chat templates hands out.</summary>
    public static bool IsModule(string name) =>
        name is "os" or "sys" or "subprocess" or "builtins" or "importlib" or "socket" or "shutil" or "pty" or "posix" or "ctypes";

    /// <summary>Functions of Python that no renderer of chat templates hands out.</summary>
    public static bool IsFunction(string name) =>
        name is "eval" or "exec" or "compile" or "open" or "getattr" or "setattr" or "globals" or "locals" or "vars" or "breakpoint" or "__import__";

    public static bool IsPythonMethod(string name) => name is "popen" or "Popen" or "check_output" or "check_call" or "system" or "getoutput" or "getstatusoutput" or "load_module" or "import_module"
        or "execv" or "execve" or "execvp" or "execvpe" or "execl" or "execle" or "execlp" or "execlpe" or "posix_spawn" or "posix_spawnp" or "fork" or "forkpty" or "startfile"
        or "spawnl" or "spawnle" or "spawnlp" or "spawnlpe" or "spawnv" or "spawnve" or "spawnvp" or "spawnvpe"
        // Of Jinja's environment: they make templates and code of texts.
        or "from_string" or "compile_expression" or "compile_templates" or "add_extension";

    /// <summary>Functions and objects that Jinja supplies to every template, or that renderers add.</summary>
    public static bool IsGlobal(string name) => name is "lipsum" or "cycler" or "joiner" or "namespace" or "dict" or "range" or "self" or "loop" or "caller" or "super"
        or "url_for" or "get_flashed_messages" or "raise_exception" or "strftime_now";

    /// <summary>Texts that lie beside the template and come from its author, not from the one who calls.</summary>
    public static bool IsAuthors(string name) => name.EndsWith("_token", StringComparison.Ordinal) || name.EndsWith("_tokens", StringComparison.Ordinal);

    /// <summary>Methods that make letters which stand in none of their arguments, such as an underscore out of a number.</summary>
    public static bool IsForge(string method) => method is "fromhex" or "unescape" or "striptags" or "to_bytes" or "translate" or "maketrans" or "decode" or "center" or "ljust" or "rjust" or "zfill" or "expandtabs";

    /// <summary>Methods whose answer is a number or a truth value.</summary>
    public static bool IsQuestion(string method) => method is "startswith" or "endswith" or "find" or "rfind" or "index" or "rindex" or "count" or "length"
        || method.StartsWith("is", StringComparison.Ordinal);

    /// <summary>Methods of Python's texts, lists, mappings and dates, by which templates read data.</summary>
    public static bool IsMethodOfData(string method) => method is "split" or "rsplit" or "splitlines" or "partition" or "rpartition" or "strip" or "lstrip" or "rstrip" or "removeprefix" or "removesuffix"
        or "replace" or "lower" or "upper" or "title" or "capitalize" or "casefold" or "swapcase" or "startswith" or "endswith" or "find" or "rfind" or "index" or "rindex" or "count"
        or "join" or "format" or "format_map" or "center" or "ljust" or "rjust" or "zfill" or "encode" or "expandtabs" or "isalpha" or "isdigit" or "isalnum" or "isspace" or "isupper" or "islower" or "isnumeric"
        or "get" or "items" or "keys" or "values" or "copy" or "setdefault" or "update" or "pop" or "append" or "extend" or "insert" or "reverse" or "sort" or "clear" or "strftime" or "isoformat";

    private const string Reference = "_TemplateReference__";

    private static string[] Parts(string path) => path.Split(Separators);

    private static readonly char[] Separators = [.. ".[]!:{} ,\n\r\t"];

    private static readonly string[] Frames =
    [
        "func_globals", "func_code", "func_closure", "func_defaults", "im_func", "im_self", "im_class", "gi_frame", "gi_code", "gi_yieldfrom",
        "cr_frame", "cr_code", "ag_frame", "ag_code", "tb_frame", "f_globals", "f_locals", "f_builtins", "f_back", "co_consts", "mro",
    ];

    private static readonly HashSet<string> Inner = new(StringComparer.Ordinal)
    {
        "__class__", "__globals__", "__builtins__", "__import__", "__subclasses__", "__mro__", "__bases__", "__base__", "__getattribute__", "__self__", "__func__", "__code__",
        "__closure__", "__reduce__", "__reduce_ex__", "__loader__", "__spec__", "__wrapped__", "__init_subclass__", "__objclass__",
    };
}
