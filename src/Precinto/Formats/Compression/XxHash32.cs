using System.Buffers.Binary;
using System.Numerics;

namespace Precinto.Formats.Compression;

/// <summary>The checksum of LZ4 frames: XXH32 with the seed 0.</summary>
internal sealed class XxHash32
{
    private readonly byte[] _rest = new byte[Stripe];
    private uint _a;
    private uint _b;
    private uint _c;
    private uint _d;
    private ulong _length;

    public XxHash32() => Reset();

    public void Reset()
    {
        unchecked
        {
            (_a, _b, _c, _d, _length) = (Prime1 + Prime2, Prime2, 0, 0 - Prime1, 0);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var rest = (int)(_length % Stripe);
            _length += (ulong)bytes.Length;
            if (rest > 0)
            {
                var part = Math.Min(Stripe - rest, bytes.Length);
                bytes[..part].CopyTo(_rest.AsSpan(rest));
                bytes = bytes[part..];
                if (rest + part < Stripe)
                    return;
                Mix(_rest);
            }

            for (; bytes.Length >= Stripe; bytes = bytes[Stripe..])
                Mix(bytes);
            bytes.CopyTo(_rest);
        }
    }

    public uint Finish()
    {
        unchecked
        {
            var hash = _length < Stripe ? Prime5
                : BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
            hash += (uint)_length;
            ReadOnlySpan<byte> rest = _rest.AsSpan(0, (int)(_length % Stripe));
            for (; rest.Length >= 4; rest = rest[4..])
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3), 17) * Prime4;
            foreach (var value in rest)
                hash = BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1;
            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        XxHash32 hash = new();
        hash.Append(bytes);
        return hash.Finish();
    }

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        _a = Round(_a, BinaryPrimitives.ReadUInt32LittleEndian(stripe));
        _b = Round(_b, BinaryPrimitives.ReadUInt32LittleEndian(stripe[4..]));
        _c = Round(_c, BinaryPrimitives.ReadUInt32LittleEndian(stripe[8..]));
        _d = Round(_d, BinaryPrimitives.ReadUInt32LittleEndian(stripe[12..]));
    }

    private static uint Round(uint sum, uint lane) => unchecked(BitOperations.RotateLeft(sum + (lane * Prime2), 13) * Prime1);

    private const int Stripe = 16;
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;
}
