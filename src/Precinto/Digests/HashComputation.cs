using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;

namespace Precinto.Digests;

/// <summary>One hash that is being computed over bytes as they come.</summary>
internal abstract class HashComputation : IDisposable
{
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The digest of all that was appended; the computation is over.</summary>
    public abstract byte[] Finish();

    public abstract void Dispose();
}

/// <summary>The operating system's hash: several times faster than any managed one.</summary>
internal sealed class SystemHash(HashAlgorithmName name) : HashComputation
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(name);

    public override void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public override byte[] Finish() => _hash.GetHashAndReset();

    public override void Dispose() => _hash.Dispose();
}

/// <summary>For the hashes that the framework lacks.</summary>
internal sealed class ManagedHash(IDigest digest) : HashComputation
{
    public override void Append(ReadOnlySpan<byte> bytes) => digest.BlockUpdate(bytes);

    public override byte[] Finish()
    {
        var result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result);
        return result;
    }

    public override void Dispose() => digest.Reset();
}
