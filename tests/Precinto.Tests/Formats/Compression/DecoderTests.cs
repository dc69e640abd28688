using System.Buffers.Binary;
using System.Diagnostics;
using Precinto.Formats.Compression;
using Xunit;

namespace Precinto.Tests.Formats.Compression;

/// <summary>What every decoder owes to right bytes and to hostile ones.</summary>
public sealed class DecoderTests
{
    public static TheoryData<string> Names => [.. Decoders.Vectors.Select(vector => vector.Data.Item1)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_the_usual_tools_wrote_is_read(string name)
    {
        Assert.Equal(Decoders.Plain(name), Decoders.Decode(name, Decoders.Bytes(name)));

        // In single bytes as well, from a source that gives single bytes and cannot seek.
        using var stream = Decoders.Open(name, new TricklingStream(Decoders.Bytes(name)));
        Assert.All(Decoders.Plain(name), value => Assert.Equal(value, stream.ReadByte()));
        Assert.Equal(-1, stream.ReadByte());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_source_tells_where_the_compressed_data_ended(string name)
    {
        var bytes = Decoders.Bytes(name);
        using MemoryStream source = new([.. bytes, 1, 2, 3, 4, 5, 6, 7]);
        using var stream = Decoders.Open(name, source);
        stream.CopyTo(Stream.Null);
        Assert.Equal(bytes.Length, source.Position);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_truncation_is_invalid_data_behind_bytes_that_are_right(string name)
    {
        var (bytes, plain) = (Decoders.Bytes(name), Decoders.Plain(name));
        for (var length = 0; length < bytes.Length; length++)
        {
            List<byte> expanded = [];
            using var stream = Decoders.Open(name, new MemoryStream(bytes[..length]));
            Assert.Throws<InvalidDataException>(() => Drain(stream, expanded));
            Assert.True(plain.AsSpan().StartsWith(expanded.ToArray()), $"The first {length} bytes give others.");
            Assert.Throws<InvalidDataException>(() => stream.ReadByte());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_flipped_bit_is_invalid_data_or_changes_bytes_and_costs_little(string name)
    {
        var bytes = Decoders.Bytes(name);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var before = GC.GetAllocatedBytesForCurrentThread();
            List<byte> expanded = [];
            try
            {
                using var stream = Decoders.Open(name, new MemoryStream(changed));
                Drain(stream, expanded);
            }
            catch (InvalidDataException)
            {
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        }
    }

    [Theory]
    [InlineData("text.xz")]
    [InlineData("text-sha256.xz")]
    [InlineData("text-x86.xz")]
    [InlineData("text.bz2")]
    [InlineData("text.lz4")]
    [InlineData("text.zst")]
    [InlineData("squares-huffman.zst")]
    public void What_has_a_checksum_never_gives_other_bytes_without_an_error(string name)
    {
        var bytes = Decoders.Bytes(name);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var expanded = Decoders.Decode(name, changed);
                Assert.True(expanded.AsSpan().SequenceEqual(Decoders.Plain(name)) || IsOptional(name, bit), $"Bit {bit} gives {expanded.Length} bytes.");
            }
            catch (InvalidDataException)
            {
            }
        }

        // What says whether there is a checksum is protected by nothing in Zstandard; what is no frame follows then.
        static bool IsOptional(string name, int bit) => name.EndsWith(".zst", StringComparison.Ordinal) && bit / 8 == 4;
    }

    [Theory]
    [InlineData("text.xz")]
    [InlineData("text.lz4")]
    [InlineData("text.zst")]
    public void Streams_one_behind_the_other_are_read_as_one(string name)
    {
        var (bytes, plain) = (Decoders.Bytes(name), Decoders.Plain(name));
        byte[] skipped = name == "text.xz" ? new byte[8] : [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        Assert.Equal([.. plain, .. plain], Decoders.Decode(name, [.. bytes, .. skipped, .. bytes, .. skipped]));
    }

    [Theory]
    [InlineData("04224D18616000000000009C00000000", "dictionary")]
    [InlineData("28B52FFD2107000100000000", "dictionary")]
    [InlineData("28B52FFD00FF", "cut off")]
    [InlineData("FD377A585A000003", "cut off")]
    public void What_is_not_read_says_so(string hexadecimal, string word)
    {
        var bytes = Convert.FromHexString(hexadecimal);
        if (bytes[0] == 0x04)
        {
            // FLG with a dictionary, BD, its number; then the checksum of the three.
            bytes = [0x04, 0x22, 0x4D, 0x18, 0x61, 0x60, 7, 0, 0, 0, 0];
            bytes[^1] = (byte)((XxHash32.Compute(bytes.AsSpan(4, 6)) >> 8) & 0xFF);
        }

        var name = bytes[0] switch { 0x04 => "a.lz4", 0x28 => "a.zst", _ => "a.xz" };
        Assert.Contains(word, Assert.Throws<InvalidDataException>(() => Decoders.Decode(name, bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_dictionary_of_gigabytes_takes_memory_only_for_what_comes_out()
    {
        var bytes = Decoders.Bytes("text.lzma");
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), uint.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Decoders.Plain("text"), Decoders.Decode("a.lzma", bytes));

        // A frame of one block, whose window is 3.75 TiB.
        Assert.Equal("abc"u8.ToArray(), Decoders.Decode("a.zst", [0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF, 0x19, 0, 0, (byte)'a', (byte)'b', (byte)'c']));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Literals_of_eight_and_four_bits_of_context_take_memory_only_where_they_come()
    {
        var bytes = Decoders.Bytes("text.lzma");
        bytes[0] = (4 * 5 * 9) + (4 * 9) + 8;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = LzmaStream.Alone(new MemoryStream(bytes));
        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void Thousands_of_empty_blocks_and_frames_cost_no_time()
    {
        byte[] empty = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0];
        byte[] skipped = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0];
        var clock = Stopwatch.StartNew();
        Assert.Empty(Decoders.Decode("a.zst", [.. Enumerable.Repeat(empty, 100_000).SelectMany(bytes => bytes)]));
        Assert.Empty(Decoders.Decode("a.lz4", [.. Enumerable.Repeat(skipped, 100_000).SelectMany(bytes => bytes)]));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void The_checksums_are_those_that_others_compute()
    {
        Assert.Equal(0x995DC9BBDF1939FAUL, Crc64.Append(0, "123456789"u8));
        Assert.Equal(0x32D153FFU, XxHash32.Compute("abc"u8));
        XxHash64 hash = new();
        Assert.Equal(0xEF46DB3751D8E999UL, hash.Finish());
        hash.Append("a"u8);
        hash.Append("bc"u8);
        Assert.Equal(0x44BC2CF5AD770999UL, hash.Finish());
    }

    private static void Drain(Stream stream, List<byte> expanded)
    {
        var buffer = new byte[1000];
        while (expanded.Count < 1 << 20 && stream.Read(buffer) is var read and > 0)
            expanded.AddRange(buffer.AsSpan(0, read));
    }

    /// <summary>A source as slow and as blind as a decoder before another one.</summary>
    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
