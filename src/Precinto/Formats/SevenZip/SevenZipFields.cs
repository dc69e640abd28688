using Precinto.Inspection;

namespace Precinto.Formats.SevenZip;

/// <summary>The numbers, lists and flags that the header of a 7z archive is made of; what is declared never exceeds what can be there.</summary>
internal sealed class SevenZipFields(BoundedReader reader, InspectionLimits limits)
{
    public BoundedReader Reader => reader;

    public InspectionLimits Limits => limits;

    public uint?[] ReadChecksums(int count) => Array.ConvertAll(ReadDefined(count), isDefined => isDefined ? reader.ReadUInt32() : (uint?)null);

    public bool[] ReadDefined(int count)
    {
        if (reader.ReadByte() == 0)
            return ReadBits(count);
        if (count > reader.Remaining)
            throw Broken("More is declared than the header can hold");
        var all = new bool[count];
        Array.Fill(all, true);
        return all;
    }

    public bool[] ReadBits(int count)
    {
        var bytes = reader.ReadBytes((count + 7) / 8, limits.Entries);
        var bits = new bool[count];
        for (var index = 0; index < count; index++)
            bits[index] = (bytes[index / 8] & (0x80 >> (index % 8))) != 0;
        return bits;
    }

    public void Expect(byte property, string what)
    {
        if (reader.ReadByte() != property)
            throw Broken($"The {what} are missing");
    }

    // A byte other than zero says that what follows lies in another stream, which nothing writes.
    public void ExpectInside()
    {
        if (reader.ReadByte() != 0)
            throw Broken("A part of the header lies elsewhere");
    }

    public int ReadCount() => ReadCount(limits.Entries);

    public int ReadCount(int most) =>
        ReadNumber() is var count && count <= (ulong)most ? (int)count : throw Broken($"Declares {count} where at most {most} are read");

    public long ReadSize() => ReadNumber() is var size && size <= long.MaxValue / 1_000_000 ? (long)size : throw Broken($"Declares a size of {size}");

    // As many more bytes as the first has leading ones; what is left of it are the highest bits.
    private ulong ReadNumber()
    {
        var first = reader.ReadByte();
        ulong value = 0;
        for (var index = 0; index < sizeof(ulong); index++)
        {
            var mask = 0x80 >> index;
            if ((first & mask) == 0)
                return value | ((ulong)(first & (mask - 1)) << (8 * index));
            value |= (ulong)reader.ReadByte() << (8 * index);
        }

        return value;
    }

    public MalformedModelException Broken(string what) => new(reader.Position, what + ".");
}
