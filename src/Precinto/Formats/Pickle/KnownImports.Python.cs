namespace Precinto.Formats.Pickle;

// Python's own library, and what pandas and others take for dates.
internal static partial class KnownImports
{
    private static (string, string)[] CalledOfPython =>
    [
        ("builtins", "object int float complex bool str bytes bytearray list dict set frozenset tuple slice range memoryview iter reversed enumerate zip "
            + "Exception BaseException NotImplementedType ellipsis"),
        ("types", "SimpleNamespace NoneType EllipsisType NotImplementedType GenericAlias MappingProxyType"),
        ("collections", "OrderedDict defaultdict Counter deque ChainMap UserDict UserList UserString"),
        ("_collections", "_tuplegetter"),
        ("_weakrefset", "WeakSet"),
        ("datetime", "date time datetime timedelta timezone tzinfo"),
        ("decimal", "Decimal Context"),
        ("fractions", "Fraction"),
        ("uuid", "UUID SafeUUID"),
        ("ipaddress", "IPv4Address IPv6Address IPv4Network IPv6Network IPv4Interface IPv6Interface"),
        ("random", "Random"),
        ("zoneinfo", "ZoneInfo._unpickle"),
        ("pytz", "_UTC _p utc FixedOffset"),
        ("pytz.tzinfo", "_p"),
        ("dateutil.tz.tz", "tzutc tzlocal tzoffset _ttinfo"),
        ("dateutil.relativedelta", "relativedelta"),
        ("dateutil._common", "weekday"),
        ("array", "array _array_reconstructor"),
        ("re", "_compile RegexFlag"),
        ("argparse", "Namespace"),
        ("copy", "_EmptyClass"),
        ("pathlib pathlib._local", "PurePosixPath PureWindowsPath PosixPath WindowsPath Path"),
        ("io _io", "BytesIO StringIO"),
        ("itertools", "count cycle repeat chain combinations combinations_with_replacement permutations product islice zip_longest compress"),
        ("_operator operator", "or_"),
        ("time", "struct_time"),
        ("difflib", "Match"),
        ("logging", "getLogger"),
        ("inspect", "Parameter Signature _ParameterKind"),
        ("urllib.parse", "ParseResult SplitResult ParseResultBytes SplitResultBytes DefragResult DefragResultBytes"),
        ("http", "HTTPStatus HTTPMethod"),
        ("signal", "Signals Handlers"),
        ("socket", "AddressFamily SocketKind"),
        ("platform", "uname_result"),
        ("os", "stat_result terminal_size times_result"),
        ("json.decoder", "JSONDecodeError"),
        ("urllib.error", "URLError HTTPError ContentTooShortError"),
        ("statistics", "NormalDist"),
        ("calendar", "Day Month"),
        ("ssl", "TLSVersion Options VerifyMode VerifyFlags"),
        ("dill._dill", "_create_weakref"),
        ("cloudpickle.cloudpickle", "_make_dict_keys _make_dict_values _make_dict_items"),
    ];

    private static (string, string)[] HeldOfPython =>
    [
        ("builtins", "NotImplemented Ellipsis len max min sum abs round sorted any all hash repr ord chr divmod pow callable isinstance id bin hex oct ascii next"),
        ("enum", "Enum IntEnum Flag IntFlag StrEnum"),
        ("zoneinfo", "ZoneInfo"),
        ("subprocess", "CompletedProcess"),
        ("http.cookies", "SimpleCookie Morsel"),
        ("statistics", "mean median fmean stdev variance mode"),
        ("decimal", "InvalidOperation DivisionByZero Overflow Underflow Inexact Rounded Subnormal Clamped FloatOperation DecimalException ConversionSyntax DivisionUndefined InvalidContext"),
        ("math", "log log1p log2 log10 exp exp2 expm1 sqrt cbrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil trunc fabs hypot pow fmod remainder modf frexp ldexp "
            + "gcd lcm isqrt copysign nextafter ulp isnan isinf isfinite isclose degrees radians erf erfc gamma lgamma"),
        ("operator _operator", "add sub mul truediv floordiv mod neg pos abs and_ xor not_ eq ne lt le gt ge pow matmul invert contains truth concat is_ is_not index countOf indexOf"),
        ("posixpath ntpath", "join basename dirname split splitext normpath isabs"),
        ("typing", "List Dict Tuple Set FrozenSet Any Union Optional Literal Sequence Mapping Iterable Callable Type"),
        ("inspect", "_empty"),
        ("signal", "SIGINT SIGTERM SIGKILL SIGHUP SIGABRT SIGALRM SIGUSR1 SIGUSR2 SIGSEGV SIG_DFL SIG_IGN"),
        ("socket", "AF_INET AF_INET6 AF_UNIX SOCK_STREAM SOCK_DGRAM"),
    ];
}
