using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using Precinto.Files;
using Precinto.Formats.Torch;
using Precinto.Formats.Zip;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Torch;

/// <summary>What the index of a distributed checkpoint may make of the files beside it.</summary>
public sealed class DistributedCheckpointTests
{
    [Fact]
    public void An_index_whose_entries_are_the_archives_of_its_files_is_clean()
    {
        var found = InspectFolder((".metadata", Index(Entry(Part, 0, One.Length), Entry(Part, One.Length, One.Length))), (Part, [.. One, .. One]));

        Assert.All(found, file => Assert.Equal((InspectionVerdict.Clean, []), (file.Verdict, file.Findings.Select(finding => finding.Code).ToArray())));
        Assert.Equal("Metadata", found[0].Facts.Type);
        Assert.Equal(InspectionVerdict.Clean, InspectFolder(("epoch/__3.metadata", Index(Entry("sub/__0_0.distcp", 0, One.Length))), ("epoch/sub/__0_0.distcp", One))[0].Verdict);
    }

    public static TheoryData<string, long, long> OtherBytes => new()
    {
        { "within a tensor's bytes", At, Pickle.Length },
        { "of the first archive and more", 0, One.Length + 1 },
        { "of the first archive and less", 0, One.Length - 1 },
        { "of two archives", 0, 2 * One.Length },
        { "from the end of an archive", One.Length - 1, One.Length },
        { "behind the file", 2 * One.Length, One.Length },
        { "before the file", -1, One.Length },
        { "of no length", 0, 0 },
    };

    [Theory]
    [MemberData(nameof(OtherBytes))]
    public void An_entry_of_other_bytes_than_one_archive_is_dangerous(string which, long offset, long length)
    {
        Assert.NotEmpty(which);
        var found = InspectFolder((".metadata", Index(Entry(Part, 0, One.Length), Entry(Part, offset, length))), (Part, [.. One, .. One]));
        AssertFinding(found[0], DistributedRules.OtherBytes);
        Assert.Equal((InspectionVerdict.Dangerous, InspectionVerdict.Clean), (found[0].Verdict, found[1].Verdict));
    }

    [Theory]
    [InlineData("../out.distcp", "DCP101", InspectionVerdict.Dangerous)]
    [InlineData("a/../../out.distcp", "DCP101", InspectionVerdict.Dangerous)]
    [InlineData("/tmp/__0_0.distcp", "DCP101", InspectionVerdict.Dangerous)]
    [InlineData("..\\out.distcp", "DCP101", InspectionVerdict.Dangerous)]
    [InlineData("model.bin", "DCP102", InspectionVerdict.Suspicious)]
    [InlineData("", "DCP102", InspectionVerdict.Suspicious)]
    [InlineData("__0_1.distcp", "DCP102", InspectionVerdict.Suspicious)]
    [InlineData("__0_0.DISTCP", "DCP102", InspectionVerdict.Suspicious)]
    [InlineData("pickle.distcp", "DCP102", InspectionVerdict.Suspicious)]
    public void An_entry_lies_in_a_file_of_the_checkpoint(string file, string code, InspectionVerdict verdict)
    {
        var found = InspectFolder((".metadata", Index(Entry(file, 0, One.Length))), (Part, One), ("pickle.distcp", Of(Proto(2), "}.")))[0];
        Assert.Equal((verdict, true), (found.Verdict, found.Findings.Any(finding => finding.Code == code)));
    }

    [Fact]
    public void An_index_alone_says_that_its_files_are_missing_and_judges_where_it_leads()
    {
        var alone = InspectFolder((".metadata", Index(Entry(Part, 7, 7))))[0];
        AssertFinding(alone, DistributedRules.Alone);
        Assert.Equal(InspectionVerdict.Clean, alone.Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Index(Entry("../x.distcp", 0, 1)), ".metadata").Verdict);
        Assert.Equal(InspectionVerdict.Clean, InspectFolder((".metadata", Of(Proto(2), "}.")), ("config.json", "{}"u8.ToArray()))[0].Verdict);
    }

    // What the loader has for an attribute in the end, and a reader of the pickle may not see.
    public static TheoryData<string, byte[]> Written => new()
    {
        { "the offset set twice", Index(Info("}(", Attributes(Part, 0, One.Length), Text("offset"), "K", 7, "u")) },
        { "the dictionary changed after it was used", Index(Info("}", 0x94, "(", Attributes(Part, At, Pickle.Length), "u"), "h", 0, "(", Attributes(Part, 0, One.Length), "u0") },
        { "attributes set twice", Index(Of(Info("}(", Attributes(Part, At, Pickle.Length), "u"), "}(", Attributes(Part, 0, One.Length), "ub")) },
        { "attributes as slots", Index(Info("}(", Attributes(Part, 0, One.Length), "u}(", Attributes(Part, At, Pickle.Length), "u", 0x86)) },
        { "an offset that is true", Index(Info("}(", Text("relative_path"), Text(Part), Text("offset"), 0x89, Text("length"), "J", Int32(One.Length), "u")) },
        { "a path that is made", Index(Info("}(", Attributes(Import("_codecs", "decode"), 0, One.Length), "u")) },
        { "an entry of another class", Index(Of(Import("torch.distributed.checkpoint.metadata", "MetadataIndex"), ")", 0x81, "}(", Attributes(Part, At, Pickle.Length), "ub")) },
        { "a text for an entry", Index(Text("x")) },
        { "entries in a dictionary of another kind", IndexOf(Of(Import("collections", "OrderedDict"), ")R(", Text("a"), Entry(Part, At, Pickle.Length), "u")) },
        { "the whole table set twice", Of(Proto(4), Import("torch.distributed.checkpoint.metadata", "Metadata"), ")", 0x81, "}(", Text("storage_data"), "}", Text("storage_data"), "}", "ub.") },
        { "an index of another class", Of(Proto(4), Import("types", "SimpleNamespace"), ")R}(", Text("storage_data"), "}(", Text("a"), Entry(Part, At, Pickle.Length), "uub.") },
        { "no index", Of(Proto(4), "}.") },
        { "entries joined in place", IndexOf(Of("}", 0x94, Import("operator", "ior"), "(h", 0, "}(", Text("a"), Entry(Part, At, Pickle.Length), "utR0")) },
        { "an entry set by a function", IndexOf(Of("}", 0x94, Import("operator", "setitem"), "(h", 0, Text("a"), Entry(Part, At, Pickle.Length), "tR0")) },
        { "an update by a method", IndexOf(Of("}", 0x94, Import("builtins", "getattr"), "(h", 0, Text("update"), "tR(}(", Text("a"), Entry(Part, At, Pickle.Length), "utR0")) },
        { "an update by a class's method", IndexOf(Of("}", 0x94, Import("builtins", "dict.update"), "(h", 0, "}(", Text("a"), Entry(Part, At, Pickle.Length), "utR0")) },
        { "an attribute set by a function", Of(Index(Entry(Part, 0, One.Length))[..^1], 0x94, "(", Import("builtins", "setattr"), "h", 0, Text("storage_data"), "}", "o0.") },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void An_index_that_may_be_another_to_the_loader_is_never_clean(string what, byte[] index)
    {
        Assert.NotEmpty(what);
        Assert.NotEqual(InspectionVerdict.Clean, InspectFolder((".metadata", index), (Part, One))[0].Verdict);
    }

    [Fact]
    public void Archives_are_compared_as_folders_are()
    {
        (string, byte[])[] honest = [("./step/.metadata", Index(Entry(Part, 0, One.Length))), ($"./step/{Part}", One)];
        (string, byte[])[] hostile = [("./step/.metadata", Index(Entry(Part, At, Pickle.Length))), ($"./step/{Part}", One)];

        Assert.Equal(InspectionVerdict.Clean, Inspect(Tar(honest), "checkpoint.tar").Verdict);
        var found = Inspect(Tar(hostile), "checkpoint.tar");
        AssertFinding(found, DistributedRules.OtherBytes);
        Assert.Equal("./step/.metadata", found.Findings[0].Member);

        Assert.Equal(InspectionVerdict.Clean, Inspect(Zip(honest), "checkpoint.zip").Verdict);
        AssertFinding(Inspect(Zip(hostile), "checkpoint.zip"), DistributedRules.OtherBytes);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("inner.zip", Zip(hostile))), "outer.zip"), DistributedRules.OtherBytes);
    }

    [Fact]
    public void A_directory_that_thousands_of_ends_share_is_read_once()
    {
        const int Members = 60_000, Ends = 6_000;
        const int Before = 22 * Ends;
        List<byte> bytes = [.. ZipDirectory.LocalMark, .. new byte[Before - 4]];
        for (var index = 0; index < Members; index++)
            bytes.AddRange(Central(Before + (Members * CentralSize)));
        for (var index = 0; index < Ends; index++)
        {
            // Every end says that its directory has grown by the ends before it; so every member seems to begin at that end.
            var shift = index * 22;
            byte[] end = [.. ZipDirectory.EndMark, 0, 0, 0, 0, .. new byte[12], 0, 0];
            BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), Members);
            BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), Members);
            BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), (Members * CentralSize) + shift);
            BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), Before - shift);
            bytes.AddRange(end);
        }

        var watch = Stopwatch.StartNew();
        var inspection = Inspect([.. bytes], "__0_0.distcp");
        Assert.NotEqual(InspectionVerdict.Clean, inspection.Verdict);
        AssertFinding(inspection, ZipRules.Prepended);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void A_rank_may_hold_more_tensors_than_an_archive_has_members_to_an_eighth()
    {
        byte[] many = [.. Enumerable.Repeat(One, 13_000).SelectMany(one => one)];
        var inspection = Inspect(many, "__0_0.distcp");
        Assert.Equal((InspectionVerdict.Clean, 13_000), (inspection.Verdict, inspection.Facts.Parts.Single().Value));
    }

    private static FileInspection[] InspectFolder(params (string Name, byte[] Bytes)[] files)
    {
        var found = Array.ConvertAll(files, file => (FileInspection?)Inspect(file.Bytes, file.Name));
        FolderInspection.Relate(found, _ => throw new InvalidOperationException("No file is read again."), TestContext.Current.CancellationToken);
        return [.. found.OfType<FileInspection>()];
    }

    private static byte[] Index(params byte[][] entries) => IndexOf(Of("}(", entries.Length == 0 ? "" : Of([.. entries.SelectMany((entry, index) => (object[])["K", index, entry])]), "u"));

    private static byte[] IndexOf(byte[] storage) =>
        Of(Proto(4), Import("torch.distributed.checkpoint.metadata", "Metadata"), ")", 0x81, "}(", Text("state_dict_metadata"), "}", Text("storage_data"), storage, "ub.");

    private static byte[] Index(byte[] entry, params object[] behind) => IndexOf(Of("}(", "K", 0, entry, Of(behind), "u"));

    private static byte[] Entry(string file, long offset, long length) => Info("}(", Attributes(file, offset, length), "u");

    private static byte[] Info(params object[] state) => Of(Import("torch.distributed.checkpoint.filesystem", "_StorageInfo"), ")", 0x81, Of(state), "b");

    private static byte[] Attributes(string file, long offset, long length) => Attributes(Text(file), offset, length);

    private static byte[] Attributes(byte[] file, long offset, long length) =>
        Of(Text("relative_path"), file, Text("offset"), 0x8A, 8, Int64(offset), Text("length"), 0x8A, 8, Int64(length));

    private static byte[] Zip((string Name, byte[] Bytes)[] files) => ZipForge.Make([.. files.Select(file => new ForgedMember(file.Name[2..], file.Bytes))]);

    private static byte[] Tar((string Name, byte[] Bytes)[] files)
    {
        using MemoryStream bytes = new();
        using (TarWriter writer = new(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, data) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(data) });
        }

        return bytes.ToArray();
    }

    private static byte[] Central(int offset)
    {
        var header = new byte[CentralSize];
        ZipDirectory.CentralMark.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(42), offset);
        return header;
    }

    private static byte[] Pickle => "cos\nsystem\n(S'id'\ntR."u8.ToArray();

    // An archive of torch.save in whose tensor a pickle lies.
    private static byte[] One { get; } = ZipForge.Make(
        new("m/data.pkl", Of(
            Proto(2), Import("torch._utils", "_rebuild_tensor_v2"), "((", Text("storage"), Import("torch", "ByteStorage"), Text("0"), Text("cpu"), "K", 64, "tQ", "K", 0,
            "K", 64, 0x85, "K", 1, 0x85, 0x89, "NtR.")),
        new("m/data/0", [.. new byte[7], .. Pickle, .. new byte[64 - 7 - Pickle.Length]]),
        new("m/version", "3\n"u8.ToArray()));

    private static long At => One.AsSpan().IndexOf(Pickle);

    private const int CentralSize = 46;
    private const string Part = "__0_0.distcp";
}
