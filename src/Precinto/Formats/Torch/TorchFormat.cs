using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// What <c>torch.save</c> and <c>torch.jit.save</c> write: a zip archive with the pickle <c>NAME/data.pkl</c> and the bytes of its tensors in
/// <c>NAME/data/KEY</c> (pytorch/caffe2/serialize), and before version 1.6 five pickles with the bytes behind them (torch/serialization.py).
/// </summary>
internal sealed class TorchFormat : ZippedFormat
{
    public override string Name => "pytorch";

    public override IReadOnlyList<string> Endings => [".pt", ".pth"];

    // torch.save gives a file the name that it is told: checkpoint.pth.tar, learner.pkl, pytorch_model.bin.
    public override IReadOnlyList<string> OtherEndings => [".tar", ".pkl", ".pickle", ".zip", ".bin", ".ckpt", ".model", ".p", ".sav"];

    public override IReadOnlyList<FindingRule> Rules => TorchRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        head.StartsWith(LegacyMark);

    public override bool Claims(ZipNames names, string fileName) => names.Files.Any(IsMain);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "pytorch";
        if (Head(content).AsSpan().StartsWith(LegacyMark))
            InspectLegacy(content, context);
        else
            InspectArchive(content, context);
    }

    // PyTorch takes the folder from the first member and everything from there; a member outside of a folder is none to it.
    private static bool IsMain(string member) => member.EndsWith("/data.pkl", StringComparison.Ordinal) && member.Count(letter => letter == '/') == 1;

    private static void InspectArchive(ModelContent content, InspectionContext context)
    {
        SortedDictionary<string, long> formats = new(StringComparer.Ordinal);
        var holdsCode = false;
        TorchScriptLoading loading = new(context);
        TorchTensors? tensors = null;
        string? folder = null;
        var entries = ZipInspection.Inspect(content, context, (entry, bytes, member, format) =>
        {
            if (folder is null && IsMain(entry.Path) && format == "pickle")
            {
                folder = entry.Path[..^"data.pkl".Length];
                tensors = InspectMain(bytes, member, context.Facts);
            }
            else if (IsMain(entry.Path))
            {
                context.Add(TorchRules.Main, folder is null ? $"'{entry.Name}' is no pickle." : $"'{entry.Name}' is another such pickle.", entry.HeaderOffset);
            }
            else if (TorchScriptCode.IsCode(entry.Name))
            {
                holdsCode = true;
                TorchScriptCode.Inspect(bytes, member);
                loading.Add(entry.Name, bytes);
            }

            if (TorchScriptBytecode.IsBytecode(entry.Path))
                TorchScriptBytecode.Inspect(bytes, member);
            if (format != "unknown")
                formats[format] = formats.GetValueOrDefault(format) + 1;
        }, new() { IsOwn = (entry, format) => folder is null && format == "pickle" && IsMain(entry.Path), IsKnown = (entry, bytes) => IsPlain(entry.Name, bytes) });

        if (holdsCode)
            context.Add(TorchRules.Code, "The archive holds TorchScript code, which was searched for operators that reach further.");
        loading.Judge();
        if (tensors is not null)
            CompareStorages(tensors, entries, folder!, context);
        context.Facts.Parts = [.. formats];
    }

    private static TorchTensors? InspectMain(ModelContent bytes, InspectionContext member, ModelFacts facts)
    {
        try
        {
            PickleSession session = new(member, PickleKeep.Texts);
            if (PickleReader.Inspect(bytes, session) is not { } document)
                return null;
            PickleExpansion.Inspect(document.Root, member);
            foreach (var import in session.Imports.Where(import => TorchScriptCode.IsForeignClass(import.Module)))
                member.Add(TorchRules.ForeignOperator, $"Holds an object of '{PickleSession.Quote(import.ToString())}', a class of a library that only the loading program knows.");
            var tensors = TorchTensors.Find(document.Root, member);
            WriteFacts(document.Root, tensors, facts);
            return tensors;
        }
        catch (MalformedModelException malformed)
        {
            member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
            return null;
        }
    }

    private static void InspectLegacy(ModelContent content, InspectionContext context)
    {
        PickleSession session = new(context, PickleKeep.Texts);
        PickleReader.Inspect(content, session);
        context.Facts.Parts = [.. session.Imports.Select(import => KeyValuePair.Create(PickleSession.Quote(import.ToString()), import.Count)).OrderBy(part => part.Key, StringComparer.Ordinal).Take(MaximumParts)];
        if (session.Torch is not { } stream)
            throw new MalformedModelException(content.Length, "Ends before the keys of its storages.");

        PickleExpansion.Inspect(stream.Model, context);
        var tensors = TorchTensors.Find(stream.Model, context);
        WriteFacts(stream.Model, tensors, context.Facts);
        ReadStorages(content, stream, tensors, context);
    }

    // Behind the keys, storage by storage: the number of elements in 8 bytes, then the elements.
    private static void ReadStorages(ModelContent content, TorchStream stream, TorchTensors tensors, InspectionContext context)
    {
        BoundedReader reader = new(content);
        reader.Skip(stream.End);
        HashSet<string> read = new(StringComparer.Ordinal);
        foreach (var key in stream.Keys.List?.Items ?? [])
        {
            if (key.Text is not { } name || !tensors.Storages.TryGetValue(name, out var storage))
            {
                context.Add(TorchRules.Storage, $"Holds the bytes of a storage '{PickleSession.Quote(key.Text ?? "")}' that no tensor has.", reader.Position);
                return;
            }

            var at = reader.Position;
            var elements = BinaryPrimitives.ReadInt64LittleEndian(reader.ReadSpan(sizeof(long)));
            if (elements != storage.Elements || storage.Length is not { } length)
                throw new MalformedModelException(at, $"The storage '{PickleSession.Quote(name)}' has {elements} elements where {storage.Elements} are declared.");
            reader.Skip(length);
            read.Add(name);
        }

        foreach (var missing in tensors.Storages.Keys.Where(key => !read.Contains(key)))
            context.Add(TorchRules.Storage, $"The storage '{PickleSession.Quote(missing)}' is not in the file.", reader.Position);

        if (!reader.IsAtEnd)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - reader.Position} bytes follow the last storage.", reader.Position);
    }

    private static void CompareStorages(TorchTensors tensors, IReadOnlyList<ZipEntry> entries, string folder, InspectionContext context)
    {
        // The last of two members of one name is the one that Python takes; that there are two was noticed.
        Dictionary<string, ZipEntry> members = new(StringComparer.Ordinal);
        foreach (var entry in entries)
            members[entry.Name] = entry;
        foreach (var storage in tensors.Storages.Values)
        {
            if (!members.TryGetValue($"{folder}data/{storage.Key}", out var member))
                context.Add(TorchRules.Storage, $"The storage '{PickleSession.Quote(storage.Key)}' is not in the archive.");
            else if (member.Size != storage.Length)
                context.Add(TorchRules.Storage, $"The storage '{PickleSession.Quote(storage.Key)}' has {member.Size} bytes, and {storage.Elements} elements of {storage.ElementType} are declared.", member.HeaderOffset);
        }
    }

    private static void WriteFacts(PickleValue root, TorchTensors tensors, ModelFacts facts)
    {
        facts.Tensors = tensors.Tensors;
        facts.ParameterCount = tensors.Parameters;
        facts.Type = root switch
        {
            { Object.Class: { Name: "OrderedDict", Module: "collections" } } => "state_dict",
            { Object.Class: { } made } when made.Module.StartsWith("torch._utils", StringComparison.Ordinal) => "Tensor",
            { Object.Class: { } made } => PickleSession.Quote(made.Name),
            { Dictionary: not null } => "dict",
            { List: not null } => "list",
            _ => null,
        };
        if (root.Object?.Class is { } type && facts.Type == PickleSession.Quote(type.Name))
            facts.Module = PickleSession.Quote(type.Module);
    }

    // What is no format to wonder about: raw numbers and short texts beside the pickle: torch.save's version and byteorder, and what torch.jit.save keeps for debuggers; torch.export.save's marks.
    internal static bool IsPlain(string name, ModelContent bytes)
    {
        var part = name.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? name[(slash + 1)..] : name;
        if (part is "version" or "byteorder" or "archive_format" or "archive_version" or ".format_version" or ".storage_alignment" or ".data/serialization_id" or ".data/version")
            return bytes.Length <= LongestText;
        // The bytes of a tensor may be anything.
        return part.StartsWith("data/", StringComparison.Ordinal);
    }

    private static byte[] Head(ModelContent content)
    {
        var head = new byte[(int)Math.Min(16, content.Length)];
        content.Read(0, head);
        return head;
    }

    // PROTO 2, LONG1 of ten bytes, 0x1950a86a20f9469cfc6c, STOP.
    private static ReadOnlySpan<byte> LegacyMark => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    private const int LongestText = 256;
    private const int MaximumParts = 10_000;
}
