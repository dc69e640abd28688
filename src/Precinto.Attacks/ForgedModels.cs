using System.Security.Cryptography;

namespace Precinto.Attacks;

/// <summary>Working models that an attacker puts in the place of another: trained on other data, of another type.</summary>
internal static class ForgedModels
{
    public static byte[] For(string format, byte[] original)
    {
        var forged = format switch
        {
            "pickle" or "joblib" => Resource("decision-tree.pkl"),
            "onnx" => Resource("linear.onnx"),
            _ => original,
        };

        // For other formats the attacker changes what the model computes and keeps its size.
        return forged.AsSpan().SequenceEqual(original) ? Scramble(original) : forged;
    }

    private static byte[] Scramble(byte[] original)
    {
        var forged = original.ToArray();
        RandomNumberGenerator.Fill(forged.AsSpan(forged.Length / 2));
        return forged;
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(ForgedModels).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
