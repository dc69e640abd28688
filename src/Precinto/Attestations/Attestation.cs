using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Attestations;

/// <summary>
/// A signed statement about files or an image, as it was read: an in-toto Statement v1 in a DSSE envelope in a Sigstore bundle.
/// What it says is worth nothing until <see cref="IsSignedBy"/> was asked of a key that is trusted for it.
/// </summary>
public sealed class Attestation
{
    private readonly DsseBundle _bundle;

    private Attestation(DsseBundle bundle, IReadOnlyList<ResourceDescriptor> subjects, AttestationPredicate predicate)
    {
        _bundle = bundle;
        Subjects = subjects;
        Predicate = predicate;
    }

    /// <summary>The hint at the key that signed it, as <see cref="PublicKey.Hint"/> computes it.</summary>
    public string KeyHint => _bundle.Material.KeyHint!;

    /// <summary>What it speaks of, each with its SHA-256, no name twice.</summary>
    public IReadOnlyList<ResourceDescriptor> Subjects { get; }

    /// <summary>What it says.</summary>
    public AttestationPredicate Predicate { get; }

    /// <summary>Reads an attestation. Members that are not known are passed over, as SLSA asks for; members that stand there twice are not.</summary>
    /// <exception cref="MalformedSignatureException">It is no attestation of a kind that is known.</exception>
    public static Attestation Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaximumSize)
            throw new MalformedSignatureException(0, $"It has {bytes.Length} bytes, more than any attestation; at most {MaximumSize} are read.");
        if (!DsseBundle.LooksLikeBundle(bytes.Span))
            throw new MalformedSignatureException(0, "It is no attestation: no JSON object.");

        try
        {
            var bundle = DsseBundle.ParseSimple(bytes);
            using var document = StrictJson.Parse(bundle.Envelope.Payload);
            var (subjects, predicateType, predicate) = InTotoStatement.Read(document.RootElement);
            return new(bundle, ParseSubjects(subjects), predicateType switch
            {
                AttestationFiles.ProvenanceType => Provenance.Parse(predicate),
                AttestationFiles.SummaryType => VerificationSummary.Parse(predicate),
                _ => throw new JsonException($"The statement is about '{predicateType}', which is no kind of attestation that is read here."),
            });
        }
        catch (JsonException exception)
        {
            throw new MalformedSignatureException(exception.BytePositionInLine ?? 0, exception.Message, exception);
        }
    }

    /// <summary>The signed bytes of the statement.</summary>
    internal ReadOnlyMemory<byte> Statement => _bundle.Envelope.Payload;

    /// <summary>Whether this key made the signature over exactly this statement.</summary>
    public bool IsSignedBy(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _bundle.IsSignedBy(key);
    }

    // Two subjects of one name could be read as either by whoever looks a name up.
    private static List<ResourceDescriptor> ParseSubjects(JsonElement list)
    {
        List<ResourceDescriptor> subjects = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var element in list.Array("'subject'"))
        {
            var subject = ResourceDescriptor.Parse(element, "a subject");
            if (subject.Digest is null)
                throw new JsonException("A subject has no sha256.");
            if (!names.Add(subject.Name ?? ""))
                throw new JsonException($"The subject '{subject.Name}' stands there twice.");
            subjects.Add(subject);
        }

        return subjects.Count > 0 ? subjects : throw new JsonException("The statement has no subject.");
    }

    /// <summary>The most bytes that are read.</summary>
    internal const int MaximumSize = AttestationFiles.MaximumSize;
}
