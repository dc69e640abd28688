using System.Diagnostics;
using Precinto.Formats.SevenZip;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.SevenZip;

public sealed class SevenZipFormatTests
{
    [Fact]
    public void A_folder_packed_by_Zstandard_is_unpacked()
    {
        byte[] pickle = "cos\nsystem\n(S'id'\ntR."u8.ToArray();
        var packed = Convert.FromBase64String("KLUv/QRYqQAAY29zCnN5c3RlbQooUydpZCcKdFIuM9dh7w==");
        var found = Inspect(SevenZipForge.Pack([1, 0x24, 0x04, 0xF7, 0x11, 0x01, 5, 1, 5, 3, 0, 0], packed, [pickle.Length], new SevenZipMember("a.pkl", pickle)), "a.7z");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Equal([new("pickle", 1)], found.Facts.Parts);
    }

    [Fact]
    public void An_archive_is_clean_and_its_members_are_known()
    {
        var found = Inspect(Plain(), "a.7z");
        Assert.Empty(found.Findings.Select(finding => finding.Code).Except(["SVZ112"]));
        Assert.Equal(("7z", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal([new("json", 1), new("unknown", 1)], found.Facts.Parts);
    }

    [Fact]
    public void An_archive_of_nothing_is_clean_only_if_there_is_nothing()
    {
        var empty = SevenZipForge.Frame([], []);
        Assert.Equal(InspectionVerdict.Clean, Inspect(empty, "a.7z").Verdict);
        AssertFinding(Inspect(SevenZipForge.Frame("hidden"u8.ToArray(), []), "a.7z"), SevenZipRules.Hidden);
        AssertFinding(Inspect([.. empty, 1, 2, 3], "a.7z"), InspectionRules.TrailingBytes);
    }

    [Fact]
    public void Bytes_that_no_folder_or_no_member_has_are_noticed()
    {
        byte[] size = SevenZipForge.Number(Pickle.Length);
        AssertFinding(Inspect(SevenZipForge.Frame(Pickle, [1, 4, 6, 0, 1, 9, .. size, 0, 0, 0]), "a.7z"), InspectionRules.Malformed);
        var found = Inspect(SevenZipForge.Frame(Pickle, [1, 4, 6, 0, 1, 9, .. size, 0, 7, 0xB, 1, 0, 1, 1, 0, 0xC, .. size, 0, 8, 0xD, 0, 0, 0, 0]), "a.7z");
        AssertFinding(found, SevenZipRules.Hidden);
    }

    [Fact]
    public void Archives_in_archives_are_read_once_each()
    {
        var inner = "hello"u8.ToArray();
        for (var depth = 0; depth < 24; depth++)
            inner = SevenZipForge.Make(new SevenZipMember("z.zip", ZipForge.Make(new ForgedMember("a.7z", inner))));
        var watch = Stopwatch.StartNew();
        Inspect(inner, "a.7z");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("model.pt")]
    [InlineData("a.7z")]
    public void A_pickle_is_found_whatever_it_and_the_archive_are_called(string name)
    {
        // The archives of nullifAI were called model.pt, and unpacked by whoever loaded them.
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(SevenZipForge.Make(new SevenZipMember("notes.txt", Pickle)), name).Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Convert.FromBase64String(PickleInLzma), name).Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Convert.FromBase64String(PickleInLzma2), name).Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(SevenZipForge.Make(new SevenZipMember("inner", SevenZipForge.Make(new SevenZipMember("x", Pickle)))), name).Verdict);
    }

    [Theory]
    [InlineData("../x", "SVZ101", InspectionVerdict.Dangerous)]
    [InlineData("/x", "SVZ101", InspectionVerdict.Dangerous)]
    [InlineData("a\\..\\..\\x", "SVZ101", InspectionVerdict.Dangerous)]
    [InlineData("a\\x", "SVZ106", InspectionVerdict.Suspicious)]
    [InlineData("", "SVZ106", InspectionVerdict.Suspicious)]
    [InlineData("b.json", "SVZ104", InspectionVerdict.Malformed)]
    [InlineData("./b.json", "SVZ104", InspectionVerdict.Malformed)]
    [InlineData("B.json", "SVZ105", InspectionVerdict.Suspicious)]
    public void A_name_is_judged_by_where_it_leads(string name, string code, InspectionVerdict verdict)
    {
        var found = Inspect(SevenZipForge.Make(new SevenZipMember("b.json", Json), new SevenZipMember(name, Json)), "a.7z");
        Assert.Equal(verdict, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    // A reparse point of Windows, and a symbolic link of Unix; 7-Zip unpacks a file where it cannot make one.
    [Theory]
    [InlineData(0x00000420u)]
    [InlineData(0x81A48420u)]
    [InlineData(0xA1FF8000u)]
    public void A_link_whose_target_is_a_model_is_inspected_as_one(uint attributes) =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(SevenZipForge.Make(new SevenZipMember("x.pkl", "cos\nsystem\n(S'id'\ntR."u8.ToArray()) { Attributes = attributes }), "a.7z").Verdict);

    [Theory]
    [InlineData("b.json", "SVZ110", InspectionVerdict.Suspicious)]
    [InlineData("../../etc/passwd", "SVZ102", InspectionVerdict.Dangerous)]
    [InlineData("/etc/passwd", "SVZ102", InspectionVerdict.Dangerous)]
    public void A_link_is_judged_by_where_it_leads(string target, string code, InspectionVerdict verdict)
    {
        SevenZipMember link = new("l", System.Text.Encoding.UTF8.GetBytes(target)) { Attributes = 0xA1FF8000 };
        var found = Inspect(SevenZipForge.Make(new SevenZipMember("b.json", Json), link), "a.7z");
        Assert.Equal(verdict, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        AssertFinding(Inspect(SevenZipForge.Make(new SevenZipMember("l/x", Json), link), "a.7z"), verdict == InspectionVerdict.Dangerous ? SevenZipRules.ThroughLink : SevenZipRules.Link);
    }

    [Fact]
    public void Members_without_bytes_are_told_apart()
    {
        var found = Inspect(SevenZipForge.Make(new("folder", null), new("none", null) { IsEmptyFile = true }, new("a.json", Json)), "a.7z");
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
        AssertFinding(Inspect(SevenZipForge.Make(new("gone", null) { IsEmptyFile = true, IsAnti = true }, new("a.json", Json)), "a.7z"), SevenZipRules.AntiItem);
    }

    [Fact]
    public void A_wrong_checksum_is_noticed() =>
        AssertFinding(Inspect(SevenZipForge.Make(new SevenZipMember("a.json", Json) { Checksum = 1 }), "a.7z"), SevenZipRules.WrongChecksum);

    [Theory]
    [InlineData(new byte[] { 1, 0x04, 3, 3, 5, 1 }, "SVZ109")]
    [InlineData(new byte[] { 1, 0x23, 3, 4, 1, 5, 6, 0, 0, 1, 0 }, "SVZ109")]
    [InlineData(new byte[] { 1, 0x24, 6, 0xF1, 7, 1, 2, 0x13, 0 }, "FMT008")]
    [InlineData(new byte[] { 2, 1, 0, 1, 0, 0, 0 }, "SVZ109")]
    [InlineData(new byte[] { 1, 0x23, 3, 1, 1, 5, 0xFF, 0, 0, 1, 0 }, "SVZ109")]
    public void What_is_packed_by_something_else_is_not_clean(byte[] coder, string code)
    {
        // The number of coders also says how many sizes there are.
        var sizes = coder[0] == 2 ? new long[] { Json.Length, Json.Length } : [Json.Length];
        var found = Inspect(SevenZipForge.Pack(coder, Json, sizes, new SevenZipMember("a.json", Json)), "a.7z");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_dictionary_of_gigabytes_costs_nothing()
    {
        byte[] coder = [1, 0x21, 0x21, 1, 40];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(SevenZipForge.Pack(coder, [1, 0, 7, .. Json, 0], [Json.Length], new SevenZipMember("a.json", Json)), "a.7z");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void What_expands_beyond_all_proportion_is_a_bomb()
    {
        byte[] coder = [1, 0x21, 0x21, 1, 24];
        byte[] header = [1, 4, 6, 0, 1, 9, 4, 0, 7, 11, 1, 0, .. coder, 12, 0xF0, 0, 0, 0, 0x80, 0, 0, 5, 1, 17, 5, 0, (byte)'a', 0, 0, 0, 0, 0];
        var found = Inspect(SevenZipForge.Frame([1, 2, 3, 4], header), "a.7z");
        AssertFinding(found, InspectionRules.ExpansionBomb);
    }

    [Theory]
    [InlineData(new byte[] { 1, 3, 4, 2, 2 })]
    [InlineData(new byte[] { 1, 3, 4, 1, 8 })]
    public void Streams_without_number_cost_little(byte[] coder)
    {
        const int Count = 20_000;
        var ones = Enumerable.Repeat((byte)1, Count).ToArray();
        byte[] header =
        [
            1, 4, 6, 0, .. SevenZipForge.Number(Count), 9, .. ones, 0, 7, 11, .. SevenZipForge.Number(Count), 0, .. Enumerable.Repeat(coder, Count).SelectMany(bytes => bytes),
            12, .. ones, 0, 0, 5, .. SevenZipForge.Number(Count), 17, .. SevenZipForge.Number((4 * Count) + 1), 0, .. Enumerable.Repeat(new byte[] { 97, 0, 0, 0 }, Count).SelectMany(bytes => bytes), 0, 0,
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Inspect(SevenZipForge.Frame(new byte[Count], header), "a.7z");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 800 << 20);
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
    }

    [Fact]
    public void What_arrives_before_a_stream_breaks_is_inspected()
    {
        // Chunks of LZMA2 that are stored, as large as they can be; the third is none.
        byte[] data = [.. Pickle, .. new byte[0x20000 - Pickle.Length]];
        byte[] packed = [1, 0xFF, 0xFF, .. data[..0x10000], 2, 0xFF, 0xFF, .. data[0x10000..], 0x55];
        byte[] declared = [.. data, .. new byte[1000]];
        var found = Inspect(SevenZipForge.Pack([1, 0x21, 0x21, 1, 1], packed, [declared.Length + 8], new SevenZipMember("a", declared), new SevenZipMember("b", Json)), "a.7z");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, InspectionRules.Malformed);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertTruncationsAreNoticed(Plain(), "a.7z");
        AssertFlipsAreSurvived(Plain(), "a.7z");
        AssertFlipsAreSurvived(Convert.FromBase64String(PickleInLzma), "a.7z");
        AssertFlipsAreSurvived(Convert.FromBase64String(PickleInLzma2), "a.7z");
    }

    [Fact]
    public void A_header_whose_checksum_was_put_right_is_survived()
    {
        var valid = Plain();
        var start = 32 + (int)BitConverter.ToInt64(valid, 12);
        for (var index = start; index < valid.Length; index++)
        {
            foreach (var value in (ReadOnlySpan<byte>)[0, 1, 0x7F, 0x80, 0xFF])
            {
                byte[] header = [.. valid[start..index], value, .. valid[(index + 1)..]];
                var before = GC.GetAllocatedBytesForCurrentThread();
                Inspect(SevenZipForge.Frame(valid[32..start], header), "a.7z");
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
            }
        }
    }

    [Theory]
    [InlineData("clean", "-m0=LZMA")]
    [InlineData("clean", "-m0=LZMA2")]
    [InlineData("clean", "-m0=BZip2")]
    [InlineData("clean", "-m0=Deflate")]
    [InlineData("clean", "-m0=Copy")]
    [InlineData("clean", "-ms=off")]
    [InlineData("clean", "-mhc=off")]
    [InlineData("suspicious", "-m0=PPMd")]
    [InlineData("clean", "-m0=BCJ", "-m1=LZMA")]
    [InlineData("suspicious", "-m0=BCJ2", "-m1=LZMA", "-m2=LZMA", "-m3=LZMA")]
    [InlineData("suspicious", "-m0=Delta", "-m1=LZMA")]
    [InlineData("suspicious", "-psecret")]
    [InlineData("suspicious", "-psecret", "-mhe=on")]
    public void What_7_zip_writes_is_read(string verdict, params string[] options)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllBytes(folder["a.json"], Json);
        File.WriteAllText(folder["sub/large.json"], "[" + string.Join(',', Enumerable.Range(0, 40_000)) + "]");
        File.WriteAllBytes(folder["empty"], []);
        Pack(folder.Path, ["a", "-t7z", .. options, "a.7z", "a.json", "sub", "empty"]);

        var found = Inspect(File.ReadAllBytes(folder["a.7z"]), "a.7z");
        Assert.True(found.Verdict == Enum.Parse<InspectionVerdict>(verdict, ignoreCase: true), found.Verdict + string.Join(", ", found.Findings.Select(finding => finding.Code + finding.Message)));
        if (verdict == "clean")
            Assert.Equal([new("json", 2)], found.Facts.Parts);
    }

    [Fact]
    public void Machine_code_that_was_filtered_comes_out_as_it_was()
    {
        // Every call is in it, and every byte that only looks like one; its checksum tells.
        Random random = new(5);
        var code = new byte[300_000];
        for (var index = 0; index < code.Length; index++)
            code[index] = random.Next(3) switch { 0 => (byte)(0xE8 + random.Next(2)), 1 => (byte)(random.Next(2) * 0xFF), _ => (byte)random.Next(256) };
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["code"], code);
        Pack(folder.Path, ["a", "-t7z", "-m0=BCJ", "-m1=LZMA2", "a.7z", "code"]);
        Assert.Equal(["SVZ112"], Inspect(File.ReadAllBytes(folder["a.7z"]), "a.7z").Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void The_collected_archive_is_dangerous() =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Fixtures.Read("inspect", "malicious/picklescan/malicious1.7z"), "malicious1.7z").Verdict);

    private static void Pack(string folder, string[] arguments)
    {
        ProcessStartInfo start = new("7zz", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("7zz is absent: it is in Debian's 7zip.");
        }
    }

    private static byte[] Plain() => SevenZipForge.Make(new("a.json", Json), new("readme", "words"u8.ToArray()), new("folder", null));

    private static byte[] Json => "{\"a\": 1}"u8.ToArray();

    // os.system('id') in protocol 0.
    private static byte[] Pickle => "cos\nsystem\n(S'id'\ntR."u8.ToArray();

    // As 7-Zip 26 packs the same pickle: by LZMA with its header packed as well, and by LZMA2.
    private const string PickleInLzma = "N3q8ryccAATqefNfkQAAAAAAAAAgAAAAAAAAACVWeeQAPYiIIjcoQNNt5VXNR2fu6+m+7vVj6slt4sUHon4hxRogYAAAAIEzB64P0Es5PJ8/R0Fc9mccFgVYhojclT29JGWHurpmlFDWfMdmJDXx/gLMNgvaU8LZTFPkE23r7jNhAdy6ljAATyC5rPw+vwGH115z5h4a/gdJLOocSKIMAkbjkAyujU7owpWNrqOKIAAAFwYkAQltAAcLAQABIwMBAQVdABAAAAx2CgGWNrTWAAA=";
    private const string PickleInLzma2 = "N3q8ryccAASnmxuyGQAAAAAAAABiAAAAAAAAAA9ur7MBABRjb3MKc3lzdGVtCihTImlkIgp0Ui4AAQQGAAEJGQAHCwEAASEhAQAMFQAICgGqxLinAAAFARkMAAAAAAAAAAAAAAAAERcAcgBlAGEAZABtAGUALgB0AHgAdAAAABkEAAAAABQKAQDSevk6JXvdARUGAQAggKSBAAA=";
}
