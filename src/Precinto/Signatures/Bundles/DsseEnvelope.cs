using System.Text;

namespace Precinto.Signatures.Bundles;

/// <summary>A DSSE envelope (secure-systems-lab/dsse, protocol 1.0): the payload is signed as it lies there, byte for byte, by one or several.</summary>
internal sealed class DsseEnvelope(string payloadType, byte[] payload, IReadOnlyList<DsseSignature> signatures)
{
    public const string InTotoType = "application/vnd.in-toto+json";

    public string PayloadType { get; } = payloadType;

    public byte[] Payload { get; } = payload;

    /// <summary>At least one. The first is the one that the bundle's material speaks of, and the only one that most tools read.</summary>
    public IReadOnlyList<DsseSignature> Signatures { get; } = signatures;

    /// <summary>What is signed: the pre-authentication encoding.</summary>
    public byte[] SignedBytes => Encode(PayloadType, Payload);

    /// <summary><c>DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload</c>, lengths in bytes.</summary>
    public static byte[] Encode(string payloadType, ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} "), .. payload];

    /// <summary>
    /// What version 0.2.0 of the specification's own tool signed by mistake: another first word, and the payload as Python writes a value of bytes
    /// (<c>b'…'</c>, with escapes). It can never be taken for <see cref="SignedBytes"/>, since the first word differs.
    /// </summary>
    public byte[] EncodeAsBefore()
    {
        StringBuilder text = new($"DSSEV1 {Encoding.UTF8.GetByteCount(PayloadType)} {PayloadType} {Payload.Length} ");

        // Python prefers single quotes, and takes double ones where only single ones stand inside.
        var quote = Payload.AsSpan().Contains((byte)'\'') && !Payload.AsSpan().Contains((byte)'"') ? '"' : '\'';
        text.Append('b').Append(quote);
        foreach (var value in Payload)
        {
            _ = value switch
            {
                (byte)'\\' => text.Append(@"\\"),
                (byte)'\t' => text.Append(@"\t"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\r' => text.Append(@"\r"),
                _ when value == quote => text.Append('\\').Append(quote),
                < 0x20 or >= 0x7F => text.Append(@"\x").Append(Convert.ToHexStringLower([value])),
                _ => text.Append((char)value),
            };
        }

        return Encoding.ASCII.GetBytes(text.Append(quote).ToString());
    }
}

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">What it says of its key, which nobody signed; null where it says nothing.</param>
/// <param name="Bytes">The signature.</param>
internal sealed record DsseSignature(string? KeyId, byte[] Bytes);
