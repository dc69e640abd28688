using System.Text;
using Precinto.Formats.Torch;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>What the pickles of one file share: their imports, the budget, and which findings were already made.</summary>
internal sealed class PickleSession(InspectionContext context, PickleKeep keep)
{
    private readonly Dictionary<(string Module, string Name), PickleGlobal> _imports = [];
    private readonly Dictionary<long, PickleGlobal> _extensions = [];
    private readonly HashSet<(FindingRule Rule, object? About)> _noticed = [];
    private readonly HashSet<PickleBytes> _inspected = [];
    private readonly HashSet<long> _embeddedImports = [];
    private readonly List<PickleGlobal> _uncalled = [];
    private readonly string?[] _texts = new string?[TextCacheSize];
    private long _values;
    private long _limit = context.Limits.PickleValues;
    private long _keptBytes;
    private long _allocated;

    public InspectionContext Context => context;

    public PickleKeep Keep => keep;

    public long Steps { get; set; }

    /// <summary>What was restored as a tree of SciPy, to be looked at when its bytes can be read again.</summary>
    public List<PickleObject> SearchTrees { get; } = [];

    /// <summary>Whether the file is a PyTorch stream, whose loader supplies storages.</summary>
    public bool SuppliesStorages { get; set; }

    /// <summary>What a PyTorch stream holds; null before its fifth pickle was read.</summary>
    public TorchStream? Torch { get; set; }

    /// <summary>Whether the stream is read as <c>pickle.load</c> reads it, for which the arrays of joblib are opcodes like all others.</summary>
    public bool ReadsAsPlainPickle { get; init; }

    /// <summary>Whether the stream is read as CPython's unpickler in C reads it out of a stream: what an opcode leaves of the frame that it crosses is lost.</summary>
    public bool ReadsByFrame { get; init; }

    /// <summary>Whether an opcode crossed the end of its frame, so that there are two readings.</summary>
    public bool HasCrossedFrame { get; private set; }

    /// <summary>Whether something was found that CPython does not go on behind.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>What an earlier pickle of the file put into its memo: an unpickler that is used again still has it.</summary>
    public PickleMemo? EarlierMemo { get; set; }

    /// <summary>Where the first array of joblib begins in the stream; null where there is none.</summary>
    public long? FirstJoblibArray { get; private set; }

    public IReadOnlyCollection<PickleGlobal> Imports => _imports.Values;

    public void NoticeBroken(FindingRule rule, string message, long offset)
    {
        IsBroken = true;
        Notice(rule, null, message, offset);
    }

    public void NoticeFrame(string message, long offset)
    {
        HasCrossedFrame = true;
        Notice(PickleRules.FrameCrossed, null, message, offset);
    }

    public void NoteJoblibArray(long offset) => FirstJoblibArray ??= offset;

    /// <summary>Where the pickles of arrays of objects that joblib put into the stream import something known by texts of their own memo.</summary>
    public IReadOnlySet<long> EmbeddedImports => _embeddedImports;

    public void NoteEmbeddedImport(long offset)
    {
        if (_embeddedImports.Count < NoticedLimit)
            _embeddedImports.Add(offset);
    }

    /// <summary>Counts values that stay; false where there are too many.</summary>
    public bool TryCharge(long values)
    {
        _values += values;
        return _values <= _limit;
    }

    /// <summary>Bounds the values by the bytes that are there: one opcode of one byte may make an object of a hundred.</summary>
    public void LimitValues(long bytes) => _limit = Math.Min(context.Limits.PickleValues, FreeValues + Math.Min(bytes, context.Limits.PickleValues) * ValuesPerByte);

    public long ValueLimit => _limit;

    /// <summary>How many opcodes are read.</summary>
    public long StepLimit { get; private set; } = context.Limits.PickleSteps;

    /// <summary>Bounds the opcodes by the bytes that were compressed: what programs pickle takes its time to compress, and time to read is what a bomb is after.</summary>
    public void LimitSteps(long bytes) => StepLimit = Math.Min(context.Limits.PickleSteps, Math.Max(FreeSteps, PickleLengths.Multiply(bytes, StepsPerByte)));

    /// <summary>What results stand for that are longer than they look.</summary>
    public PickleLengths Lengths { get; } = new();

    /// <summary>
    /// Counts what calls make whoever loads the file allocate, beyond what it spells out; false where that is out of all proportion to the bytes read
    /// until then. Text and numbers copied a few times are not.
    /// </summary>
    public bool TryAllocate(long bytes, long read)
    {
        var limit = Math.Max(FreeAllocation, PickleLengths.Multiply(read, context.Limits.ExpansionRatio));
        if (bytes > limit - _allocated)
            return false;

        _allocated += bytes;
        return true;
    }

    /// <summary>Whether these bytes may be kept in memory on top of what is kept already.</summary>
    public bool TryKeep(long length)
    {
        var limit = keep == PickleKeep.Arrays ? KeptArrayBytes : KeptBytes;
        if (length > limit - _keptBytes)
            return false;

        _keptBytes += length;
        return true;
    }

    /// <summary>Whether these bytes, which nothing needs that is no pickle itself, may be kept.</summary>
    public bool TryKeepBytes(long length) => _keptBytes + length <= KeptNestedBytes && TryKeep(length);

    /// <summary>Makes a finding, once for each thing that it is about.</summary>
    public void Notice(FindingRule rule, object? about, string message, long offset)
    {
        if (_noticed.Count < NoticedLimit && !_noticed.Add((rule, about)))
            return;

        context.Add(rule, message, offset);
    }

    public PickleGlobal Import(string module, string name, long offset)
    {
        (module, name) = PythonTwoNames.Map(module, name);
        if (!_imports.TryGetValue((module, name), out var global))
        {
            var (standing, reason) = KnownImports.Judge(module, name);
            global = new(offset, module, name, standing);
            _values += ImportValues;
            _imports.Add((module, name), global);
            NoticeImport(global, reason, offset);
        }

        global.Count++;
        return global;
    }

    /// <summary>Notes that a function that unpickles was called, of which more is said than of its import.</summary>
    public void NoteCalled(PickleGlobal loader) => _uncalled.Remove(loader);

    /// <summary>Says which functions that unpickle were imported only.</summary>
    public void NoticeUncalled()
    {
        foreach (var loader in _uncalled)
            Notice(PickleRules.NestedPickle, loader, $"Imports {Quote(loader.ToString())}, which unpickles what it is given.", loader.Position);
        _uncalled.Clear();
    }

    public void Register(long code, PickleGlobal global) => _extensions[code] = global;

    public PickleGlobal? Extension(long code) => _extensions.GetValueOrDefault(code);

    /// <summary>Whether these bytes were not inspected as a pickle before; loading them often costs nothing more.</summary>
    public bool IsFirstInspection(PickleBytes bytes) => _inspected.Add(bytes);

    /// <summary>A text as a string; short ones that repeat are the same string.</summary>
    public string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > CachedTextLength || !Ascii.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);

        var hash = (uint)bytes.Length;
        foreach (var letter in bytes)
            hash = unchecked((hash * 31) + letter);
        ref var cached = ref _texts[hash % TextCacheSize];
        if (cached is null || !Ascii.Equals(bytes, cached))
            cached = Encoding.ASCII.GetString(bytes);
        return cached;
    }

    /// <summary>A name from the file, cut to what a message can carry.</summary>
    public static string Quote(string text) => Excerpt.Of(text, QuotedLength);

    private void NoticeImport(PickleGlobal global, string? reason, long offset)
    {
        var name = Quote(global.ToString());
        switch (global.Standing)
        {
            case ImportStanding.Dangerous when reason!.StartsWith("passes", StringComparison.Ordinal):
                Notice(PickleRules.AttributeWalk, global, $"Imports {name}, which {reason}.", offset);
                break;
            case ImportStanding.Dangerous:
                Notice(PickleRules.DangerousImport, global, $"Imports {name}, which {reason}.", offset);
                break;
            case ImportStanding.Code:
                Notice(PickleRules.EmbeddedCode, global, $"Imports {name}, which makes functions or classes out of code in the pickle.", offset);
                break;
            case ImportStanding.Loader:
                _uncalled.Add(global);
                break;
            case ImportStanding.Unknown when global.Name is "NDArrayWrapper" or "ZNDArrayWrapper":
                Notice(PickleRules.ExternalArray, global, $"Imports {name}, which reads an array from another file.", offset);
                break;
            // No module of Python has this name; torch.jit.load resolves it to code in the same archive, which is inspected there.
            case ImportStanding.Unknown when context.Member is not null && (global.Module + ".").StartsWith("__torch__.", StringComparison.Ordinal):
                Notice(PickleRules.TorchScriptClass, global, $"Names {name}, a class of the archive's own code.", offset);
                break;
            case ImportStanding.Unknown:
                Notice(PickleRules.UnknownImport, global, $"Imports {name}, of which nothing is known.", offset);
                break;
            case ImportStanding.Conditional or ImportStanding.Held or ImportStanding.Harmless:
                break;
            default:
                throw new InvalidOperationException($"Unknown standing {global.Standing}.");
        }
    }

    // What a name costs beside its node: two texts, two entries of tables, and often a finding.
    private const int ImportValues = 32;

    // Of sixteen bytes each. What programs pickle takes less than one for each byte.
    private const int FreeValues = 2_000_000;
    private const int ValuesPerByte = 2;

    // A list of seven million zeros, in a few kilobytes.
    private const long FreeSteps = 16_000_000;
    private const int StepsPerByte = 32;
    private const int TextCacheSize = 4096;
    private const int CachedTextLength = 64;
    private const int QuotedLength = 200;
    // Nobody is harmed by what any model takes.
    private const long FreeAllocation = 64L << 20;
    private const int NoticedLimit = 100_000;
    private const long KeptBytes = 256L << 20;
    private const long KeptNestedBytes = 64L << 20;
    private const long KeptArrayBytes = 1L << 30;
}

/// <summary>Which bytes are kept in memory. What stands in a file is read again at its place and never kept.</summary>
internal enum PickleKeep
{
    /// <summary>Texts and short bytes: enough to inspect.</summary>
    Texts,

    /// <summary>The bytes of arrays in compressed files as well: what a prediction needs.</summary>
    Arrays,
}
