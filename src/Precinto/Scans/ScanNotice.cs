namespace Precinto.Scans;

/// <summary>A sentence of a check, with the code of what is wrong where something is.</summary>
public sealed class ScanNotice
{
    internal ScanNotice(string? code, string message)
    {
        Code = code;
        Message = message;
    }

    /// <summary>The stable code, such as <c>SCN003</c>, or null for a mere remark.</summary>
    public string? Code { get; }

    /// <summary>One sentence; it may quote the report and is not escaped.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => Code is null ? Message : $"{Code} {Message}";
}
