namespace Precinto.Formats.TorchExport;

/// <summary>How far an expression goes beyond arithmetic.</summary>
internal enum ExpressionKind
{
    Arithmetic,
    Unknown,
    Code,
}

/// <summary>
/// The expressions in an exported program: sizes that depend on the input, which <c>torch.export.load</c> hands to <c>sympy.sympify</c>, and guards, which become
/// Python. Both end in Python's <c>eval</c> or <c>exec</c> with its built-in functions at hand, so that an expression is a program.
/// </summary>
internal static class ExportedExpression
{
    /// <summary>Judges an expression word by word, without parsing it: what is not among the known words is not arithmetic.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="isGuard">Whether it is a condition on the inputs, which names them and asks for their sizes.</param>
    /// <param name="word">What goes beyond arithmetic.</param>
    public static ExpressionKind Judge(string text, bool isGuard, out string word)
    {
        word = "";
        var worst = ExpressionKind.Arithmetic;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            var kind = Next(text, ref at, isGuard);
            if (kind <= worst)
                continue;
            (worst, word) = (kind, text[start..Math.Min(at, start + LongestWord)]);
            if (kind == ExpressionKind.Code)
                break;
        }

        return worst;
    }

    private static ExpressionKind Next(string text, ref int at, bool isGuard)
    {
        var letter = text[at];
        if (letter is '"' or '\'')
            return Quoted(text, ref at);
        if (IsPartOfWord(letter) && !char.IsAsciiDigit(letter))
            return Word(text, ref at, isGuard);

        at++;
        // What Python takes for a letter after normalizing it spells the same names.
        if (!char.IsAscii(letter))
            return char.IsLetter(letter) || char.IsSurrogate(letter) ? ExpressionKind.Code : ExpressionKind.Unknown;
        // What a bracket yields is called: nothing that torch.export writes.
        if (letter == '(' && text[..(at - 1)].TrimEnd(' ') is [.., ')' or ']'])
            return ExpressionKind.Unknown;
        if (!char.IsAsciiDigit(letter))
            return " .+-*/%(),<>=!&|~^".Contains(letter) || (isGuard && letter is '[' or ']') ? ExpressionKind.Arithmetic : ExpressionKind.Unknown;

        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        if (at + 1 < text.Length && text[at] is 'e' or 'E' && (char.IsAsciiDigit(text[at + 1]) || text[at + 1] is '-' or '+'))
            at += 2;
        return ExpressionKind.Arithmetic;
    }

    private static ExpressionKind Word(string text, ref int at, bool isGuard)
    {
        var start = at;
        while (at < text.Length && IsPartOfWord(text[at]))
            at++;
        var word = text[start..at];
        var next = at;
        while (next < text.Length && text[next] == ' ')
            next++;
        var behind = next < text.Length ? text[next] : ' ';
        // f'…' is code in quotes.
        if (word.Contains("__", StringComparison.Ordinal) || CodeWords.Contains(word) || behind is '"' or '\'')
            return ExpressionKind.Code;

        var before = start - 1;
        while (before >= 0 && text[before] == ' ')
            before--;
        if (before >= 0 && text[before] == '.')
            return isGuard && Attributes.Contains(word) ? ExpressionKind.Arithmetic : ExpressionKind.Unknown;
        return behind != '(' || Functions.Contains(word) ? ExpressionKind.Arithmetic : ExpressionKind.Unknown;
    }

    // Names of symbols and of inputs.
    private static ExpressionKind Quoted(string text, ref int at)
    {
        var start = at + 1;
        var end = text.IndexOf(text[at], start);
        at = end < 0 ? text.Length : end + 1;
        return end >= 0 && text[start..end].All(IsPartOfWord) ? ExpressionKind.Arithmetic : ExpressionKind.Unknown;
    }

    private static bool IsPartOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    // Python's functions that reach further than numbers, and the modules that sympy's own names lead to.
    private static readonly HashSet<string> CodeWords = new(StringComparer.Ordinal)
    {
        "eval", "exec", "compile", "open", "getattr", "setattr", "delattr", "globals", "locals", "vars", "dir", "type", "super", "object", "lambda", "import", "importlib",
        "input", "breakpoint", "help", "exit", "quit", "memoryview", "os", "sys", "subprocess", "builtins", "posix", "nt", "pty", "socket", "shutil", "runpy", "ctypes",
        "system", "popen", "spawn", "sympify", "parse_expr", "lambdify", "preview", "source", "init_printing", "init_session",
    };

    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "size", "stride", "storage_offset", "dim", "ndim", "ndimension", "shape", "numel", "is_contiguous", "requires_grad", "device", "dtype", "item", "sqrt", "ceil", "floor", "trunc",
    };

    // What torch.export writes (torch/utils/_sympy/functions.py and sympy's srepr), and what guards ask.
    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "Symbol", "Integer", "Float", "Rational", "Add", "Mul", "Pow", "Mod", "PythonMod", "CleanDiv", "CeilDiv", "CeilToInt", "FloorDiv", "FloorToInt", "ModularIndexing",
        "Where", "Max", "Min", "Abs", "Identity", "IntTrueDiv", "FloatTrueDiv", "FloatPow", "PowByNatural", "TruncToInt", "TruncToFloat", "RoundToInt", "RoundDecimal", "ToFloat",
        "LShift", "RShift", "BitwiseFn_bitwise_and", "BitwiseFn_bitwise_or", "BitwiseFn_bitwise_xor", "IsNonOverlappingAndDenseIndicator", "Eq", "Ne", "Lt", "Le", "Gt", "Ge",
        "Equality", "Unequality", "StrictLessThan", "StrictGreaterThan", "LessThan", "GreaterThan", "And", "Or", "Not", "Piecewise", "ExprCondPair", "floor", "ceiling", "sqrt",
        "log", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "log2", "abs", "max", "min", "len", "int", "float", "bool", "not", "and", "or", "in", "is",
        "OpaqueUnaryFn_sqrt", "OpaqueUnaryFn_cos", "OpaqueUnaryFn_cosh", "OpaqueUnaryFn_sin", "OpaqueUnaryFn_sinh", "OpaqueUnaryFn_tan", "OpaqueUnaryFn_tanh", "OpaqueUnaryFn_asin",
        "OpaqueUnaryFn_acos", "OpaqueUnaryFn_atan", "OpaqueUnaryFn_exp", "OpaqueUnaryFn_log", "OpaqueUnaryFn_log2", "size", "stride",
    };

    private const int LongestWord = 100;
}
