namespace Precinto.Signatures.OpenPgp;

/// <summary>A user ID with the signatures that stand behind it, none of them verified.</summary>
internal sealed record OpenPgpUserId(ReadOnlyMemory<byte> Bytes, List<OpenPgpSignaturePacket> Signatures)
{
    /// <summary>The text, whatever bytes it is made of.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.Span);
}

/// <summary>A subkey with the signatures that stand behind it, none of them verified.</summary>
internal sealed record OpenPgpSubkey(OpenPgpPublicKey Key, List<OpenPgpSignaturePacket> Signatures);
