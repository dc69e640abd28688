using System.Globalization;
using Precinto.Digests;

namespace Precinto.Manifests;

/// <summary>What a manifest says of one file: one digest, or those of its parts in their order.</summary>
internal sealed class FileStatement(HashMethod method, IReadOnlyList<Resource> resources)
{
    public HashMethod Method { get; } = method;

    /// <summary>The one resource of a whole file; null for a file in parts.</summary>
    public Resource? Whole => resources is [{ Shard: null } whole] ? whole : null;

    /// <summary>The size of the file, where its parts tell; null for a whole file.</summary>
    public long? Length { get; } = resources[^1].Shard?.End;

    /// <summary>The raw digests, one after the other.</summary>
    public byte[] Digests { get; } = [.. resources.SelectMany(resource => resource.Digest.Bytes.ToArray())];

    /// <summary>In what the file that was found is another one; null where it is the one that was signed.</summary>
    public string? Difference(ExaminedFile file)
    {
        if (Length is { } length && length != file.Length)
            return string.Create(CultureInfo.InvariantCulture, $"{length} bytes, found {file.Length}");

        var found = file.ComputedBy(Method) ?? throw new InvalidOperationException($"{Method.Algorithm} of {file.Path} was not computed.");
        if (found.AsSpan().SequenceEqual(Digests))
            return null;

        var size = Method.Algorithm.Size;
        var index = 0;
        while (found.AsSpan(index * size, size).SequenceEqual(Digests.AsSpan(index * size, size)))
            index++;
        var part = resources[index].Shard is { } shard ? string.Create(CultureInfo.InvariantCulture, $" in the bytes {shard.Start} to {shard.End}") : "";
        return $"{resources[index].Digest}, found {new Digest(Method.Algorithm, found[(index * size)..((index + 1) * size)])}{part}";
    }
}
