using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>The findings in pickles: 1xx run or reach something, 2xx cannot be judged, 3xx break the format, 4xx are worth knowing.</summary>
internal static class PickleRules
{
    public static readonly FindingRule DangerousImport = Danger("PKL101", "Imports something that runs code or reaches the system");
    public static readonly FindingRule DangerousCall = Danger("PKL102", "Calls something that runs code or reaches the system");
    public static readonly FindingRule ComputedImport = Danger("PKL103", "Computes the name of what it imports");
    public static readonly FindingRule AttributeWalk = Danger("PKL104", "Reaches another module or an inner attribute through a dotted name");
    public static readonly FindingRule ChangesGlobal = Danger("PKL105", "Changes a module, a class or a function while it is loaded");
    public static readonly FindingRule ReplacesMethod = Danger("PKL106", "Replaces the method that restores an object");
    public static readonly FindingRule DangerousArguments = Danger("PKL107", "Calls a known function with arguments that reach further");
    public static readonly FindingRule LoadsElsewhere = Danger("PKL108", "Unpickles something that does not stand in the file");

    public static readonly FindingRule UnknownImport = Warning("PKL201", "Imports something that is not known");
    public static readonly FindingRule ComputedCall = Warning("PKL202", "Calls a value that the pickle computes");
    public static readonly FindingRule UnjudgedArguments = Warning("PKL203", "Calls a known function with arguments that are not known to be harmless");
    public static readonly FindingRule HandedOn = Warning("PKL204", "Hands on a function that is harmless only with some arguments");
    public static readonly FindingRule ExtensionCode = Warning("PKL205", "Imports by an extension code that only the loading program knows");
    public static readonly FindingRule ExtensionRegistered = Warning("PKL206", "Registers an extension code");
    public static readonly FindingRule PersistentIdentifier = Warning("PKL207", "Names an object that the loading program must supply");
    public static readonly FindingRule EmbeddedCode = Warning("PKL208", "Holds code that its author embedded");
    public static readonly FindingRule NestedPickle = Warning("PKL209", "Unpickles bytes that it holds");
    public static readonly FindingRule ExternalArray = Warning("PKL210", "Reads an array from another file");
    public static readonly FindingRule SeveralPickles = Warning("PKL211", "Another pickle follows the first one");
    public static readonly FindingRule OutOfBandBuffer = Warning("PKL212", "Takes bytes that the loading program must supply");
    public static readonly FindingRule UnknownMethod = Warning("PKL213", "Calls methods of an object that is not known");
    public static readonly FindingRule FrameCrossed = Warning("PKL214", "Reads differently with and without its frames");
    public static readonly FindingRule Expands = Warning("PKL215", "Becomes beyond all proportion when it is loaded or walked");

    public static readonly FindingRule MemoKeyUnknown = Malformed("PKL301", "Takes from the memo what was never put there");
    public static readonly FindingRule StackBroken = Malformed("PKL302", "Takes more from the stack than is there");
    public static readonly FindingRule OpcodeUnknown = Malformed("PKL303", "An opcode is unknown");
    public static readonly FindingRule ArgumentBroken = Malformed("PKL304", "The argument of an opcode is broken");
    public static readonly FindingRule TypeBroken = Malformed("PKL305", "An opcode is applied to a value of the wrong type");
    public static readonly FindingRule ProtocolUnknown = Malformed("PKL306", "The protocol is unknown");
    public static readonly FindingRule TrailingBytes = Malformed("PKL307", "Bytes follow the pickle");

    public static readonly FindingRule PickleInData = Info("PKL401", "Data looks like a pickle that nothing in the file loads");
    public static readonly FindingRule TensorPickle = Info("PKL402", "A tensor is pickled inside of the pickle");
    public static readonly FindingRule TorchScriptClass = Info("PKL403", "Names a class that PyTorch compiles out of the archive");

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        DangerousImport, DangerousCall, ComputedImport, AttributeWalk, ChangesGlobal, ReplacesMethod, DangerousArguments, LoadsElsewhere,
        UnknownImport, ComputedCall, UnjudgedArguments, HandedOn, ExtensionCode, ExtensionRegistered, PersistentIdentifier, EmbeddedCode,
        NestedPickle, ExternalArray, SeveralPickles, OutOfBandBuffer, UnknownMethod, FrameCrossed, Expands,
        MemoKeyUnknown, StackBroken, OpcodeUnknown, ArgumentBroken, TypeBroken, ProtocolUnknown, TrailingBytes,
        PickleInData, TensorPickle, TorchScriptClass,
    ];

    private static FindingRule Danger(string code, string title) => new(code, FindingSeverity.Danger, title);

    private static FindingRule Warning(string code, string title) => new(code, FindingSeverity.Warning, title);

    private static FindingRule Malformed(string code, string title) => new(code, FindingSeverity.Warning, title, isMalformed: true);

    private static FindingRule Info(string code, string title) => new(code, FindingSeverity.Info, title);
}
