using Precinto.Digests;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;

namespace Precinto.Signatures;

/// <summary>
/// Digests that are taken over from an earlier signature of the same key, because the caller vouches that those files did not change since. Should one have changed all the same,
/// the new signature states its old digest, and rejects the model: what is taken over can make a signature useless, and never lets another file pass.
/// </summary>
internal sealed class VouchedDigests
{
    private readonly Manifest _manifest;
    private readonly IgnoredPaths _changed;
    private readonly Digest _source;

    private VouchedDigests(Manifest manifest, IgnoredPaths changed, Digest source)
    {
        _manifest = manifest;
        _changed = changed;
        _source = source;
    }

    /// <exception cref="ArgumentException">The options do not go together.</exception>
    /// <exception cref="SigningRefusedException">The earlier signature is none of this key, or lists no whole files by SHA-256.</exception>
    public static VouchedDigests? Read(SigningOptions options)
    {
        if (options.Since is not { } path)
            return options.Changed.Count == 0 ? null : throw new ArgumentException("Files that changed are named for an earlier signature alone.");
        if (options.Key is not { } key || options.HashAlgorithm != DigestAlgorithm.Sha256 || options.ShardSize is not null)
            throw new ArgumentException("Digests are taken over for a bundle that lists whole files by SHA-256.");

        var bytes = SmallFile.Read(path, ModelLayout.MaximumSignature);
        ModelBundle bundle;
        try
        {
            bundle = ModelBundle.Parse(bytes);
        }
        catch (MalformedSignatureException exception)
        {
            throw new SigningRefusedException([$"{path} is no bundle: {exception.Message.TrimEnd('.')}"]);
        }

        // A stranger's digests would be signed as if they were ours.
        if (!Enumerable.Range(0, 1 + bundle.FurtherKeyHints.Count).Any(index => bundle.IsSignedBy(key.PublicKey, index)))
            throw new SigningRefusedException([$"{path} was not signed by the key that signs now"]);
        if (bundle.Statement.Manifest.Method != HashMethod.Default)
            throw new SigningRefusedException([$"{path} does not list whole files by SHA-256"]);
        return new(bundle.Statement.Manifest, new(options.Changed.Select(IgnoredPaths.Normalize)), Hashing.Compute(bytes, DigestAlgorithm.Sha256));
    }

    /// <summary>Makes sure that each path that is said to have changed is one: a slip would take over the digest of the file that was meant.</summary>
    /// <exception cref="ArgumentException">One names no file that is signed.</exception>
    public static void ThrowIfIdle(SigningOptions options, IReadOnlyCollection<string> paths)
    {
        foreach (var named in options.Changed)
        {
            IgnoredPaths one = new([IgnoredPaths.Normalize(named)]);
            if (!paths.Any(one.Covers))
                throw new ArgumentException($"'{named}' is said to have changed, and is no file of the model that is signed.");
        }
    }

    /// <summary>The digest of a file that is taken over; null for one that is hashed. Record and hash are small, and written anew with a signature.</summary>
    public Digest? Of(string path) =>
        _changed.Covers(path) || path is ModelRecord.FileName or ModelLayout.HashFileName ? null : _manifest.Find(path)?.Whole?.Digest;

    /// <summary>What is recorded of it.</summary>
    public DigestsTakenOver Statement(IEnumerable<string> paths) => new(_source.ToString(), paths.Count(path => Of(path) is not null));
}

/// <summary>How many digests were taken over, and from which signature file.</summary>
internal sealed record DigestsTakenOver(string From, int Count);
