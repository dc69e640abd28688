namespace Precinto.Formats.Tar;

/// <summary>A member of a tar archive, with what the headers before it add.</summary>
internal sealed record TarEntry(string Name, char Kind, string Target, long HeaderOffset, long DataOffset, long Size)
{
    /// <summary>What other readers take for its name; null where all agree.</summary>
    public string? OtherName { get; init; }

    /// <summary>Where the member goes when it is unpacked.</summary>
    public string Place => Name.StartsWith("./", StringComparison.Ordinal) ? Name[2..] : Name;

    public bool IsFile => Kind is '0' or '\0' or '7';

    public bool IsFolder => Kind == '5' || (IsFile && Name.EndsWith('/'));

    public bool IsLink => Kind is '1' or '2';

    public bool IsDevice => Kind is '3' or '4' or '6';
}
