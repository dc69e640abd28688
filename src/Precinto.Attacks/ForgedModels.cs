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
            // For other formats the attacker changes what the model computes and keeps its size.
            _ => Scramble(original),
        };

        // Whoever attacks the very model that we forge with still wants to see a different one, and one that works.
        if (forged.AsSpan().SequenceEqual(original))
            forged[forged.Length / 2] ^= 4;
        return forged;
    }

    private static byte[] Scramble(byte[] original)
    {
        var forged = original.ToArray();
        foreach (ref var value in forged.AsSpan(forged.Length / 2))
            value ^= 0x5A;
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
