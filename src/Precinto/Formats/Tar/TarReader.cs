using System.Globalization;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Tar;

/// <summary>
/// Reads a tar archive (POSIX.1-2024, pax: ustar interchange format with extended headers; GNU tar's long names):
/// blocks of 512 bytes, a header and the data of each member, and at least one block of zeros at the end.
/// </summary>
internal sealed class TarReader(ModelContent content, InspectionContext context)
{
    private readonly byte[] _header = new byte[BlockSize];
    private Dictionary<string, string> _extended = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _global = new(StringComparer.Ordinal);
    private string? _longName;
    private string? _longTarget;
    private long _position;

    /// <summary>Whether a block is a header: its checksum, over all bytes with the checksum itself as spaces, fits.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < BlockSize || block[0] == 0 || !TryReadOctal(block.Slice(148, 8), out var stated))
            return false;

        long sum = 0;
        long signed = 0;
        for (var index = 0; index < BlockSize; index++)
        {
            var value = index is >= 148 and < 156 ? (byte)' ' : block[index];
            sum += value;
            // Old programs summed up signed bytes.
            signed += unchecked((sbyte)value);
        }

        return stated == sum || stated == signed;
    }

    /// <summary>The places of the files in an archive, for telling what kind it is; none where it cannot be read.</summary>
    public static IReadOnlyList<string> TryReadPlaces(ModelContent content)
    {
        try
        {
            return [.. new TarReader(content, new(InspectionLimits.Default)).Read().Where(entry => entry.IsFile).Select(entry => entry.Place)];
        }
        catch (MalformedModelException)
        {
            return [];
        }
    }

    public List<TarEntry> Read()
    {
        List<TarEntry> entries = [];
        while (_position + BlockSize <= content.Length)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            content.Read(_position, _header);
            if (!_header.AsSpan().ContainsAnyExcept((byte)0))
            {
                ReadEnd();
                return entries;
            }

            if (!IsHeader(_header))
                throw new MalformedModelException(_position, "A header's checksum is wrong, or there is no header.");
            if (ReadMember() is { } entry)
                entries.Add(entry);
            if (entries.Count > context.Limits.Entries)
                throw new MalformedModelException(_position, $"Holds more than {context.Limits.Entries} members.");
        }

        throw new MalformedModelException(content.Length, "The archive has no end.");
    }

    private TarEntry? ReadMember()
    {
        var at = _position;
        var kind = (char)_header[156];
        var size = ReadNumber(_header.AsSpan(124, 12), at);
        // What describes the next member is not measured by what describes the next member.
        if (kind is not ('x' or 'g' or 'L' or 'K') && Find("size") is { } stated)
        {
            if (!long.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out var wide))
                throw new MalformedModelException(at, "An extended header states a size that is none.");
            if (size != 0 && size != wide)
                context.Add(TarRules.Contradiction, $"A member has {size} bytes by one header and {wide} by the other.", at);
            size = wide;
        }

        if (size > content.Length - at - BlockSize)
            throw new MalformedModelException(at, $"A member declares {size} bytes where {content.Length - at - BlockSize} are left.");
        var data = at + BlockSize;
        _position = Math.Min(content.Length, data + ((size + BlockSize - 1) / BlockSize * BlockSize));
        switch (kind)
        {
            case 'x':
                NoticeSecond(_extended.Count > 0, at);
                _extended = ReadPairs(data, size);
                return null;
            case 'g':
                foreach (var (key, value) in ReadPairs(data, size))
                    _global[key] = value;
                return null;
            case 'L':
                NoticeSecond(_longName is not null, at);
                _longName = ReadText(data, size);
                return null;
            case 'K':
                NoticeSecond(_longTarget is not null, at);
                _longTarget = ReadText(data, size);
                return null;
        }

        var (shortName, otherName) = ShortNames(kind);
        var name = Choose(_longName, Find("path"), shortName, at);
        var target = Choose(_longTarget, Find("linkpath"), Text(_header.AsSpan(157, 100)), at);
        if (name != shortName)
            otherName = null;
        if (otherName is not null)
            context.Add(TarRules.Contradiction, $"A member is '{name}', and '{otherName}' to who takes a prefix whatever the archive's kind.", at);
        if (kind == 'S' || _extended.Keys.Concat(_global.Keys).Any(key => key.StartsWith("GNU.sparse", StringComparison.Ordinal)))
            context.Add(TarRules.NotRead, $"'{name}' is stored with its holes left out.", at);
        _extended = new(StringComparer.Ordinal);
        (_longName, _longTarget) = (null, null);
        TarEntry entry = new(name, kind, target, at, data, size) { OtherName = otherName };
        // Some readers skip such data, others take it for the next header.
        if (size > 0 && (entry.IsFolder || entry.IsLink || entry.IsDevice))
            context.Add(TarRules.Contradiction, $"'{name}' is no file and has {size} bytes.", at);
        if (!entry.IsFile && !entry.IsFolder && !entry.IsLink && !entry.IsDevice && kind != 'S')
            context.Add(TarRules.NotRead, $"'{name}' is of kind {(int)kind}.", at);
        return entry;
    }

    private string? Find(string key) => _extended.GetValueOrDefault(key) ?? _global.GetValueOrDefault(key);

    private string Choose(string? gnu, string? pax, string plain, long at)
    {
        if (gnu is not null && pax is not null && gnu != pax)
            context.Add(TarRules.Contradiction, $"A member is '{gnu}' by one header and '{pax}' by the other.", at);
        return pax ?? gnu ?? plain;
    }

    // Of two headers of one kind before a member some readers take the first, others the last.
    private void NoticeSecond(bool isSecond, long at)
    {
        if (isSecond)
            context.Add(TarRules.Contradiction, "A member has two extended headers of one kind.", at);
    }

    // Only POSIX archives have a prefix. GNU tar keeps times there, which Python's tarfile takes for a prefix all the same, as it does in archives of no kind.
    private (string Name, string? Other) ShortNames(char kind)
    {
        var name = Text(_header.AsSpan(0, 100));
        var prefix = Text(_header.AsSpan(345, 155));
        if (prefix.Length == 0)
            return (name, null);
        var whole = prefix + "/" + name;
        if (_header.AsSpan(257, 6).SequenceEqual("ustar\0"u8))
            return (whole, null);
        return (name, kind == 'S' || !prefix.AsSpan().ContainsAnyExceptInRange('0', '7') ? null : whole);
    }

    private Dictionary<string, string> ReadPairs(long start, long size)
    {
        var text = ReadBytes(start, size).AsSpan();
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        while (!text.IsEmpty && text[0] != 0)
        {
            var space = text.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > text.Length || text[length - 1] != '\n')
                throw new MalformedModelException(start, "An extended header is broken.");
            var pair = text[(space + 1)..(length - 1)];
            var mark = pair.IndexOf((byte)'=');
            if (mark < 1)
                throw new MalformedModelException(start, "An extended header is broken.");
            var key = Encoding.UTF8.GetString(pair[..mark]);
            if (!pairs.TryAdd(key, Encoding.UTF8.GetString(pair[(mark + 1)..])))
                context.Add(TarRules.Contradiction, $"An extended header states '{key}' twice.", start);
            text = text[length..];
        }

        return pairs;
    }

    private string ReadText(long start, long size) => Text(ReadBytes(start, size));

    private byte[] ReadBytes(long start, long size)
    {
        if (size > context.Limits.TextBytes)
            throw new MalformedModelException(start, $"An extended header has {size} bytes.");
        var bytes = new byte[(int)size];
        content.Read(start, bytes);
        return bytes;
    }

    private void ReadEnd()
    {
        var buffer = new byte[BoundedReader.WindowSize];
        for (var at = _position; at < content.Length;)
        {
            var read = content.Read(at, buffer);
            var other = buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0);
            if (other >= 0)
            {
                context.Add(TarRules.Hidden, $"{content.Length - at - other} bytes follow the end of the archive.", at + other);
                return;
            }

            at += read;
        }
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static long ReadNumber(ReadOnlySpan<byte> field, long at)
    {
        // GNU tar writes what does not fit as binary, marked by the highest bit.
        if ((field[0] & 0x80) != 0)
        {
            Int128 value = field[0] & 0x7F;
            foreach (var digit in field[1..])
                value = (value << 8) | digit;
            return value <= long.MaxValue ? (long)value : throw new MalformedModelException(at, "A member's size is beyond all counting.");
        }

        return TryReadOctal(field, out var number) ? number : throw new MalformedModelException(at, "A member's size is no number.");
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        var digits = field.Trim(" \0"u8);
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            value = (value << 3) | (long)(digit - (byte)'0');
        }

        return true;
    }

    public const int BlockSize = 512;
}
