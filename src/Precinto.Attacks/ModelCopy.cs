using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;

namespace Precinto.Attacks;

/// <summary>Copies a model without its signatures and records, so that it can be signed and attacked elsewhere.</summary>
internal static class ModelCopy
{
    /// <returns>The path, in the copy, of the file that the attacks go for: the largest.</returns>
    /// <exception cref="IrregularModelException">Something in the model is no regular file.</exception>
    public static string Make(string model, string target)
    {
        using var snapshot = Snapshot.Open(model);
        if (snapshot.Irregularities.Count > 0)
            throw new IrregularModelException(snapshot.Irregularities);

        IgnoredPaths ignored = new(snapshot.IsFolder ? IgnoredPaths.Default : []);
        var payload = ModelLayout.Of(snapshot, ignored, [.. AttestationFiles.Find(snapshot, ignored).Select(file => file.Name)]).Payload;
        if (payload.Count == 0)
            throw new IrregularModelException([new(snapshot.Name, "holds no file")]);

        foreach (var file in payload)
        {
            var path = Path.Combine(target, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var opened = file.Open();
            using var copy = File.Create(path);
            var buffer = new byte[1 << 20];
            for (long offset = 0; offset < opened.Content.Length;)
            {
                var read = opened.Content.Read(offset, buffer);
                copy.Write(buffer, 0, read);
                offset += read;
            }
        }

        return payload.MaxBy(file => file.Length)!.Path;
    }
}
