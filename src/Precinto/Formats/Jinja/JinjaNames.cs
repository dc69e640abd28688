namespace Precinto.Formats.Jinja;

/// <summary>Attributes by which a template walks from any value to Python's modules, as Jinja's sandbox refuses them, and names that only an attack calls.</summary>
internal static class JinjaNames
{
    public static bool IsSpecial(string name) =>
        (name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal))
        || name.StartsWith("_TemplateReference__", StringComparison.Ordinal)
        || name is "func_globals" or "func_code" or "func_closure" or "func_defaults" or "im_func" or "im_self" or "im_class" or "gi_frame" or "gi_code" or "gi_yieldfrom"
            or "cr_frame" or "cr_code" or "ag_frame" or "ag_code" or "tb_frame" or "f_globals" or "f_locals" or "f_builtins" or "f_back" or "co_consts" or "mro";

    /// <summary>Whether one of the names of a dotted path is special.</summary>
    public static string? FindSpecial(string path)
    {
        foreach (var name in path.Split('.', '[', ']', '!', ':', '{', '}'))
        {
            if (IsSpecial(name))
                return name;
        }

        return null;
    }

    /// <summary>
    /// A name among the parts of a text by which one walks from a value to Python's modules, or null. A mark such as <c>__user__</c>, or the name of a
    /// constructor, may stand in a conversation; these may not.
    /// </summary>
    public static string? FindInner(string text) =>
        text.Contains("__", StringComparison.Ordinal) ? Array.Find(text.Split('.', '[', ']', '!', ':', '{', '}', ' ', ','), Inner.Contains) : null;

    private static readonly HashSet<string> Inner = new(StringComparer.Ordinal)
    {
        "__class__", "__globals__", "__builtins__", "__import__", "__subclasses__", "__mro__", "__bases__", "__base__", "__getattribute__", "__self__", "__func__", "__code__",
        "__closure__", "__reduce__", "__reduce_ex__", "__loader__", "__spec__", "__wrapped__", "__init_subclass__", "__objclass__",
    };

    /// <summary>Modules and functions of Python that no renderer of chat templates hands out.</summary>
    public static bool IsPython(string name) => name is "os" or "sys" or "subprocess" or "builtins" or "importlib" or "socket" or "shutil" or "pty" or "posix"
        or "commands" or "eval" or "exec" or "compile" or "open" or "getattr" or "setattr" or "globals" or "locals" or "vars" or "breakpoint" or "__import__";

    public static bool IsPythonMethod(string name) => name is "popen" or "Popen" or "check_output" or "check_call" or "system" or "execv" or "execve" or "execvp" or "spawnl" or "spawnv" or "spawnlp" or "getoutput" or "load_module" or "import_module";

    /// <summary>Functions that Jinja supplies to every template, or that renderers add.</summary>
    public static bool IsGlobal(string name) => name is "lipsum" or "cycler" or "joiner" or "namespace" or "dict" or "range" or "self"
        or "request" or "config" or "url_for" or "get_flashed_messages" or "raise_exception" or "strftime_now";
}
