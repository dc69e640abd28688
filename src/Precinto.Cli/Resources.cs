using System.IO.Compression;

namespace Precinto.Cli;

/// <summary>The data that the demo plays with, embedded in the command.</summary>
internal static class Resources
{
    public static byte[] Read(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>One that is embedded compressed: the image of the verifier counts every byte.</summary>
    public static byte[] Expand(string name)
    {
        using GZipStream stream = new(new MemoryStream(Read(name)), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
