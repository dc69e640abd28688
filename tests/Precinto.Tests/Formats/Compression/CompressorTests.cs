using System.Diagnostics;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats.Compression;

/// <summary>Whatever xz, bzip2, lz4 and zstd write, at all levels and with their options, comes out as it went in.</summary>
public sealed class CompressorTests
{
    [Theory]
    [InlineData("xz", ".xz", "-0", "-3", "-6", "-9", "-9e", "-6 --check=none --block-size=100000", "-1 --check=sha256", "-0 -T2", "--x86 --lzma2=preset=2",
        "--lzma2=preset=4,lc=0,lp=4,pb=2,dict=4096", "--lzma2=preset=4,lc=4,lp=0,pb=4", "--lzma2=preset=1,lc=1,lp=3,pb=0,dict=64KiB")]
    [InlineData("xz", ".lzma", "--format=lzma -0", "--format=lzma -9e", "--format=lzma --lzma1=preset=4,lc=4,lp=0,pb=0,dict=64KiB", "--format=lzma --lzma1=preset=5,lc=0,lp=4,pb=4")]
    [InlineData("bzip2", ".bz2", "-1", "-2", "-5", "-9")]
    [InlineData("lz4", ".lz4", "-1", "-3", "-9", "-12", "-1 -BD", "-9 -BD -B4 -BX", "-1 --content-size", "-9 -BX", "-1 --no-frame-crc")]
    [InlineData("zstd", ".zst", "--fast=9", "-1", "-2", "-3", "-5", "-7", "-9", "-12", "-15", "-19", "--ultra -22", "-3 --long=31", "-3 -T2 -B1MB", "-6 --no-check",
        "-6 --zstd=wlog=10", "-6 --no-compress-literals")]
    public void What_a_compressor_wrote_is_read(string tool, string ending, params string[] options)
    {
        using TemporaryFolder folder = new();
        foreach (var (name, plain) in Plains)
        {
            var path = Path.Combine(folder.Path, name);
            File.WriteAllBytes(path, plain);
            foreach (var option in options)
            {
                var bytes = Run(tool, ["-q", "-c", .. option.Split(' '), path]);
                Assert.True(plain.AsSpan().SequenceEqual(Decoders.Decode(ending, bytes)), $"{tool} {option} {name}");
            }
        }
    }

    [Fact]
    public void What_Python_wrote_is_read()
    {
        using TemporaryFolder folder = new();
        foreach (var (name, plain) in Plains)
            File.WriteAllBytes(Path.Combine(folder.Path, name), plain);
        DebianPython.Run(folder.Path, "lzma", """
            import bz2, lzma, os
            for name in os.listdir('.'):
                plain = open(name, 'rb').read()
                half = len(plain) // 2
                open(name + '.bz2', 'wb').write(bz2.compress(plain))
                open(name + '.lzma', 'wb').write(lzma.compress(plain, format=lzma.FORMAT_ALONE))
                open(name + '.xz', 'wb').write(lzma.compress(plain[:half]) + bytes(8) + lzma.compress(plain[half:], check=lzma.CHECK_CRC32) + bytes(4))
            """);
        foreach (var (name, plain) in Plains)
        {
            foreach (var ending in new[] { ".bz2", ".lzma", ".xz" })
                Assert.True(plain.AsSpan().SequenceEqual(Decoders.Decode(ending, File.ReadAllBytes(Path.Combine(folder.Path, name + ending)))), name + ending);
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Plains
    {
        get
        {
            Random random = new(20261123);
            var noise = new byte[400_000];
            random.NextBytes(noise);
            var words = Enumerable.Range(0, 2000).Select(_ => random.Next(100_000).ToString("x")).ToArray();
            var text = System.Text.Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 250_000).Select(_ => words[(int)(2000 * Math.Pow(random.NextDouble(), 3))])));
            yield return ("empty", []);
            yield return ("one", [7]);
            yield return ("short", "hello, hello, hello"u8.ToArray());
            yield return ("zeros", new byte[2_000_000]);
            yield return ("noise", noise);
            yield return ("text", text);
            yield return ("mixed", [.. noise[..70_000], .. text[..100_000], .. new byte[50_000], .. noise[..100_000], .. text[50_000..200_000]]);
            yield return ("runs", [.. Enumerable.Range(0, 3000).SelectMany(_ => Enumerable.Repeat((byte)random.Next(4), random.Next(1, 400)))]);
            yield return ("reals", [.. Enumerable.Range(0, 50_000).SelectMany(_ => BitConverter.GetBytes((float)Math.Round(random.NextDouble(), 3)))]);
        }
    }

    private static byte[] Run(string tool, string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments) { RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            using MemoryStream output = new();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output.ToArray();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{tool} is absent.");
            return [];
        }
    }
}
