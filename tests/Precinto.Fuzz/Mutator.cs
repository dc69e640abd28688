using System.Buffers.Binary;
using System.Text;

namespace Precinto.Fuzz;

/// <summary>
/// Turns one input into another: a few small changes, seldom a wild one. Where bytes lie in base64 or under a checksum,
/// it changes what lies below and puts base64 and checksum right again, as an attacker would.
/// </summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> dictionary)
{
    public byte[] Mutate(byte[] input, byte[] other)
    {
        if (random.Next(2) == 0 && Base64Run.Find(input, random) is { } run)
            return Trim(run.Replace(Change(run.Content, other)));

        var changed = Change(input, other);
        if (random.Next(4) != 0)
            ZipChecksums.Mend(changed);
        return Trim(changed);
    }

    private byte[] Change(byte[] input, byte[] other)
    {
        var bytes = input;
        for (var left = 1 + (random.Next(3) == 0 ? random.Next(8) : 0); left > 0; left--)
            bytes = ChangeOnce(bytes, other);
        return bytes;
    }

    private byte[] ChangeOnce(byte[] bytes, byte[] other) => bytes.Length == 0 ? Insert(bytes, Word(other)) : random.Next(12) switch
    {
        0 or 1 => WithByte(bytes, (byte)(bytes[At(bytes)] ^ (1 << random.Next(8)))),
        2 => WithByte(bytes, (byte)random.Next(256)),
        3 or 4 => WithNumber(bytes),
        5 => bytes[..random.Next(bytes.Length)],
        6 => Remove(bytes),
        7 => Insert(bytes, Block(bytes)),
        8 => [.. bytes[..random.Next(bytes.Length + 1)], .. other[random.Next(other.Length + 1)..]],
        9 => Overwrite(bytes, Block(random.Next(2) == 0 ? bytes : other)),
        10 => random.Next(2) == 0 ? Insert(bytes, Word(other)) : Overwrite(bytes, Word(other)),
        _ => WithDecimal(bytes),
    };

    private byte[] WithByte(byte[] bytes, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[random.Next(changed.Length)] = value;
        return changed;
    }

    /// <summary>A number of one to eight bytes that readers stumble over, in either order of bytes.</summary>
    private byte[] WithNumber(byte[] bytes)
    {
        var size = 1 << random.Next(4);
        if (size > bytes.Length)
            return WithByte(bytes, 0xFF);

        var value = random.Next(4) switch
        {
            0 => bytes.Length + random.Next(-2, 3),
            1 => random.Next(-2, 17),
            _ => Stumbling[random.Next(Stumbling.Length)],
        };
        Span<byte> number = stackalloc byte[8];
        var isLittle = random.Next(2) == 0;
        if (isLittle)
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        else
            BinaryPrimitives.WriteInt64BigEndian(number, value);

        var changed = (byte[])bytes.Clone();
        (isLittle ? number[..size] : number[^size..]).CopyTo(changed.AsSpan(random.Next(changed.Length - size + 1)));
        return changed;
    }

    /// <summary>A number written in digits, as lengths and versions stand in text.</summary>
    private byte[] WithDecimal(byte[] bytes)
    {
        var start = Array.FindIndex(bytes, At(bytes), value => char.IsAsciiDigit((char)value));
        if (start < 0)
            return WithNumber(bytes);

        var end = start;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
            end++;
        var number = random.Next(3) == 0 ? $"{random.Next(-1, 100)}" : Digits[random.Next(Digits.Length)];
        return [.. bytes[..start], .. Encoding.ASCII.GetBytes(number), .. bytes[end..]];
    }

    private byte[] Remove(byte[] bytes)
    {
        var start = At(bytes);
        return [.. bytes[..start], .. bytes[Math.Min(bytes.Length, start + Length())..]];
    }

    private byte[] Insert(byte[] bytes, ReadOnlySpan<byte> block)
    {
        var start = random.Next(bytes.Length + 1);
        return [.. bytes[..start], .. block, .. bytes[start..]];
    }

    private byte[] Overwrite(byte[] bytes, ReadOnlySpan<byte> block)
    {
        var changed = (byte[])bytes.Clone();
        var start = At(bytes);
        block[..Math.Min(block.Length, bytes.Length - start)].CopyTo(changed.AsSpan(start));
        return changed;
    }

    private ReadOnlySpan<byte> Block(byte[] bytes)
    {
        if (bytes.Length == 0)
            return bytes;
        var start = At(bytes);
        return bytes.AsSpan(start, Math.Min(bytes.Length - start, Length()));
    }

    private ReadOnlySpan<byte> Word(byte[] other) => dictionary.Count > 0 && random.Next(4) != 0 ? dictionary[random.Next(dictionary.Count)] : Block(other);

    private int At(byte[] bytes) => random.Next(bytes.Length);

    private int Length() => 1 << random.Next(9) is var most && random.Next(2) == 0 ? most : 1 + random.Next(most);

    // Inputs grow by insertion; a reader's limits are met in its own tests.
    private static byte[] Trim(byte[] bytes) => bytes.Length <= LongestInput ? bytes : bytes[..LongestInput];

    private static readonly long[] Stumbling =
    [
        0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0xFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000,
        0x3FFFFFFFFFFFFFFF, 0x4000000000000000, long.MaxValue, long.MinValue, -1, -2, -8,
    ];

    private static readonly string[] Digits =
        ["0", "-1", "00", "255", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e309", "0x10", "99999999999999999999999999"];

    private const int LongestInput = 16 << 10;
}
