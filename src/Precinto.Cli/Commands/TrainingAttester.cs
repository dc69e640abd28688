using Precinto.Attestations;
using Precinto.Cli.Files;
using Precinto.Digests;
using Precinto.Manifests;
using Precinto.Signatures.Keys;

namespace Precinto.Cli.Commands;

/// <summary>Who attests a training, and the attestation itself: only the run that trains knows when it began and how it is called.</summary>
internal sealed class TrainingAttester : IDisposable
{
    private readonly SigningKey _key;
    private readonly string? _builderId;

    private TrainingAttester(SigningKey key, string? builderId)
    {
        _key = key;
        _builderId = builderId;
    }

    /// <returns>Null where nobody attests.</returns>
    /// <exception cref="UsageException">The key cannot be read, or an option belongs to none.</exception>
    public static TrainingAttester? Of(string? keyPath, string? passwordFile, string? builderId)
    {
        if (keyPath is null)
        {
            return passwordFile is null && builderId is null
                ? null
                : throw new UsageException($"{(passwordFile is null ? "--builder-id" : "--password-file")} belongs to --attest-key");
        }

        if (builderId is not null)
            AttestationOptions.ParseUri(builderId, "--builder-id");
        return new(NamedFile.ReadSigningKey(keyPath, NamedFile.ReadPassword(passwordFile)), builderId);
    }

    public byte[] Attest(string fileName, Digest digest, ModelRecord record, DateTimeOffset startedOn, DateTimeOffset finishedOn)
    {
        var provenance = RecordedProvenance.Of(record, [], _builderId).During($"urn:uuid:{Guid.NewGuid()}", startedOn, finishedOn);
        return AttestationSigner.Sign([new(fileName, digest)], provenance, _key);
    }

    public void Dispose() => _key.Dispose();
}
