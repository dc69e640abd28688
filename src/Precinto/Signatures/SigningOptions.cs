using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Signatures;

/// <summary>Who signs a model, and what is said of it.</summary>
public sealed class SigningOptions
{
    /// <summary>Signs an OpenSSF Model Signing bundle; null for none.</summary>
    public ISigningKey? Key { get; init; }

    /// <summary>The certificates of whoever holds <see cref="Key"/>: the bundle then carries them, and verifiers need their authority alone; null for a plain key.</summary>
    public CertificateChain? Certificates { get; init; }

    /// <summary>Whether <see cref="Key"/> may be of a kind that OpenSSF Model Signing 1.0 does not know: no other tool verifies such a bundle.</summary>
    public bool BeyondSpecification { get; init; }

    /// <summary>Makes a detached OpenPGP signature; null for none.</summary>
    public OpenPgpSigningKey? OpenPgpKey { get; init; }

    /// <summary>Writes the OpenPGP signature in ASCII armor (<c>.asc</c>) instead of binary (<c>.sig</c>).</summary>
    public bool Armor { get; init; }

    /// <summary>The name under which the model is signed; where null, that of an existing record, or else the file's or folder's name.</summary>
    public string? Name { get; init; }

    /// <summary>The version as which the model is signed; where null, that of an existing record.</summary>
    public string? Version { get; init; }

    /// <summary>From when on the model is not to be used any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Where the one signature goes; null for beside or into the model.</summary>
    public string? OutputPath { get; init; }

    /// <summary>Paths in a folder that are not signed and so not protected.</summary>
    public IReadOnlyList<string> IgnoredPaths { get; init; } = [];

    /// <summary>The hash of the bundle's manifest: SHA-256, BLAKE2b or BLAKE3.</summary>
    public DigestAlgorithm HashAlgorithm { get; init; } = DigestAlgorithm.Sha256;

    /// <summary>Signs every file of a bundle in parts of this many bytes (method <c>shards</c>); null for whole files.</summary>
    public long? ShardSize { get; init; }

    /// <summary>
    /// An earlier bundle of the same key. The digests of files that it lists are taken over and not computed again, except those of <see cref="Changed"/>: the caller vouches for them.
    /// Null, as is the rule, to read every file. A file that changed all the same makes the new signature reject the model.
    /// </summary>
    public string? Since { get; init; }

    /// <summary>With <see cref="Since"/>: the paths in a folder that changed and are read again, with what lies below them.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Replaces signatures, record and hash that are there already.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Writes the signature and nothing else: no record and no hash into or beside the model. What lies there is signed as it is.</summary>
    public bool SignatureOnly { get; init; }

    /// <summary>Signs a model in spite of its dangerous findings; the reason goes into the record. Where a signature is added, it must be the one that stands there.</summary>
    /// <exception cref="ArgumentException">It holds no letter and no digit, and says nothing.</exception>
    public string? DangerouslySignDespite
    {
        get;
        init => field = value is null || StatedReason.IsOne(value) ? value : throw new ArgumentException("A dangerous model is signed for a reason.", nameof(value));
    }

    /// <summary>The clock; the system's where none is given.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
