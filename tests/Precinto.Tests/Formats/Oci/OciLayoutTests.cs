using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Precinto.Files;
using Precinto.Formats.Oci;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Oci;

public sealed class OciLayoutTests
{
    [Fact]
    public void A_layout_in_an_archive_is_read_from_its_index_on()
    {
        var found = Inspect(Tar(Layout()), "model.tar");
        Assert.Equal(("oci", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal("OCI layout of ModelPack", found.Facts.Type);
        Assert.Equal(["artifactType application/vnd.cncf.model.manifest.v1+json", "name tiny", "format safetensors"], found.Facts.Settings.Take(3).Select(setting => $"{setting.Key} {setting.Value}"));
        Assert.Contains(found.Facts.Settings, setting => setting.Key == "application/vnd.cncf.model.weight.v1.raw");
        Assert.Equal([new("json", 4), new("safetensors", 1)], found.Facts.Parts);
    }

    [Fact]
    public void A_name_that_is_there_twice_makes_no_layout_of_an_archive_and_hides_none()
    {
        Assert.Equal("tar", Inspect(Tar([("oci-layout", Mark), ("oci-layout", Mark)]), "model.tar").Format);
        Assert.Equal("oci", Inspect(Tar([.. Layout(), ("oci-layout", Mark)]), "model.tar").Format);
        Assert.DoesNotContain("oci", string.Concat(Inspect(new byte[1024], "junk.tar").Findings.Select(finding => finding.Message)), StringComparison.Ordinal);
    }

    [Fact]
    public void Archives_in_archives_are_read_once_each()
    {
        var inner = "hello"u8.ToArray();
        for (var depth = 0; depth < 24; depth++)
            inner = Tar([("oci-layout", Mark), ("index.json", "{\"schemaVersion\": 2}"u8.ToArray()), ("z.zip", ZipForge.Make(new ForgedMember("a.tar", inner)))]);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Inspect(inner, "a.tar");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void What_Ollama_packs_is_known_by_its_layers()
    {
        var configuration = "{\"model_format\": \"gguf\", \"model_family\": \"llama\", \"os\": \"linux\"}"u8.ToArray();
        var index = $"{{\"layers\": [{Describe("application/vnd.ollama.image.model", DigestOf(Weights), Weights.Length)}], \"config\": {Describe("application/vnd.docker.container.image.v1+json", DigestOf(configuration), configuration.Length)}}}";
        var found = Inspect(Tar([("oci-layout", Mark), ("index.json", Encoding.UTF8.GetBytes(index)), (PathOf(Weights), Weights), (PathOf(configuration), configuration)]), "model.tar");
        Assert.Equal(("OCI layout of Ollama", InspectionVerdict.Clean), (found.Facts.Type, found.Verdict));
        Assert.Equal(["model_format gguf", "model_family llama"], found.Facts.Settings.Take(2).Select(setting => $"{setting.Key} {setting.Value}"));
    }

    [Fact]
    public void A_pickle_in_a_layer_is_dangerous_also_in_a_compressed_one()
    {
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Tar(Layout(weights: Pickle)), "model.tar").Verdict);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Tar(Layout(weights: Gzip(Tar([("x", Pickle)])))), "model.tar").Verdict);
    }

    [Fact]
    public void A_compressed_layer_is_as_clean_as_what_it_holds_since_its_digest_is_of_the_compressed_bytes() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Tar(Layout(weights: Gzip(Tar([("x.safetensors", Weights)])))), "model.tar").Verdict);

    [Fact]
    public void A_blob_that_is_not_what_it_is_called_is_noticed()
    {
        var layout = Layout();
        var blob = layout.FindIndex(file => file.Data.AsSpan().SequenceEqual(Weights));
        var other = (byte[])Weights.Clone();
        other[^1]++;
        layout[blob] = (layout[blob].Name, other);
        var found = Inspect(Tar(layout), "model.tar");
        AssertFinding(found, InspectionRules.WrongDigest);
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
    }

    [Theory]
    [InlineData("blobs/sha256-")]
    [InlineData("models/blobs/sha256/")]
    public void A_name_that_is_a_digest_is_held_against_the_bytes(string prefix)
    {
        var name = prefix + Convert.ToHexStringLower(SHA256.HashData(Weights));
        Assert.Equal(InspectionVerdict.Clean, Inspect(Weights, name).Verdict);
        AssertFinding(Inspect([.. Weights, 0], name), InspectionRules.WrongDigest);
        AssertFinding(Inspect([], name), InspectionRules.WrongDigest);
    }

    [Fact]
    public void What_the_layout_names_must_be_there_as_large_as_stated()
    {
        AssertFinding(Inspect(Tar([.. Layout().Where(file => !file.Data.AsSpan().SequenceEqual(Weights))]), "model.tar"), OciRules.Missing);
        AssertFinding(Inspect(Tar(Layout(size: 7)), "model.tar"), OciRules.WrongSize);
        AssertFinding(Inspect(Tar([.. Layout(), ("blobs/sha256/" + Convert.ToHexStringLower(SHA256.HashData("{}"u8)), "{}"u8.ToArray())]), "model.tar"), OciRules.Unreferenced);
    }

    [Theory]
    [InlineData("sha256:../../../etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:00")]
    [InlineData("sha512:0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_digest_is_dangerous(string digest)
    {
        var found = Inspect(Tar(Layout(digest: digest)), "model.tar");
        AssertFinding(found, OciRules.BadDigest);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Fact]
    public void A_layer_from_elsewhere_and_one_that_goes_elsewhere_are_noticed()
    {
        AssertFinding(Inspect(Tar(Layout(more: ", \"urls\": [\"https://example.org/x\"]")), "model.tar"), OciRules.ForeignLayer);
        AssertFinding(Inspect(Tar(Layout(more: ", \"annotations\": {\"org.opencontainers.image.title\": \"../../.bashrc\"}")), "model.tar"), OciRules.LeavesFolder);
    }

    [Theory]
    [InlineData(", \"annotations\": {\"org.opencontainers.image.title\": \"a\", \"org.cncf.model.filepath\": \"../x\"}", "OCI105")]
    [InlineData(", \"Annotations\": {\"org.opencontainers.image.title\": \"../x\"}", "OCI107")]
    [InlineData(", \"URLS\": [\"https://example.org/x\"]", "OCI107")]
    [InlineData(", \"data\": \"QUJD\"", "OCI107")]
    [InlineData(", \"data\": \"%\"", "OCI107")]
    public void What_a_descriptor_says_beside_the_blob_is_looked_at(string more, string code) =>
        Assert.Contains(code, Inspect(Tar(Layout(more: more)), "model.tar").Findings.Select(finding => finding.Code));

    [Fact]
    public void The_bytes_of_a_blob_in_its_descriptor_are_nothing_to_wonder_about() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Tar(Layout(more: $", \"data\": \"{Convert.ToBase64String(Weights)}\"")), "model.tar").Verdict);

    [Theory]
    [InlineData("{\"manifests\": [], \"layers\": []}")]
    [InlineData("{\"manifests\": [], \"config\": {\"digest\": \"x\"}}")]
    [InlineData("{\"Layers\": []}")]
    [InlineData("{\"mediaType\": \"application/vnd.oci.image.index.v1+json\"}")]
    public void A_manifest_that_two_programs_read_differently_is_noticed(string manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest);
        var index = Encoding.UTF8.GetBytes($"{{\"manifests\": [{Describe("application/vnd.oci.image.manifest.v1+json", DigestOf(bytes), bytes.Length)}]}}");
        AssertFinding(Inspect(Tar([("oci-layout", Mark), ("index.json", index), (PathOf(bytes), bytes)]), "model.tar"), OciRules.Contradiction);
    }

    [Theory]
    [InlineData(".wh...", true)]
    [InlineData("a/.wh..", true)]
    [InlineData("a/.wh.", true)]
    [InlineData(".wh..wh..opq", false)]
    [InlineData("a/.wh.model.json", false)]
    [InlineData("a/.wh....", false)]
    public void A_whiteout_that_deletes_more_than_a_file_beside_it_is_dangerous(string name, bool isDangerous)
    {
        var found = Inspect(Tar([(name, []), ("a/m.json", "{}"u8.ToArray())]), "layer.tar");
        Assert.Equal((isDangerous, isDangerous), (found.Verdict == InspectionVerdict.Dangerous, found.Findings.Any(finding => finding.Code == "TAR113")));
    }

    [Fact]
    public void Manifests_that_name_each_other_come_to_an_end()
    {
        // A digest cannot name itself, but a size and a name can be made up: what counts is that each blob is read once.
        var manifest = "{\"manifests\": [{\"mediaType\": \"application/vnd.oci.image.index.v1+json\", \"digest\": \"made-up:00\", \"size\": 1}, {\"mediaType\": \"application/vnd.oci.image.index.v1+json\", \"digest\": \"made-up:00\", \"size\": 1}]}"u8.ToArray();
        var found = Inspect(Tar([("oci-layout", Mark), ("index.json", manifest), ("blobs/made-up/00", manifest)]), "model.tar");
        AssertFinding(found, OciRules.WrongSize);
        AssertFinding(found, OciRules.UnknownAlgorithm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"manifests\": 1}")]
    [InlineData("{\"manifests\": [1, {\"digest\": 1}, {\"digest\": \"a:b\", \"urls\": 1}]}")]
    public void An_index_of_any_kind_is_survived(string index) => Assert.NotNull(Inspect(Tar([("oci-layout", Mark), ("index.json", Encoding.UTF8.GetBytes(index))]), "a.tar").Format);

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Tar([("oci-layout", Mark), ("index.json", "{\"manifests\": []}"u8.ToArray())]);
        AssertTruncationsAreNoticed(bytes, "a.tar", length => length >= 2560);
        AssertFlipsAreSurvived(bytes[..2560], "a.tar");
    }

    [Fact]
    public void A_layout_in_a_folder_is_looked_at_as_in_an_archive()
    {
        using TemporaryFolder folder = new();
        Write(folder, "sub", Layout());
        Assert.Empty(Codes(folder));
        Write(folder, "sub", Layout(size: 7, digest: "sha256:" + new string('0', 64)));
        Assert.Contains("index.json OCI101", Codes(folder));
    }

    private static string[] Codes(TemporaryFolder folder)
    {
        using var snapshot = Snapshot.Open(folder["sub"]);
        var examination = Examination.Run([.. snapshot.Files.Select(file => new ExaminationRequest(file, [], [], Inspect: true))], null, TestContext.Current.CancellationToken);
        return [.. examination.Files.SelectMany(file => file.Inspection!.Findings.Where(finding => finding.Severity != FindingSeverity.Info).Select(finding => $"{file.Path} {finding.Code}"))];
    }

    private static void Write(TemporaryFolder folder, string name, List<(string Name, byte[] Data)> files)
    {
        foreach (var (path, data) in files)
        {
            var full = Path.Combine(folder[name], path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, data);
        }
    }

    // As ModelPack's tools write one: an index, a manifest, what the model is, and its weights as they are.
    private static List<(string Name, byte[] Data)> Layout(byte[]? weights = null, long? size = null, string? digest = null, string more = "")
    {
        weights ??= Weights;
        List<(string Name, byte[] Data)> files = [("oci-layout", Mark)];
        string Put(byte[] blob)
        {
            var hex = Convert.ToHexStringLower(SHA256.HashData(blob));
            files.Add(($"blobs/sha256/{hex}", blob));
            return "sha256:" + hex;
        }

        var configuration = "{\"descriptor\": {\"name\": \"tiny\"}, \"config\": {\"format\": \"safetensors\"}}"u8.ToArray();
        var manifest = Encoding.UTF8.GetBytes(
            $"{{\"schemaVersion\": 2, \"artifactType\": \"application/vnd.cncf.model.manifest.v1+json\", \"config\": {Describe("application/vnd.cncf.model.config.v1+json", Put(configuration), configuration.Length)}, "
            + $"\"layers\": [{Describe("application/vnd.cncf.model.weight.v1.raw", digest ?? Put(weights), size ?? weights.Length, more)}]}}");
        files.Add(("index.json", Encoding.UTF8.GetBytes($"{{\"schemaVersion\": 2, \"manifests\": [{Describe("application/vnd.oci.image.manifest.v1+json", Put(manifest), manifest.Length)}]}}")));
        return files;
    }

    private static string DigestOf(byte[] blob) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));

    private static string PathOf(byte[] blob) => "blobs/" + DigestOf(blob).Replace(':', '/');

    private static string Describe(string type, string digest, long size, string more = "") => $"{{\"mediaType\": \"{type}\", \"digest\": \"{digest}\", \"size\": {size}{more}}}";

    private static byte[] Tar(List<(string Name, byte[] Data)> files)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, data) in files)
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(data) });
        }

        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (System.IO.Compression.GZipStream gzip = new(stream, System.IO.Compression.CompressionLevel.Optimal))
            gzip.Write(bytes);
        return stream.ToArray();
    }

    private static byte[] Mark => "{\"imageLayoutVersion\": \"1.0.0\"}"u8.ToArray();

    private static byte[] Pickle => "cos\nsystem\n(S'id'\ntR."u8.ToArray();

    // One tensor of one byte.
    private static byte[] Weights
    {
        get
        {
            var header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"u8;
            return [.. BitConverter.GetBytes((long)header.Length), .. header, 7];
        }
    }
}
