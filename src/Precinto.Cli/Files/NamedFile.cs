using System.Text;
using Precinto.Files;
using Precinto.Signatures;
using Precinto.Signatures.Keys;

namespace Precinto.Cli.Files;

/// <summary>A small file that the user named: a key, a password, a list, an input.</summary>
internal static class NamedFile
{
    /// <summary>All bytes of a regular file; what is no regular file is never opened, so that a pipe cannot hold us up.</summary>
    /// <exception cref="UsageException">It is no regular file, or larger than <paramref name="maximum"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static byte[] Read(string path, int maximum)
    {
        if (path.Length == 0)
            throw new UsageException("the name of a file is empty");
        try
        {
            return SmallFile.Read(path, maximum);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"{path} {exception.Message}; name a regular file", exception);
        }
    }

    /// <summary>The whole file as text.</summary>
    /// <exception cref="UsageException">It is no UTF-8.</exception>
    public static string ReadText(string path, int maximum) => Decode(path, Read(path, maximum));

    /// <exception cref="UsageException">It is no UTF-8.</exception>
    public static string Decode(string name, byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new UsageException($"{name} is no text in UTF-8", exception);
        }
    }

    /// <summary>A password: the first line of a file, without its end.</summary>
    public static string? ReadPassword(string? path)
    {
        if (path is null)
            return null;

        var text = ReadText(path, MaximumPassword);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = (end < 0 ? text : text[..end]).TrimEnd('\r');
        return line.Length > 0 ? line : throw new UsageException($"{path} begins with an empty line; the password must stand there");
    }

    /// <summary>A private key in PEM.</summary>
    /// <exception cref="UsageException">It is none, or its password is missing or wrong.</exception>
    public static SigningKey ReadSigningKey(string path, string? password)
    {
        try
        {
            return SigningKey.ParsePem(ReadText(path, MaximumKey), password);
        }
        catch (MalformedSignatureException exception)
        {
            throw new UsageException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>More than any key or certificate has.</summary>
    public const int MaximumKey = 4 << 20;

    private const int MaximumPassword = 4096;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
