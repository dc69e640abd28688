using System.Diagnostics.CodeAnalysis;

namespace Precinto.Digests;

/// <summary>The digest of some bytes, together with the algorithm that made it.</summary>
public sealed class Digest : IEquatable<Digest>
{
    private readonly byte[] _bytes;

    internal Digest(DigestAlgorithm algorithm, byte[] bytes)
    {
        if (bytes.Length != algorithm.Size)
            throw new ArgumentException($"A {algorithm.Name} digest has {algorithm.Size} bytes, not {bytes.Length}.", nameof(bytes));

        Algorithm = algorithm;
        _bytes = bytes;
    }

    /// <summary>What made it.</summary>
    public DigestAlgorithm Algorithm { get; }

    /// <summary>The raw bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The bytes in lower-case hexadecimal.</summary>
    public string Hex => Convert.ToHexStringLower(_bytes);

    /// <summary>Reads <c>sha256:…</c>: a known algorithm, a colon, and exactly as many lower-case hexadecimal digits as it makes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && DigestAlgorithm.TryParse(text![..colon], out var algorithm) && TryParseHex(algorithm, text[(colon + 1)..], out digest);
    }

    /// <summary>Reads lower-case hexadecimal digits, exactly as many as <paramref name="algorithm"/> makes.</summary>
    public static bool TryParseHex(DigestAlgorithm algorithm, string? hex, [NotNullWhen(true)] out Digest? digest)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        digest = null;
        if (hex is null || hex.Length != algorithm.Size * 2 || hex.Any(digit => !char.IsAsciiHexDigitLower(digit)))
            return false;

        digest = new(algorithm, Convert.FromHexString(hex));
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Digest? other) => other is not null && Algorithm == other.Algorithm && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Digest);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>The algorithm's name, a colon, and the bytes in lower-case hexadecimal.</summary>
    public override string ToString() => $"{Algorithm.Name}:{Hex}";
}
