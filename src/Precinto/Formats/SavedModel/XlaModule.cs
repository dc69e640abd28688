using System.Text;
using Precinto.Files;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// The module that XlaCallModule compiles and runs: StableHLO as MLIR bytecode (mlir/docs/BytecodeFormat.md), or as text. Only the names of its custom calls
/// are looked for: they are functions of the process that runs it, or of a library, and the one way out of arithmetic. In bytecode the name is what the key
/// <c>call_target_name</c> has in a dictionary of attributes.
/// </summary>
internal sealed class XlaModule
{
    private readonly ModelContent _content;
    private readonly long _start;
    private readonly BoundedReader _reader;
    private readonly HashSet<string> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (long Start, long Length)> _sections = [];
    private (long Start, int Length)[] _strings = [];
    private (long Start, long Length, string Dialect, bool IsBinary)[] _attributes = [];

    private XlaModule(ModelContent content, long start, long length)
    {
        _content = content;
        _start = start;
        _reader = new(content, start, length);
    }

    /// <summary>Reads the names of the custom calls.</summary>
    /// <param name="content">The file.</param>
    /// <param name="start">Where the module begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="isRead">False where it calls something whose name was not found.</param>
    public static IReadOnlyCollection<string> Targets(ModelContent content, long start, long length, out bool isRead)
    {
        XlaModule module = new(content, start, length);
        try
        {
            isRead = length >= 4 && module.ReadHead(4).AsSpan().SequenceEqual(Mark) ? module.ReadBytecode() : module.ReadText(length);
        }
        catch (MalformedModelException)
        {
            // What breaks off is not run; a version of the format that is not known here may be.
            isRead = !module.Holds(length);
        }

        return module._targets;
    }

    private byte[] ReadHead(int length)
    {
        var bytes = new byte[length];
        _content.Read(_start, bytes);
        return bytes;
    }

    private bool Holds(long length) => ReadHead((int)Math.Min(length, LargestText)).AsSpan().IndexOf("custom_call"u8) >= 0;

    // In text: stablehlo.custom_call @name(…), or "stablehlo.custom_call"(…) {call_target_name = "name"}.
    private bool ReadText(long length)
    {
        var text = Encoding.Latin1.GetString(ReadHead((int)Math.Min(length, LargestText)));
        var isRead = length <= LargestText;
        for (var at = text.IndexOf("custom_call", StringComparison.Ordinal); at >= 0; at = text.IndexOf("custom_call", at, StringComparison.Ordinal))
        {
            at += "custom_call".Length;
            var end = text.IndexOf("custom_call", at, StringComparison.Ordinal) is var next and >= 0 ? next : text.Length;
            var call = text[at..Math.Min(end, at + LongestCall)];
            var key = call.IndexOf("call_target_name", StringComparison.Ordinal);
            var name = call.TrimStart() is ['@', ..] ? call.TrimStart()[1..] : key >= 0 && call.IndexOf('"', key) is var quote and >= 0 ? call[quote..] : "";
            name = name is ['"', ..] ? name[1..(name.IndexOf('"', 1) is var closing and > 0 ? closing : 1)] : new([.. name.TakeWhile(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '$' or '-')]);
            isRead &= name.Length > 0;
            if (name.Length > 0 && _targets.Count < MostTargets)
                _targets.Add(name);
        }

        return isRead;
    }

    private bool ReadBytecode()
    {
        _reader.Skip(4);
        var version = ReadNumber();
        while (_reader.ReadByte() != 0)
        {
        }

        while (!_reader.IsAtEnd)
            ReadSection();
        ReadStrings();
        ReadAttributes(ReadDialects(version));

        var calls = Enumerable.Range(0, _strings.Length).Any(index => TextOf(index).Contains("custom_call", StringComparison.Ordinal));
        return !calls || (ReadTargets() && _targets.Count > 0);
    }

    // section { idAndIsAligned: byte, length: varint, alignment: varint?, padding, data }
    private void ReadSection()
    {
        var id = _reader.ReadByte();
        var length = ReadNumber();
        if ((id & 0x80) != 0)
        {
            var alignment = ReadNumber();
            if (alignment is 0 or > LargestAlignment)
                throw new MalformedModelException(_reader.Position, "A section is aligned to nothing.");
            while ((ulong)(_reader.Position - _start) % alignment != 0)
                _reader.Skip(1);
        }

        var start = _reader.Position;
        if (length > (ulong)_reader.Remaining)
            throw new MalformedModelException(start, "A section reaches beyond the module.");
        _reader.Skip((long)length);
        _sections[id & 0x7F] = (start, (long)length);
    }

    // strings { numStrings: varint, reverseStringLengths: varint[], stringData }, each with a NUL at its end.
    private void ReadStrings()
    {
        var section = Enter(StringSection);
        _strings = new (long, int)[ReadCount(section)];
        var end = section.Start + section.Length;
        for (var index = _strings.Length - 1; index >= 0; index--)
        {
            var length = ReadNumber();
            if (length == 0 || length > (ulong)(end - section.Start))
                throw new MalformedModelException(_reader.Position, "A string lies outside of its section.");
            end -= (long)length;
            _strings[index] = (end, (int)Math.Min(length - 1, LongestName));
        }
    }

    private string[] ReadDialects(ulong version)
    {
        var section = Enter(DialectSection);
        var dialects = new string[ReadCount(section)];
        for (var index = 0; index < dialects.Length; index++)
        {
            var name = ReadNumber();
            dialects[index] = TextOf((long)(version == 0 ? name : name >> 1));
            if (version > 0 && (name & 1) != 0)
            {
                _reader.ReadByte();
                _reader.Skip((long)Math.Min(ReadNumber(), long.MaxValue));
            }
        }

        return dialects;
    }

    // attr_type_offset_section { numAttrs, numTypes, groups of { dialect, numElements, sizes: (size << 1) | (hasCustomEncoding) } }, attributes first.
    private void ReadAttributes(string[] dialects)
    {
        var (at, length) = Enter(AttributeSection);
        var end = at + length;
        var section = Enter(OffsetSection);
        _attributes = new (long, long, string, bool)[ReadCount(section)];
        ReadNumber();
        for (var index = 0; index < _attributes.Length;)
        {
            var dialect = ReadNumber();
            var name = dialect < (ulong)dialects.Length ? dialects[dialect] : throw new MalformedModelException(_reader.Position, "A dialect is not there.");
            for (var left = ReadCount(section); left > 0 && index < _attributes.Length; left--)
            {
                var size = ReadNumber();
                if (size >> 1 > (ulong)(end - at))
                    throw new MalformedModelException(_reader.Position, "An attribute reaches beyond its section.");
                _attributes[index++] = (at, (long)(size >> 1), name, (size & 1) != 0);
                at += (long)(size >> 1);
            }
        }
    }

    private bool ReadTargets()
    {
        var isRead = true;
        HashSet<ulong> keys = [];
        for (var index = 0; index < _attributes.Length; index++)
        {
            if (TextOfAttribute((ulong)index) == "call_target_name")
                keys.Add((ulong)index);
        }

        foreach (var (start, length, dialect, isBinary) in _attributes)
        {
            _reader.Seek(start);
            if (!isBinary)
            {
                var text = _reader.ReadSpan((int)Math.Min(length, LongestCall));
                isRead &= text.IndexOf("call_target_name"u8) < 0;
            }
            else if (length > 1 && dialect == "builtin" && ReadNumber() == Dictionary)
            {
                var left = ReadNumber();
                if (left > (ulong)length / 2)
                    throw new MalformedModelException(start, $"A dictionary has {left} entries.");
                for (; left > 0; left--)
                {
                    var (key, value) = (ReadNumber(), ReadNumber());
                    if (!keys.Contains(key))
                        continue;
                    var next = _reader.Position;
                    var target = TextOfAttribute(value);
                    _reader.Seek(next);
                    isRead &= target is not null;
                    if (target is not null && _targets.Count < MostTargets)
                        _targets.Add(target);
                }
            }
        }

        return isRead;
    }

    private string? TextOfAttribute(ulong index)
    {
        if (index >= (ulong)_attributes.Length || _attributes[index] is not (var start, > 1, var dialect and ("builtin" or "vhlo"), true))
            return null;
        _reader.Seek(start);
        var code = ReadNumber();
        return (dialect, code) is ("builtin", Text or TextWithType) or ("vhlo", VersionedText) ? TextOf((long)Math.Min(ReadNumber(), long.MaxValue)) : null;
    }

    private string TextOf(long index)
    {
        if (index >= _strings.Length)
            throw new MalformedModelException(_start, "A string is not there.");
        var bytes = new byte[_strings[index].Length];
        _content.Read(_strings[index].Start, bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private (long Start, long Length) Enter(int id)
    {
        if (!_sections.TryGetValue(id, out var section))
            throw new MalformedModelException(_start, $"The module has no section {id}.");
        _reader.Seek(section.Start);
        return section;
    }

    private int ReadCount((long Start, long Length) section)
    {
        var count = ReadNumber();
        return count <= (ulong)Math.Min(section.Length, MostElements) ? (int)count : throw new MalformedModelException(_reader.Position, $"Declares {count} elements.");
    }

    // The number of zeros at the end of the first byte says how many bytes follow.
    private ulong ReadNumber()
    {
        var first = _reader.ReadByte();
        var more = first == 0 ? 8 : System.Numerics.BitOperations.TrailingZeroCount(first);
        ulong rest = 0;
        for (var index = 0; index < more; index++)
            rest |= (ulong)_reader.ReadByte() << (8 * index);
        return more == 8 ? rest : (rest << (7 - more)) | ((ulong)first >> (more + 1));
    }

    private static ReadOnlySpan<byte> Mark => [(byte)'M', (byte)'L', 0xEF, (byte)'R'];

    // Section.ID of mlir/Bytecode/Encoding.h.
    private const int StringSection = 0;
    private const int DialectSection = 1;
    private const int AttributeSection = 2;
    private const int OffsetSection = 3;

    // Codes of attributes: mlir/IR/BuiltinDialectBytecode.td, and kStringAttr of stablehlo/dialect/VhloBytecode.cpp.
    private const ulong Dictionary = 1;
    private const ulong Text = 2;
    private const ulong TextWithType = 3;
    private const ulong VersionedText = 26;

    private const ulong LargestAlignment = 4096;
    private const int MostElements = 4_000_000;
    private const int MostTargets = 1_000;
    private const int LongestName = 4096;
    private const int LongestCall = 65_536;
    private const int LargestText = 64 << 20;
}
