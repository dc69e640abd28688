using System.Security.Cryptography;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Fuzz.Targets;

/// <summary>The model that the seeds of OpenPGP were made over, and their certificates.</summary>
internal static class GivenModel
{
    public static ReadOnlySpan<byte> Bytes => "the bytes of a model"u8;

    /// <summary>The time at which all is judged, so that no seed ever expires.</summary>
    public static readonly DateTimeOffset Now = DocumentTargets.Now;

    public static Lazy<IReadOnlyList<OpenPgpCertificate>> Certificates { get; } =
        new(() => [.. Corpus.Find().SeedsOf("openpgp-certificate").SelectMany(seed => OpenPgpCertificate.ParseKeyring(seed.Bytes))]);

    public static Lazy<IReadOnlyList<OpenPgpSignature>> Signatures { get; } =
        new(() => [.. Corpus.Find().SeedsOf("openpgp-signature").SelectMany(seed => OpenPgpSignature.ParseFile(seed.Bytes))]);

    public static OpenPgpVerification Verify(OpenPgpSignature signature, IReadOnlyList<OpenPgpCertificate> certificates)
    {
        if (signature.HashAlgorithm is not { } name)
            return signature.Verify([], certificates, Now);

        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(signature.Salt.Span);
        hash.AppendData(Bytes);
        hash.AppendData(signature.Trailer.Span);
        return signature.Verify(hash.GetHashAndReset(), certificates, Now);
    }

    /// <summary>What of a signature is under the signature.</summary>
    public static string SignedPart(OpenPgpSignature signature) => $"{Convert.ToHexString(signature.Salt.Span)} {Convert.ToHexString(signature.Trailer.Span)}";
}
