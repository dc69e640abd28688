using System.Text;

namespace Precinto.Signatures.Bundles;

/// <summary>A DSSE envelope with one signature (secure-systems-lab/dsse, protocol 1.0): the payload is signed as it lies there, byte for byte.</summary>
internal sealed class DsseEnvelope(string payloadType, byte[] payload, byte[] signature)
{
    public const string InTotoType = "application/vnd.in-toto+json";

    public string PayloadType { get; } = payloadType;

    public byte[] Payload { get; } = payload;

    public byte[] Signature { get; } = signature;

    /// <summary>What is signed: the pre-authentication encoding.</summary>
    public byte[] SignedBytes => Encode(PayloadType, Payload);

    /// <summary><c>DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload</c>, lengths in bytes.</summary>
    public static byte[] Encode(string payloadType, ReadOnlySpan<byte> payload) =>
        [.. Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} "), .. payload];
}
