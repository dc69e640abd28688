using System.Text;
using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Zip;

public sealed class ZipFormatTests
{
    [Fact]
    public void An_archive_stored_at_the_end_of_another_is_no_second_directory()
    {
        var inner = ZipForge.Make(new ForgedMember("a.json", "{}"u8.ToArray()));
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(new ForgedMember("inner.zip", inner)), "a.zip").Verdict);
        AssertFinding(Inspect([.. inner, .. ZipForge.Make(new ForgedMember("b.json", "{}"u8.ToArray()))], "a.zip"), ZipRules.TwoDirectories);
    }

    [Fact]
    public void Members_are_inspected_by_their_bytes_whatever_their_names()
    {
        var model = OnnxForge.Adder(OnnxForge.External("w", "/etc/passwd"));
        foreach (var deflate in (ReadOnlySpan<bool>)[false, true])
        {
            var found = Inspect(ZipForge.Make(new("notes.txt", "Some notes."u8.ToArray()), new("picture.png", model) { Deflate = deflate }), "a.zip");
            Assert.Equal(("zip", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
            Assert.Equal("picture.png", Assert.Single(found.Findings, finding => finding.Code == "ONX101").Member);
            Assert.Equal([KeyValuePair.Create("onnx", 1L), KeyValuePair.Create("unknown", 1L)], found.Facts.Parts);
        }
    }

    [Fact]
    public void What_macOS_puts_beside_files_is_nothing_to_wonder_about()
    {
        byte[] attributes = [0, 5, 0x16, 7, 0, 2, 0, 0, .. new byte[100]];
        byte[] folder = [0, 0, 0, 1, .. "Bud1"u8, .. new byte[100]];
        var found = Inspect(ZipForge.Make(new("m.json", "{}"u8.ToArray()), new("__MACOSX/._m.pkl", attributes), new(".DS_Store", folder)), "a.zip");
        Assert.Equal((InspectionVerdict.Clean, 0), (found.Verdict, found.Findings.Count));

        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("m.pkl", attributes)), "a.zip"), InspectionRules.NameDisagrees);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("._m.pkl", folder)), "a.zip"), InspectionRules.NameDisagrees);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(ZipForge.Make(new ForgedMember("._m.pkl", "cposix\nsystem\n(Vid\ntR."u8.ToArray())), "a.zip").Verdict);
    }

    [Fact]
    public void An_archive_in_an_archive_is_inspected_too()
    {
        var inner = ZipForge.Make(new ForgedMember("m", OnnxForge.Adder(OnnxForge.External("w", "/etc/passwd"))));
        var found = Inspect(ZipForge.Make(new ForgedMember("inner", inner) { Deflate = true }), "a.zip");
        Assert.Equal("inner!m", Assert.Single(found.Findings, finding => finding.Code == "ONX101").Member);
    }

    [Fact]
    public void Archives_nested_without_end_stop_at_the_limit()
    {
        var bytes = ZipForge.Make(new ForgedMember("a", Notes));
        for (var depth = 0; depth < 80; depth++)
            bytes = ZipForge.Make(new ForgedMember("a", bytes));
        AssertFinding(Inspect(bytes, "a.zip"), InspectionRules.TooDeep);
    }

    [Theory]
    [InlineData("../a", "ZIP104")]
    [InlineData("a/../../b", "ZIP104")]
    [InlineData("/etc/passwd", "ZIP104")]
    [InlineData("..\\a", "ZIP104")]
    [InlineData("\\a", "ZIP104")]
    [InlineData("c:\\a", "ZIP104")]
    [InlineData("a\\b", "ZIP105")]
    [InlineData("a\0.txt", "ZIP105")]
    [InlineData("", "ZIP105")]
    public void A_name_that_leads_elsewhere_is_found(string name, string code)
    {
        var found = Inspect(ZipForge.Make(new ForgedMember(name, Notes)), "a.zip");
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        Assert.Equal(code == "ZIP104" ? InspectionVerdict.Dangerous : InspectionVerdict.Suspicious, found.Verdict);
    }

    [Fact]
    public void Names_that_occur_twice_are_found()
    {
        AssertFinding(Inspect(ZipForge.Make(new("a", Notes), new("a", Notes)), "a.zip"), ZipRules.Duplicate);
        AssertFinding(Inspect(ZipForge.Make(new("a/B", Notes), new("A/b", Notes)), "a.zip"), ZipRules.DuplicateByCase);
    }

    [Fact]
    public void The_two_views_must_agree()
    {
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("data.pkl", Notes) { LocalName = "datap.kl" }), "a.zip"), ZipRules.NamesDiffer);

        var bytes = ZipForge.Make(new ForgedMember("a", Notes));
        bytes[8] = 8; // The method in the local header.
        AssertFinding(Inspect(bytes, "a.zip"), ZipRules.HeadersDiffer);
    }

    [Fact]
    public void A_member_that_the_directory_does_not_list_is_found()
    {
        var found = Inspect(ZipForge.Make(new("a", Notes), new("hidden", Notes) { IsListed = false }, new("b", Notes)), "a.zip");
        Assert.Contains("local header", Assert.Single(found.Findings, finding => finding.Rule == ZipRules.Hidden).Message, StringComparison.Ordinal);
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
    }

    [Fact]
    public void Bytes_around_and_between_are_found()
    {
        var bytes = ZipForge.Make(new ForgedMember("a", Notes) { Behind = Encoding.ASCII.GetBytes(new string('x', 100)) });
        AssertFinding(Inspect(bytes, "a.zip"), ZipRules.Hidden);

        var plain = ZipForge.Make(new ForgedMember("a", Notes));
        var prepended = Inspect([.. "#!/bin/sh\n"u8, .. plain], "a.sh");
        Assert.Equal("zip", prepended.Format);
        AssertFinding(prepended, ZipRules.Prepended);
        AssertFinding(Inspect([.. plain, .. "more"u8], "a.zip"), InspectionRules.TrailingBytes);
    }

    [Fact]
    public void Bytes_behind_deflated_data_are_found()
    {
        foreach (var count in (ReadOnlySpan<int>)[1, 31, 32, 33, 5000])
            AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Deflate = true, Behind = new byte[count] }), "a.zip"), ZipRules.Hidden);
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Deflate = true }), "a.zip").Verdict);
    }

    [Fact]
    public void Overlapping_members_are_read_once()
    {
        ForgedMember[] members = [new("a", Notes), .. Enumerable.Range(0, 50).Select(index => new ForgedMember($"b{index}", []) { HeaderOffset = 0, LocalName = "a", Size = (uint)Notes.Length, Crc = ZipForge.Crc(Notes) })];
        var found = Inspect(ZipForge.Make(members), "a.zip");
        AssertFinding(found, ZipRules.Overlap);
        Assert.Equal(1, found.Facts.Parts.Sum(part => part.Value));
    }

    [Fact]
    public void A_wrong_checksum_or_size_is_found()
    {
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Crc = 1 }), "a.zip"), ZipRules.WrongChecksum);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Deflate = true, Size = 3 }), "a.zip"), ZipRules.WrongSize);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Deflate = true, Size = 3000 }), "a.zip"), ZipRules.WrongSize);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a", Notes) { Size = 3 }), "a.zip"), ZipRules.WrongSize);
    }

    [Theory]
    [InlineData(0x0001)]
    [InlineData(0x0020)]
    [InlineData(0x0040)]
    [InlineData(0x2000)]
    public void A_member_that_only_claims_encryption_is_inspected(int flag)
    {
        var model = OnnxForge.Adder(OnnxForge.External("w", "/etc/passwd"));
        var found = Inspect(ZipForge.Make(new ForgedMember("m", model) { Flags = (ushort)flag }), "a.zip");
        AssertFinding(found, ZipRules.FalseEncryption);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        // A wrong checksum does not hide it either.
        found = Inspect(ZipForge.Make(new ForgedMember("m", model) { Flags = (ushort)flag, Crc = 1 }), "a.zip");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Fact]
    public void What_cannot_be_read_is_suspicious()
    {
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("m", Notes) { Flags = 1, Crc = 1 }), "a.zip"), InspectionRules.Encrypted);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("m", Notes) { Method = 99 }), "a.zip"), ZipRules.UnknownMethod);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("m", Notes) { ExternalAttributes = 0xA1FF0000 }), "a.zip"), ZipRules.Link);
    }

    // os.system('id') in protocol 0, as bzip2, LZMA, xz and Zstandard compress it.
    public static TheoryData<ushort, string> Compressed => new()
    {
        { 12, "QlpoOTFBWSZTWR8vIqUAAATTgAAQAMEYAA4ijCAgACIhobRPKYpgACi8jgQkuCV+mTWLuSKcKEgPl5FSgA==" },
        { 14, "CQQFAF0AAIAAADGbysayfGXf35FZn7HWfi1xagVxVkzy8yiX//+YzgAA" },
        { 95, "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAUY29zCnN5c3RlbQooUydpZCcKdFIuAAAAALWMMK4LlRasAAEtFS8LcW0ftvN9AQAAAAAEWVo=" },
        { 20, "KLUv/QRYqQAAY29zCnN5c3RlbQooUydpZCcKdFIuM9dh7w==" },
        { 93, "KLUv/QRYqQAAY29zCnN5c3RlbQooUydpZCcKdFIuM9dh7w==" },
    };

    [Theory]
    [MemberData(nameof(Compressed))]
    public void A_member_is_read_whichever_way_it_is_compressed(ushort method, string base64)
    {
        byte[] pickle = "cos\nsystem\n(S'id'\ntR."u8.ToArray();
        var data = Convert.FromBase64String(base64);
        // The stream of LZMA ends in a mark.
        ForgedMember member = new("a.pkl", data) { Method = method, Crc = ZipForge.Crc(pickle), Size = (uint)pickle.Length, Flags = (ushort)(method == 14 ? 2 : 0) };
        var found = Inspect(ZipForge.Make(member), "a.zip");
        Assert.Equal([new("pickle", 1)], found.Facts.Parts);
        Assert.All(found.Findings, finding => Assert.StartsWith("PKL", finding.Code, StringComparison.Ordinal));
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);

        AssertFinding(Inspect(ZipForge.Make(member with { Size = 7 }), "a.zip"), ZipRules.WrongSize);
        AssertFinding(Inspect(ZipForge.Make(member with { Crc = 7 }), "a.zip"), ZipRules.WrongChecksum);
        AssertFinding(Inspect(ZipForge.Make(member with { Data = [.. data, .. "what nobody reads"u8] }), "a.zip"), ZipRules.Hidden);
        for (var index = 0; index < data.Length; index++)
        {
            var changed = (byte[])data.Clone();
            changed[index] ^= 0xFF;
            Assert.NotNull(Inspect(ZipForge.Make(member with { Data = changed }), "a.zip"));
        }

        for (var length = 0; length < data.Length; length++)
            Assert.NotEqual(InspectionVerdict.Clean, Inspect(ZipForge.Make(member with { Data = data[..length] }), "a.zip").Verdict);
    }

    // 250 MiB of zeros.
    private static byte[] Zeros { get; } = Convert.FromBase64String(
        "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1kOCeLfAV+OQADAAAAIIAAwgE1GQqAlqQqAlzFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZC"
        + "oCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1m8UhvKAPoPQBDAAAAIAAggADDMCappoKqQbUCqkHi7kinChIZMWa8I");

    [Theory]
    [InlineData(250 << 20, "FMT007")]
    [InlineData(31 << 20, "ZIP115")]
    [InlineData(100, "ZIP115")]
    public void A_bomb_of_another_method_expands_no_further_than_it_declares(int size, string code)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(ZipForge.Make(new ForgedMember("bomb", Zeros) { Method = 12, Crc = 1, Size = (uint)size }), "a.zip");
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 160 << 20);
    }

    [Fact]
    public void Members_that_each_take_a_decompressor_of_megabytes_are_bounded()
    {
        InspectionContext file = new(InspectionLimits.Default) { FileLength = 40_960 };
        var inner = file.Enter("a.zip").Enter("b.zip");
        Assert.Equal(1024 + 10, Enumerable.Range(0, 5000).Count(_ => inner.TryDecompress()));
        Assert.False(file.TryDecompress());
    }

    [Fact]
    public void A_bomb_is_found_before_it_takes_memory()
    {
        var bytes = ZipForge.Make(new ForgedMember("bomb", new byte[192 << 20]) { Deflate = true });
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertFinding(Inspect(bytes, "a.zip"), InspectionRules.ExpansionBomb);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);

        // A declared size that the data cannot reach takes no memory either.
        bytes = ZipForge.Make(new ForgedMember("a", Notes) { Deflate = true, Size = 15 << 20 });
        before = GC.GetAllocatedBytesForCurrentThread();
        AssertFinding(Inspect(bytes, "a.zip"), ZipRules.WrongSize);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Archives_in_archives_do_not_multiply_their_ratios()
    {
        // Each member stays below the limit for one; the bytes of the file itself bound them all.
        var zeros = new byte[15 << 20];
        var inner = ZipForge.Make([.. Enumerable.Range(0, 12).Select(index => new ForgedMember($"z{index}", zeros) { Deflate = true })]);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("inner", inner) { Deflate = true }), "a.zip"), InspectionRules.ExpansionBomb);
    }

    [Fact]
    public void An_end_record_in_the_comment_is_ambiguous()
    {
        var first = ZipForge.Make(new ForgedMember("a", Notes));
        var second = ZipForge.Make(new ForgedMember("b", Notes));
        first[^2] = (byte)second.Length; // The second archive is the comment of the first.
        AssertFinding(Inspect([.. first, .. second], "a.zip"), ZipRules.TwoDirectories);
    }

    [Fact]
    public void More_members_than_the_directory_can_hold_are_malformed()
    {
        var bytes = ZipForge.Make(new ForgedMember("a", Notes));
        bytes[^12] = 0xFF;
        bytes[^11] = 0xFE;
        bytes[^14] = 0xFF;
        Assert.Equal(InspectionVerdict.Malformed, Inspect(bytes, "a.zip").Verdict);
    }

    [Fact]
    public void What_the_framework_writes_is_clean()
    {
        foreach (var isSeekable in (ReadOnlySpan<bool>)[true, false])
        {
            MemoryStream output = new();
            using (System.IO.Compression.ZipArchive archive = new(isSeekable ? output : new ForwardStream(output), System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var name in (ReadOnlySpan<string>)["folder/", "folder/a.txt", "b.txt"])
                {
                    using var member = archive.CreateEntry(name).Open();
                    if (!name.EndsWith('/'))
                        member.Write(Notes);
                }
            }

            var found = Inspect(output.ToArray(), "a.zip");
            Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Message)));
        }
    }

    [Fact]
    public void The_checksum_is_that_of_zip()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Append(0, "123"u8), "456789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = ZipForge.Make(new("a.txt", Notes), new("b/c.txt", Notes) { Deflate = true });
        AssertTruncationsAreNoticed(bytes, "a.zip");
        AssertFlipsAreSurvived(bytes, "a.zip");
    }

    private static byte[] Notes => Encoding.UTF8.GetBytes("{\"notes\": \"Some notes, some notes, some notes.\"}");

    /// <summary>Cannot seek, so that the writer puts sizes behind the data.</summary>
    private sealed class ForwardStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
