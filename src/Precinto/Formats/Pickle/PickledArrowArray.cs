using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>
/// An array of Apache Arrow as <c>pyarrow.lib._restore_array</c> is given it: (type, length, nulls, offset, buffers, children, dictionary), which pandas
/// keeps texts in. Arrow takes lengths and offsets on trust ("Arrow Columnar Format", Buffer Layouts): wrong ones read foreign memory.
/// </summary>
internal static class PickledArrowArray
{
    /// <summary>Whether the array lies within its buffers.</summary>
    /// <param name="array">The one argument of the call.</param>
    /// <param name="file">The bytes of the pickle, or null where they cannot be read again.</param>
    /// <param name="looks">How many offsets were looked at.</param>
    public static bool Fits(PickleValue array, ModelContent? file, out long looks)
    {
        looks = 0;
        if (array.Tuple is not { Items: [var type, { Integer: >= 0 and < MostElements and var length }, { Integer: >= NotCounted and var nulls }, { Integer: >= 0 and < MostElements and var offset }, { List: { } buffers }, { List.Items: [] }, { IsNone: true }] }
            || nulls > length || type.Object is not { } made || AliasOf(made) is not { } alias)
            return false;

        var elements = length + offset;
        if (buffers.Items is not [var validity, var values, .. var rest] || !IsLongEnough(validity, (elements + 7) / 8, isOptional: true))
            return false;
        if (BitsOf(alias) is { } bits)
            return rest is [] && IsLongEnough(values, ((elements * bits) + 7) / 8, isOptional: elements == 0);

        var width = alias switch { "string" or "utf8" or "binary" => sizeof(int), "large_string" or "large_utf8" or "large_binary" => sizeof(long), _ => 0 };
        if (width == 0 || rest is not [var data])
            return false;
        if (elements == 0)
            return true;
        if (!IsLongEnough(values, (elements + 1) * width, isOptional: false) || Bytes(values) is not { } offsets)
            return false;
        looks = elements;
        return AreOffsets(offsets, width, elements + 1, Bytes(data)?.Length ?? 0, file);
    }

    private static bool AreOffsets(PickleBytes offsets, int width, long count, long limit, ModelContent? file)
    {
        var content = offsets.Kept is { } kept ? ModelContent.FromBytes(kept) : file is null ? null : new ContentSlice(file, offsets.Offset, offsets.Length);
        if (content is null)
            return false;

        using (content)
        {
            var part = new byte[Math.Min(count * width, PartSize)];
            long before = 0;
            for (long at = 0; at < count * width; at += part.Length)
            {
                var read = part.AsSpan(0, content.Read(at, part.AsSpan(0, (int)Math.Min(part.Length, (count * width) - at))));
                for (; read.Length >= width; read = read[width..])
                {
                    var next = width == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(read) : BinaryPrimitives.ReadInt64LittleEndian(read);
                    if (next < before || next > limit)
                        return false;
                    before = next;
                }
            }

            return true;
        }
    }

    private static bool IsLongEnough(PickleValue buffer, long length, bool isOptional) => buffer.IsNone ? isOptional : Bytes(buffer) is { } bytes && bytes.Length >= length;

    // py_buffer(bytearray), which protocols 0 to 4 make of bytes.
    private static PickleBytes? Bytes(PickleValue buffer)
    {
        if (buffer.Object is not { Arguments.Tuple: { Items: [var given] } } made || !made.Is("pyarrow.lib", "py_buffer"))
            return null;
        return given is { Kind: PickleKind.Bytes, Bytes: { } plain } ? plain
            : given.Object is { Arguments.Tuple: { Items: [{ Kind: PickleKind.Bytes, Bytes: { } bytes }] }, Class: { Module: "builtins", Name: "bytearray" or "bytes" } } ? bytes
            : null;
    }

    // A time with a zone has no alias, and is a number like any other time.
    private static string? AliasOf(PickleObject type) => type.Arguments.Tuple switch
    {
        { Items: [{ Text: { } alias }] } when type.Is("pyarrow.lib", "type_for_alias") => alias,
        { Items: [{ Text: "s" or "ms" or "us" or "ns" }, { IsNone: true } or { Text: not null }] } when type.Is("pyarrow.lib", "timestamp") => "int64",
        _ => null,
    };

    private static int? BitsOf(string alias) => alias switch
    {
        "bool" => 1,
        "int8" or "uint8" => 8,
        "int16" or "uint16" or "halffloat" => 16,
        "int32" or "uint32" or "float" or "date32[day]" or "time32[s]" or "time32[ms]" => 32,
        "int64" or "uint64" or "double" or "date64[ms]" or "time64[us]" or "time64[ns]" => 64,
        _ => alias.StartsWith("timestamp[", StringComparison.Ordinal) || alias.StartsWith("duration[", StringComparison.Ordinal) ? 64 : null,
    };

    // kUnknownNullCount of array/data.h: a slice, or what a function answered, whose nulls nobody has asked for.
    private const int NotCounted = -1;
    private const long MostElements = 1L << 40;
    private const int PartSize = 1 << 16;
}
