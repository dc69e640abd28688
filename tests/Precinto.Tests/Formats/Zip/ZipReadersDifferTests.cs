using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.Zip;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Zip;

/// <summary>Archives that two readers of zips read differently, by technique.</summary>
public sealed class ZipReadersDifferTests
{
    [Fact]
    public void A_configuration_of_Keras_counts_in_whatever_form_Python_reads_it()
    {
        const string Lambda = """{"class_name": "Functional", "config": {"layers": [{"class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "eA=="}}}}]}}""";
        foreach (var bytes in (byte[][])[Encoding.UTF8.GetBytes(Lambda), [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Lambda)], Encoding.Unicode.GetBytes(Lambda), [.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Lambda)]])
            Assert.Equal(InspectionVerdict.Dangerous, Inspect(ZipForge.Make(new ForgedMember("config.json", bytes), new ForgedMember("a/notes.txt", Notes)), "a.zip").Verdict);
        var broken = Encoding.UTF8.GetBytes(Lambda.Replace("Functional", "\\ud800", StringComparison.Ordinal));
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(ZipForge.Make(new ForgedMember("config.json", broken)), "a.zip").Verdict);
    }

    [Fact]
    public void An_end_record_in_the_comment_whose_own_comment_does_not_fit_is_ambiguous()
    {
        // Python takes the last end mark and cuts the comment; others want the comment to end with the file.
        var visible = ZipForge.Make(new ForgedMember("data.bin", Notes));
        var directory = Directory(visible, out var start);
        byte[] renamed = [.. directory];
        "evil.pkl"u8.CopyTo(renamed.AsSpan(46));
        byte[] comment = [.. renamed, .. End(1, renamed.Length, visible.Length, comment: 9), (byte)'x'];
        visible[^2] = (byte)comment.Length;
        AssertFinding(Inspect([.. visible, .. comment], "a.zip"), ZipRules.TwoDirectories);
        Assert.Equal(start + directory.Length + 22, visible.Length);
    }

    [Fact]
    public void An_end_record_that_states_a_directory_elsewhere_is_ambiguous()
    {
        var visible = ZipForge.Make(new ForgedMember("data.bin", Notes));
        var directory = Directory(visible, out _);
        // Readers that take the stated place find a directory there, those that count back from the record find none.
        byte[] comment = [.. directory, .. Notes, .. End(1, directory.Length, visible.Length, comment: 9)];
        visible[^2] = (byte)comment.Length;
        AssertFinding(Inspect([.. visible, .. comment], "a.zip"), ZipRules.TwoDirectories);
    }

    [Fact]
    public void Two_wide_end_records_are_ambiguous()
    {
        // CVE-2025-8291: some readers go where the locator leads, others take what lies before it.
        var visible = ZipForge.Make(new ForgedMember("data.bin", Notes));
        var directory = Directory(visible, out var start);
        byte[] renamed = [.. directory];
        "evil.pkl"u8.CopyTo(renamed.AsSpan(46));
        var first = visible.Length - 22;
        byte[] bytes = [.. visible[..first], .. WideEnd(directory.Length, start), .. renamed, .. WideEnd(directory.Length, first + 56), .. Locator(first), .. WideMarks()];
        AssertFinding(Inspect(bytes, "a.zip"), ZipRules.TwoDirectories);
    }

    [Fact]
    public void A_wide_end_record_is_read_and_its_size_must_fit()
    {
        var plain = ZipForge.Make(new ForgedMember("a", Notes));
        var directory = Directory(plain, out var start);
        var at = plain.Length - 22;
        byte[] wide = [.. plain[..at], .. WideEnd(directory.Length, start), .. Locator(at), .. WideMarks()];
        Assert.Equal(InspectionVerdict.Clean, Inspect(wide, "a.zip").Verdict);
        // The same behind other bytes, with offsets that are too small by them.
        AssertFinding(Inspect([.. "#!/bin/sh\n"u8, .. wide], "a.sh"), ZipRules.Prepended);
        Assert.DoesNotContain(Inspect([.. "#!/bin/sh\n"u8, .. wide], "a.sh").Findings, finding => finding.Rule == ZipRules.TwoDirectories);

        wide[at + 4]++;
        Assert.Equal(InspectionVerdict.Malformed, Inspect(wide, "a.zip").Verdict);
    }

    [Fact]
    public void A_stored_archive_in_an_archive_is_no_second_directory()
    {
        var inner = ZipForge.Make(new ForgedMember("note.txt", Notes));
        var found = Inspect(ZipForge.Make(new ForgedMember("a.zip", inner)), "b.zip");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Message)));
    }

    [Fact]
    public void Each_other_name_in_an_extra_field_counts()
    {
        ForgedMember member = new("assets/v.txt", Notes) { Extra = [.. OtherName("assets/v.txt"), .. OtherName("config.json")] };
        var found = Inspect(ZipForge.Make(member), "a.zip");
        AssertFinding(found, ZipRules.NamesDiffer);
        AssertFinding(found, ZipRules.HeadersDiffer);
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(member with { Extra = OtherName("assets/v.txt") }), "a.zip").Verdict);
    }

    [Fact]
    public void Extra_fields_that_break_off_are_found()
    {
        ForgedMember member = new("a", Notes);
        AssertFinding(Inspect(ZipForge.Make(member with { Extra = [0x99, 0x99, 200, 0, 1] }), "a.zip"), ZipRules.HeadersDiffer);
        AssertFinding(Inspect(ZipForge.Make(member with { Extra = [1, 0, 0, 0, 1, 0, 0, 0] }), "a.zip"), ZipRules.HeadersDiffer);
        // Programs that align members leave a few zeros.
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(member with { Extra = [0x99, 0x99, 1, 0, 7, 0, 0, 0] }), "a.zip").Verdict);
    }

    [Fact]
    public void Bytes_before_the_first_member_are_never_excused_and_are_inspected()
    {
        ForgedMember[] members = [new("a", Notes)];
        foreach (var found in (FileInspection[])[Inspect(ZipForge.MakeBehind(new byte[4], members), "a.zip"), Inspect([.. new byte[4], .. ZipForge.Make(members)], "a.zip")])
            AssertFinding(found, ZipRules.Prepended);
        var pickle = Inspect(ZipForge.MakeBehind(Pickle, members), "a.bin");
        Assert.Equal(InspectionVerdict.Dangerous, pickle.Verdict);
    }

    [Fact]
    public void A_folder_with_bytes_is_a_file_to_whoever_reads_it_as_one()
    {
        var found = Inspect(ZipForge.Make(new ForgedMember("x/", Pickle) { Size = 0 }), "a.zip");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, ZipRules.WrongSize);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("x/", Pickle) { Size = 0, Deflate = true }), "a.zip"), ZipRules.WrongSize);
    }

    [Theory]
    [InlineData("a.txt:evil")]
    [InlineData("nul")]
    [InlineData("weights/COM1.bin")]
    [InlineData("model.pkl.")]
    [InlineData("model.pkl ")]
    [InlineData("folder. /m.json")]
    public void A_name_that_is_another_one_on_Windows_is_not_clean(string name) =>
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember(name, Notes)), "a.zip"), ZipRules.WindowsName);

    [Theory]
    [InlineData("console.json")]
    [InlineData("com10.json")]
    [InlineData("a..b/.c")]
    public void A_name_that_only_looks_like_one_of_Windows_is_none(string name) =>
        Assert.DoesNotContain(Inspect(ZipForge.Make(new ForgedMember(name, Notes)), "a.zip").Findings, finding => finding.Rule == ZipRules.WindowsName);

    [Fact]
    public void Zeros_that_compress_well_are_no_bomb_below_the_limit()
    {
        var found = Inspect(ZipForge.Make(new ForgedMember("a", new byte[24 << 20]) { Deflate = true }), "a.zip");
        Assert.True(found.Verdict == InspectionVerdict.Unknown, string.Join(", ", found.Findings.Select(finding => finding.Message)));
    }

    [Fact]
    public void Zeros_of_an_array_are_no_bomb_and_zeros_of_nobody_knows_what_are()
    {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000,), }".PadRight(117) + "\n";
        byte[] array = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. new byte[80_000_000]];
        var found = Inspect(ZipForge.Make(new ForgedMember("a.npy", array) { Deflate = true }), "a.npz");
        Assert.True((found.Format, found.Verdict) == ("npz", InspectionVerdict.Clean), string.Join(", ", found.Findings.Select(finding => finding.Message)));
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a.npy", array[128..]) { Deflate = true }), "a.npz"), InspectionRules.ExpansionBomb);
    }

    [Theory]
    [InlineData("data.bin", "schema.json")]
    [InlineData("config.json", "schema.json")]
    [InlineData("a.npy", "schema.json")]
    [InlineData("m/data.pkl", "SCHEMA.JSON")]
    public void A_schema_of_skops_is_judged_in_every_archive(string other, string name)
    {
        var schema = """{"__class__": "system", "__module__": "os", "__loader__": "TypeNode", "__id__": 1, "protocol": 2}"""u8.ToArray();
        foreach (var bytes in (byte[][])[ZipForge.Make(new(other, Notes), new(name, schema)), ZipForge.MakeBehind(new byte[4], new(other, Notes), new(name, schema))])
            Assert.Contains("SKO101", Inspect(bytes, "a.bin").Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_configuration_of_Keras_is_judged_in_every_archive()
    {
        var config = """{"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": {"function": ["4wA=", null, null]}}]}}"""u8.ToArray();
        Assert.Contains("KER101", Inspect(ZipForge.Make(new ForgedMember("config.json", config)), "a.zip").Findings.Select(finding => finding.Code));
        var keras = Inspect(ZipForge.Make(new ForgedMember("config.json", config)), "a.keras");
        Assert.Equal("keras", keras.Format);
        Assert.Contains("KER101", keras.Findings.Select(finding => finding.Code));
        // Other programs have files of these names.
        var found = Inspect(ZipForge.Make(new("config.json", """{"hidden_size": 4}"""u8.ToArray()), new("schema.json", """{"type": "object"}"""u8.ToArray())), "a.zip");
        Assert.True(found is { Format: "zip", Verdict: InspectionVerdict.Clean }, found.Format + string.Join(", ", found.Findings.Select(finding => finding.Message)));
    }

    // Python's zipfile takes the last end record, whatever it says of disks, of members and of its comment, and finds the directory by its size alone.
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 0, 0, 9)]
    [InlineData(1, 7, 0, 9)]
    [InlineData(0, 7, -1, 9)]
    public void An_archive_in_the_comment_of_another_is_noticed(ushort disk, int astray, int missing, ushort comment)
    {
        var first = ZipForge.Make(new ForgedMember("c.json", "{}"u8.ToArray()));
        var second = ZipForge.MakeBehind(first, new ForgedMember("c.json", Pickle)).AsSpan(first.Length).ToArray();
        var end = second.AsSpan(second.Length - 22);
        BitConverter.TryWriteBytes(end[4..], disk);
        BitConverter.TryWriteBytes(end[8..], (ushort)(1 + missing));
        BitConverter.TryWriteBytes(end[10..], (ushort)(1 + missing));
        BitConverter.TryWriteBytes(end[16..], BitConverter.ToInt32(end[16..]) + astray);
        BitConverter.TryWriteBytes(end[20..], comment);
        BitConverter.TryWriteBytes(first.AsSpan(first.Length - 2), (ushort)second.Length);

        Assert.NotEqual(InspectionVerdict.Clean, Inspect([.. first, .. second], "a.zip").Verdict);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect([.. "GGUF"u8, .. new byte[20], .. second], "model.gguf").Verdict);
        AssertFinding(Inspect([.. "{\"a\": 1}"u8, .. second], "config.json"), InspectionRules.ArchiveBehind);
    }

    [Fact]
    public void A_comment_that_holds_no_archive_is_nothing_to_wonder_about()
    {
        var archive = ZipForge.Make(new ForgedMember("c.json", "{}"u8.ToArray()));
        byte[] comment = [.. "PK\u0005\u0006, as every archive has it, and the number of a commit"u8];
        BitConverter.TryWriteBytes(archive.AsSpan(archive.Length - 2), (ushort)comment.Length);
        Assert.Equal(InspectionVerdict.Clean, Inspect([.. archive, .. comment], "a.zip").Verdict);
    }

    private static byte[] Notes => Encoding.UTF8.GetBytes("{\"notes\": \"Some notes, some notes, some notes.\"}");

    // os.system('id') in protocol 0.
    private static byte[] Pickle => "cos\nsystem\n(S'id'\ntR."u8.ToArray();

    private static byte[] Directory(byte[] archive, out int start)
    {
        start = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(archive.Length - 6));
        return archive[start..^22];
    }

    private static byte[] End(int count, int size, int start, int comment) =>
    [
        .. "PK\u0005\u0006"u8, 0, 0, 0, 0, .. BitConverter.GetBytes((ushort)count), .. BitConverter.GetBytes((ushort)count),
        .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(start), .. BitConverter.GetBytes((ushort)comment),
    ];

    private static byte[] WideEnd(int size, int start) =>
    [
        .. "PK\u0006\u0006"u8, .. BitConverter.GetBytes(44L), 45, 0, 45, 0, .. new byte[8], .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(1L),
        .. BitConverter.GetBytes((long)size), .. BitConverter.GetBytes((long)start),
    ];

    private static byte[] Locator(int position) => [.. "PK\u0006\u0007"u8, 0, 0, 0, 0, .. BitConverter.GetBytes((long)position), 1, 0, 0, 0];

    private static byte[] WideMarks() => [.. "PK\u0005\u0006"u8, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 12), 0, 0];

    private static byte[] OtherName(string name)
    {
        byte[] data = [1, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(name)];
        return [0x75, 0x70, .. BitConverter.GetBytes((ushort)data.Length), .. data];
    }
}
