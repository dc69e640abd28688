using System.Diagnostics;
using System.Text;
using Precinto.Digests;
using Precinto.Manifests;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Manifests;

public sealed class ChecksumsTests
{
    [Fact]
    public void What_sha256sum_writes_is_read_and_what_is_written_it_reads()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sha256sum"), "sha256sum is absent.");
        using TemporaryFolder folder = new();
        string[] names = ["plain", "with space", "back\\slash", "line\nbreak", "carriage\rreturn", "模型", "*star"];
        foreach (var name in names)
            folder.Write(name, name);
        var theirs = Run(folder.Path, ["--", .. names], out _);
        var parsed = Checksums.Parse(theirs, DigestAlgorithm.Sha256);
        Assert.Equal(names, parsed.Select(entry => entry.Key));
        Assert.All(parsed, entry => Assert.Equal(Hashing.Compute(Encoding.UTF8.GetBytes(entry.Key), DigestAlgorithm.Sha256), entry.Value));
        var ours = Encoding.UTF8.GetBytes(string.Concat(parsed.Select(entry => Checksums.FormatLine(entry.Value, entry.Key) + "\n")));
        Assert.Equal(theirs, ours);
        folder.Write("SHA256SUMS", ours);
        Run(folder.Path, ["--strict", "-c", "SHA256SUMS"], out var exitCode);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\n")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  ")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 a")]
    [InlineData("E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a")]
    [InlineData("\\e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\\x")]
    [InlineData("\\e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\\")]
    [InlineData("SHA256 (a) = e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n")]
    public void Anything_but_one_checksum_a_line_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Checksums.Parse(Encoding.UTF8.GetBytes(text), DigestAlgorithm.Sha256));

    private static byte[] Run(string folder, string[] arguments, out int exitCode)
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        exitCode = process.ExitCode;
        return output.ToArray();
    }
}
