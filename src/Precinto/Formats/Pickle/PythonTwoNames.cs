
namespace Precinto.Formats.Pickle;

/// <summary>What Python 3 makes of the names in pickles of Python 2 (its module <c>_compat_pickle</c>).</summary>
internal static class PythonTwoNames
{
    private static readonly Dictionary<string, string> Modules = Table(
        "__builtin__=builtins copy_reg=copyreg Queue=queue SocketServer=socketserver ConfigParser=configparser repr=reprlib "
        + "commands=subprocess httplib=http.client urllib2=urllib.request urlparse=urllib.parse UserDict=collections UserList=collections "
        + "UserString=collections cPickle=pickle StringIO=io cStringIO=io whichdb=dbm anydbm=dbm dbhash=dbm dumbdbm=dbm.dumb gdbm=dbm.gnu "
        + "xmlrpclib=xmlrpc.client SimpleXMLRPCServer=xmlrpc.server DocXMLRPCServer=xmlrpc.server BaseHTTPServer=http.server "
        + "SimpleHTTPServer=http.server CGIHTTPServer=http.server Cookie=http.cookies cookielib=http.cookiejar "
        + "robotparser=urllib.robotparser _winreg=winreg thread=_thread dummy_thread=_dummy_thread _abcoll=collections.abc "
        + "_multiprocessing=multiprocessing.context");

    private static readonly Dictionary<string, string> Builtins = Table("xrange=range unicode=str unichr=chr long=int basestring=str");

    /// <summary>The Python 3 name. A name that Python 3 has itself is never in the table, so newer protocols may pass through it as well.</summary>
    public static (string Module, string Name) Map(string module, string name)
    {
        if (module == "exceptions")
            return ("builtins", name);
        if (module == "__builtin__" && name is "reduce")
            return ("functools", name);
        if (module == "__builtin__" && Builtins.TryGetValue(name, out var builtin))
            return ("builtins", builtin);
        if (module == "itertools" && name is "imap" or "izip" or "ifilter")
            return ("builtins", name[1..]);
        if (module == "itertools" && name is "izip_longest" or "ifilterfalse")
            return (module, name[1..]);
        if (module == "UserDict" && name is "IterableUserDict")
            return ("collections", "UserDict");

        return (Modules.GetValueOrDefault(module, module), name);
    }

    private static Dictionary<string, string> Table(string pairs) =>
        pairs.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
