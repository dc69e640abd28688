namespace Precinto.Signatures.OpenPgp;

/// <summary>What a verified binding says about its key: until when it holds and what it is for.</summary>
internal sealed record OpenPgpKeyTerms(TimeSpan? Lifetime, byte? Flags, DateTimeOffset StatedAt)
{
    public bool MaySign => ((Flags ?? 0) & SigningFlag) != 0;

    public static OpenPgpKeyTerms? From(OpenPgpSignaturePacket? binding) =>
        binding is null ? null : new(binding.Subpackets.KeyLifetime, binding.Subpackets.KeyFlags, binding.Subpackets.CreatedAt!.Value);

    /// <summary>
    /// Some tools put the terms into a direct-key signature, some into those over user IDs, some into both. What only one of them states,
    /// holds: a user ID that is added later without an expiry must not abolish the one that the key has. Where both state a term the newer
    /// one prevails, and the stricter one of two made in the same second.
    /// </summary>
    public static OpenPgpKeyTerms? Combine(OpenPgpKeyTerms? one, OpenPgpKeyTerms? other)
    {
        if (one is null || other is null)
            return one ?? other;

        var (newer, older) = one.StatedAt >= other.StatedAt ? (one, other) : (other, one);
        if (newer.StatedAt == older.StatedAt && newer.Lifetime is { } first && older.Lifetime is { } second)
            newer = newer with { Lifetime = first < second ? first : second };
        if (newer.StatedAt == older.StatedAt && newer.Flags is { } these && older.Flags is { } those)
            newer = newer with { Flags = (byte)(these & those) };
        return newer with { Lifetime = newer.Lifetime ?? older.Lifetime, Flags = newer.Flags ?? older.Flags };
    }

    private const byte SigningFlag = 0x02;
}
