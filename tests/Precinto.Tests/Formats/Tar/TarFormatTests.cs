using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Precinto.Formats.Archives;
using Precinto.Formats.Tar;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Tar;

public sealed class TarFormatTests
{
    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void An_archive_of_each_kind_is_clean_and_its_members_are_known(TarEntryFormat format)
    {
        var name = format == TarEntryFormat.V7 ? "model.json" : string.Join('/', Enumerable.Repeat("folder-with-a-long-name", format == TarEntryFormat.Ustar ? 6 : 20)) + "/model.json";
        var found = Inspect(Make(format, ("dir/", null, TarEntryType.Directory, null), (name, Json, File(format), null), ("readme", "words"u8.ToArray(), File(format), null)), "a.tar");
        Assert.True(found is { Format: "tar", Verdict: InspectionVerdict.Clean }, found.Format + string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
        Assert.Equal([new("json", 1), new("unknown", 1)], found.Facts.Parts);
    }

    [Fact]
    public void A_link_within_the_archive_is_clean() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(TarEntryFormat.Pax, ("a/m.json", Json, TarEntryType.RegularFile, null), ("b/l", null, TarEntryType.SymbolicLink, "../a/m.json"),
            ("h", null, TarEntryType.HardLink, "a/m.json")), "a.tar").Verdict);

    [Theory]
    [InlineData("../x", null, "TAR101")]
    [InlineData("/x", null, "TAR101")]
    [InlineData("a/../../x", null, "TAR101")]
    [InlineData("C:\\x", null, "TAR101")]
    [InlineData("l", "/etc/passwd", "TAR102")]
    [InlineData("a/l", "../../x", "TAR102")]
    public void What_is_unpacked_outside_is_dangerous(string name, string? target, string code)
    {
        var found = Inspect(Make(TarEntryFormat.Pax, (name, target is null ? Json : null, target is null ? TarEntryType.RegularFile : TarEntryType.SymbolicLink, target)), "a.tar");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void Links_and_devices_that_unpack_elsewhere_are_dangerous()
    {
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, ("h", null, TarEntryType.HardLink, "../x")), "a.tar"), TarRules.LinkOutside);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, ("p", null, TarEntryType.Fifo, null)), "a.tar"), TarRules.Device);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, ("a", null, TarEntryType.SymbolicLink, "/b"), ("a/x", Json, TarEntryType.RegularFile, null)), "a.tar"), TarRules.ThroughLink);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, ("a", null, TarEntryType.SymbolicLink, "../b"), ("a", Json, TarEntryType.RegularFile, null)), "a.tar"), TarRules.ThroughLink);
    }

    [Fact]
    public void The_tree_of_an_operating_system_is_not_dangerous()
    {
        (string, byte[]?, TarEntryType, string?)[] merged =
        [
            ("usr/bin/env", Json, TarEntryType.RegularFile, null), ("bin", null, TarEntryType.SymbolicLink, "usr/bin"), ("bin/sh", Json, TarEntryType.RegularFile, null),
            ("etc/hosts", Json, TarEntryType.RegularFile, null), ("var/lib/a", Json, TarEntryType.RegularFile, null),
        ];
        var found = Inspect(Make(TarEntryFormat.Pax, merged), "a.tar");
        AssertFinding(found, TarRules.Link);
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);

        found = Inspect(Make(TarEntryFormat.Pax, [.. merged, ("etc/mtab", null, TarEntryType.SymbolicLink, "/proc/mounts"), ("var/run", null, TarEntryType.SymbolicLink, "/run")]), "a.tar");
        AssertFinding(found, TarRules.RootedLink);
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
    }

    [Fact]
    public void What_is_unpacked_through_a_link_over_another_member_is_not_clean() =>
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, ("b/x", Json, TarEntryType.RegularFile, null), ("a", null, TarEntryType.SymbolicLink, "b"), ("a/x", Json, TarEntryType.RegularFile, null)), "a.tar"),
            TarRules.Duplicate);

    [Fact]
    public void Names_that_are_others_on_Windows_are_said()
    {
        var found = Inspect(Make(TarEntryFormat.Pax, ("usr/libc6:amd64.list", Json, TarEntryType.RegularFile, null)), "a.tar");
        AssertFinding(found, TarRules.WindowsName);
        Assert.Equal(InspectionVerdict.Clean, found.Verdict);
    }

    [Theory]
    [InlineData("a/b/../../../etc/passwd")]
    [InlineData("d/../../x")]
    [InlineData("x")]
    public void A_link_that_leads_out_through_another_one_or_back_is_dangerous_whichever_comes_first(string target)
    {
        (string, byte[]?, TarEntryType, string?) first = ("d", null, TarEntryType.SymbolicLink, "a");
        (string, byte[]?, TarEntryType, string?) second = ("x", null, TarEntryType.SymbolicLink, target);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, first, second), "a.tar"), TarRules.LinkOutside);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, second, first), "a.tar"), TarRules.LinkOutside);
    }

    [Theory]
    [InlineData("a/../m")]
    [InlineData("d/m")]
    public void A_link_that_stays_inside_through_another_one_or_back_is_none_to_worry_about(string target) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(TarEntryFormat.Pax, ("m", Json, TarEntryType.RegularFile, null), ("d", null, TarEntryType.SymbolicLink, "a"),
            ("x", null, TarEntryType.SymbolicLink, target)), "a.tar").Verdict);

    [Fact]
    public void A_link_counts_from_where_the_links_before_it_put_it()
    {
        (string, byte[]?, TarEntryType, string?) first = ("a/b", null, TarEntryType.SymbolicLink, "..");
        (string, byte[]?, TarEntryType, string?) second = ("a/b/l", null, TarEntryType.SymbolicLink, "../x");
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, first, second), "a.tar"), TarRules.LinkOutside);
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, second, first), "a.tar"), TarRules.LinkOutside);

        // What is called l/m lies beside the folder, one step higher than its name says.
        (string, byte[]?, TarEntryType, string?) top = ("a/b/l", null, TarEntryType.SymbolicLink, ".");
        AssertFinding(Inspect(Make(TarEntryFormat.Pax, first, top, ("l/m", null, TarEntryType.SymbolicLink, "../x")), "a.tar"), TarRules.LinkOutside);
    }

    [Fact]
    public void Links_to_links_beside_them_are_clean()
    {
        var found = Inspect(Make(TarEntryFormat.Pax, ("v1.2/m.json", Json, TarEntryType.RegularFile, null), ("v1", null, TarEntryType.SymbolicLink, "v1.2"),
            ("current", null, TarEntryType.SymbolicLink, "v1"), ("s/m.json", null, TarEntryType.SymbolicLink, ".././v1.2//m.json")), "a.tar");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Message)));
    }

    [Fact]
    public void A_name_of_a_hundred_thousand_folders_costs_no_time()
    {
        var name = string.Concat(Enumerable.Repeat("a/", 100_000)) + "x";
        var bytes = Make(TarEntryFormat.Pax, ("s", null, TarEntryType.SymbolicLink, "m"), (name, null, TarEntryType.SymbolicLink, "m"), (name + "y", Json, TarEntryType.RegularFile, null));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        AssertFinding(Inspect(bytes, "a.tar"), TarRules.Link);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void An_old_folder_with_a_size_is_a_contradiction()
    {
        // Python takes what is an old file with a slash at its end for a folder without bytes, and reads its bytes as headers.
        var bytes = Make(TarEntryFormat.Ustar, ("folder/", null, TarEntryType.Directory, null), ("a.json", Json, TarEntryType.RegularFile, null));
        byte[] folder = Header(bytes[..512], '\0', 1024);
        AssertFinding(Inspect([.. folder, .. bytes[512..1536], .. new byte[1024]], "a.tar"), TarRules.Contradiction);
    }

    [Fact]
    public void An_archive_whose_first_member_has_the_mark_of_another_format_is_still_read()
    {
        byte[] weights = [0x89, .. "HDF\r\n\u001A\n"u8, .. new byte[600]];
        var found = Inspect(Make(TarEntryFormat.Gnu, ("model.h5", weights, TarEntryType.RegularFile, null), ("x", Pickle, TarEntryType.RegularFile, null)), "a.tar");
        Assert.Equal(("tar", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
    }

    [Fact]
    public void A_member_is_inspected_whatever_its_name_also_when_compressed_and_nested()
    {
        var inner = Make(TarEntryFormat.Gnu, ("readme.txt", Pickle, TarEntryType.RegularFile, null));
        var nested = Make(TarEntryFormat.Gnu, ("inner", Gzip(inner), TarEntryType.RegularFile, null));
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(inner, "a.tar").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(nested, "a.tar").Verdict);
        var found = Inspect(Gzip(nested), "a.tar.gz");
        Assert.Equal(("compressed", InspectionVerdict.Dangerous), (found.Format, found.Verdict));
    }

    [Fact]
    public void Several_zip_archives_in_one_that_packs_without_compression_are_clean()
    {
        var zip = ZipForge.Make(new ForgedMember("a.json", Json));
        Assert.Equal(InspectionVerdict.Clean, Inspect(Make(TarEntryFormat.Ustar, ("a.zip", zip, TarEntryType.RegularFile, null), ("b.zip", zip, TarEntryType.RegularFile, null)), "a.tar").Verdict);
    }

    [Fact]
    public void A_name_that_occurs_twice_is_noticed() =>
        AssertFinding(Inspect(Make(TarEntryFormat.Gnu, ("a", Json, TarEntryType.RegularFile, null), ("./a", Json, TarEntryType.RegularFile, null)), "a.tar"), TarRules.Duplicate);

    [Fact]
    public void What_follows_the_end_is_noticed() => AssertFinding(Inspect([.. Plain(), .. Plain()], "a.tar"), TarRules.Hidden);

    [Fact]
    public void Two_sizes_are_a_contradiction()
    {
        var bytes = Make(TarEntryFormat.Pax, ("a", Json, TarEntryType.RegularFile, null));
        // An extended header with another size before the member.
        var pax = "11 size=512\n"u8.ToArray();
        pax[0] = (byte)'1';
        pax[1] = (byte)'2';
        var header = bytes[..512];
        var found = Inspect([.. Header(header, 'x', pax.Length), .. pax, .. new byte[512 - pax.Length], .. Plain(), .. new byte[1024]], "a.tar");
        AssertFinding(found, TarRules.Contradiction);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Plain();
        AssertTruncationsAreNoticed(bytes, "a.tar", length => length >= 1536);
        AssertFlipsAreSurvived(bytes[..2048], "a.tar");
    }

    [Fact]
    public void A_compressed_file_is_as_clean_as_what_it_holds()
    {
        var found = Inspect(Gzip(Json), "config.json.gz");
        Assert.Equal(("compressed", InspectionVerdict.Clean), (found.Format, found.Verdict));
        AssertFinding(Inspect([.. Gzip(Json), 1, 2, 3], "config.json.gz"), InspectionRules.TrailingBytes);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(Gzip(Json)[..^6], "config.json.gz").Verdict);
        Assert.NotEqual(InspectionVerdict.Clean, Inspect(Gzip(new byte[170 << 20]), "zeros.gz").Verdict);
    }

    [Theory]
    [InlineData(new byte[] { 0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 1, 0 }, "rar")]
    [InlineData(new byte[] { 0x52, 0x44, 0x58, 0x33, 0x0A, 0x58, 0x0A }, "rdata")]
    [InlineData(new byte[] { 0x58, 0x0A, 0, 0, 0, 3, 0, 4, 2, 2 }, "rdata")]
    [InlineData(new byte[] { 65, 10, 51, 10, 50, 54, 50, 54, 53, 55, 10, 49, 57, 55, 56, 56, 56, 10, 53, 10 }, "rdata")]
    public void An_archive_that_is_not_looked_into_is_not_clean(byte[] bytes, string format)
    {
        var found = Inspect(bytes, "a.bin");
        Assert.Equal((format, InspectionVerdict.Suspicious), (found.Format, found.Verdict));
        AssertFinding(found, ArchiveRules.NotLookedInto);
    }

    [Theory]
    [InlineData("malicious/formats/arc/evil.tar")]
    [InlineData("malicious/formats/arc/evil.tar.gz")]
    [InlineData("malicious/formats/arc/sym.tar")]
    [InlineData("malicious/formats/arc/trav.tar")]
    [InlineData("conditional/made/evil.tar.gz")]
    [InlineData("conditional/made/legacy_tar.pt")]
    public void The_collected_archives_are_dangerous(string file) =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Fixtures.Read("inspect", file), Path.GetFileName(file)).Verdict);

    [Theory]
    [InlineData("ustar\0" + "00", "TAR101")]
    [InlineData("ustar  \0", "TAR101", "TAR106")]
    [InlineData("ustarX00", "TAR101", "TAR106")]
    [InlineData("\0\0\0\0\0\0\0\0", "TAR101", "TAR106")]
    public void A_prefix_that_only_some_readers_take_is_read_both_ways(string magic, params string[] codes)
    {
        var found = Inspect(WithPrefix(Plain(), magic, ".."), "a.tar");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Equal(codes, found.Findings.Select(finding => finding.Code).Order());
        Assert.NotEqual(InspectionVerdict.Dangerous, Inspect(WithPrefix(Plain(), magic, "folder"), "a.tar").Verdict);
    }

    [Fact]
    public void The_times_that_GNU_tar_keeps_in_the_place_of_a_prefix_are_none() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(WithPrefix(Plain(), "ustar  \0", "14672345671"), "a.tar").Verdict);

    [Theory]
    [InlineData('L', 'L')]
    [InlineData('K', 'K')]
    [InlineData('x', 'x')]
    [InlineData('x', 'L', 'x')]
    public void Two_headers_of_one_kind_before_a_member_contradict_each_other(params char[] kinds)
    {
        var plain = Plain();
        byte[] text = [.. Encoding.ASCII.GetBytes("14 path=b.xyz\n"), .. new byte[TarBlock - 14]];
        var described = kinds.SelectMany(kind => (byte[])[.. Header(plain[..TarBlock], kind, 14), .. text]).ToArray();
        AssertFinding(Inspect([.. described, .. plain], "a.tar"), TarRules.Contradiction);
    }

    [Fact]
    public void Holes_that_a_global_header_leaves_out_are_not_read()
    {
        var plain = Plain();
        byte[] text = [.. Encoding.ASCII.GetBytes("22 GNU.sparse.map=0,8\n"), .. new byte[TarBlock - 22]];
        AssertFinding(Inspect([.. Header(plain[..TarBlock], 'g', 22), .. text, .. plain], "a.tar"), TarRules.NotRead);
    }

    private static byte[] WithPrefix(byte[] archive, string magic, string prefix)
    {
        var changed = (byte[])archive.Clone();
        Encoding.ASCII.GetBytes(magic).CopyTo(changed, 257);
        changed.AsSpan(345, 155).Clear();
        Encoding.ASCII.GetBytes(prefix).CopyTo(changed, 345);
        return [.. Header(changed[..TarBlock], (char)changed[156], Json.Length), .. changed[TarBlock..]];
    }

    private const int TarBlock = 512;

    private static byte[] Json => "{\"a\": 1}"u8.ToArray();

    // os.system('id') in protocol 0.
    private static byte[] Pickle => "cos\nsystem\n(S'id'\ntR."u8.ToArray();

    private static TarEntryType File(TarEntryFormat format) => format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;

    private static byte[] Plain() => Make(TarEntryFormat.Ustar, ("a.json", Json, TarEntryType.RegularFile, null));

    private static byte[] Make(TarEntryFormat format, params (string Name, byte[]? Data, TarEntryType Kind, string? Target)[] members)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, format, leaveOpen: true))
        {
            foreach (var (name, data, kind, target) in members)
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(kind, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(kind, name),
                    TarEntryFormat.Pax => new PaxTarEntry(kind, name),
                    _ => new GnuTarEntry(kind, name),
                };
                if (target is not null)
                    entry.LinkName = target;
                if (data is not null)
                    entry.DataStream = new MemoryStream(data);
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static byte[] Header(byte[] header, char kind, int size)
    {
        var changed = (byte[])header.Clone();
        changed[156] = (byte)kind;
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(changed, 124);
        changed.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(changed.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(changed, 148);
        return changed;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return stream.ToArray();
    }
}
